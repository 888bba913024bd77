//! Invitations, and the registrations that use them up.
//!
//! Nothing here sees an invitation's code: only its digest.

use diesel::prelude::*;
use vault::account::Invitation;
use vault::event::{Actor, Event, Kind, Subject};
use vault::text::{Email, FullName, UserName};
use vault::{Digest, Refusal, Timestamp, UserId};

use super::owner::StoredOwner;
use crate::schema::{credentials, invitations, users};
use crate::shares::SealedMail;
use crate::{Answer, Broken, Call, Connection, Failure, Operator, Store, Tx, outbox, rows};

/// An invitation on its way in.
#[derive(Clone)]
pub struct NewInvitation {
    /// The account that will be.
    pub user: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// Where notices go.
    pub email: Email,
    /// Whether they may share with people outside the vault from the start.
    pub external_share: bool,
    /// SHA-256 of the code that is handed over.
    pub code_hash: Digest,
    /// The code, sealed, where it shall be mailed to the person.
    pub mail: Option<SealedMail>,
}

/// Whom an invitation is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The account that will be.
    pub user: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
}

/// What a registration leaves.
#[derive(Clone)]
pub struct Enrolment {
    /// OPAQUE's password file.
    pub record: Vec<u8>,
    /// Under which server setup it was made.
    pub setup: String,
    /// The root, sealed under OPAQUE's export key.
    pub root: Vec<u8>,
    /// Private keys and pins, sealed under the root.
    pub keys: Vec<u8>,
    /// X25519 public key.
    pub encryption_key: [u8; 32],
    /// Ed25519 public key.
    pub signing_key: [u8; 32],
    /// Both public keys' fingerprint, for people to compare.
    pub fingerprint: String,
    /// The root, sealed for the recovery code.
    pub recovery_root: Vec<u8>,
    /// SHA-256 of the recovery proof.
    pub recovery_verifier: Digest,
}

impl Store {
    /// Invites somebody under a name, and answers until when. An invitation that lapsed unused makes room for another.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`], [`Refusal::ClockBehind`].
    pub async fn invite(&self, call: &Call, operator: &Operator, new: NewInvitation) -> Answer<Timestamp> {
        let actor = operator.actor();
        self.write(call, move |tx| {
            let subject = Subject { user: Some(new.user), ..Subject::default() };
            let refused = tx.event(Kind::OperatorRefused, actor.clone()).on(subject).with("action", "invite");
            let earlier = named(tx.conn, &new.name)?;
            let decision = tx.trusted().and_then(|now| match &earlier {
                Some((_, invitation)) => invitation.make_room(now).map(|()| now),
                None => Ok(now),
            });
            let now = tx.decided(decision, refused)?;
            if let Some((lapsed, _)) = earlier {
                outbox::withdraw_invitations(tx, &lapsed, "another invitation takes its place")?;
                diesel::delete(users::table.find(lapsed)).execute(tx.conn)?;
            }
            let invitation = Invitation::made(tx.policy(), now);
            keep(tx, &new, &invitation)?;
            tx.record(tx.event(Kind::AccountInvited, actor.clone()).on(subject).with("name", &new.name))?;
            if let Some(mail) = &new.mail {
                outbox::mail_invitation(tx, mail, new.user, invitation.expires_at)?;
                let event = tx.event(Kind::InvitationMailed, actor.clone()).on(subject);
                tx.record(event.with("name", &new.name).with("to", &new.email))?;
            }
            Ok(invitation.expires_at)
        })
        .await
    }

    /// Whom the invitation with this code is for: the start of a registration.
    ///
    /// # Errors
    /// [`Refusal::InvitationNotValid`], [`Refusal::Suspended`].
    pub async fn invited(&self, call: &Call, code_hash: Digest) -> Answer<Invited> {
        let now = call.clock;
        let found = self.read(move |conn| Ok(usable(find(conn, code_hash)?, now))).await?;
        match found {
            Ok(invited) => Ok(invited),
            // Only a refusal is worth a write; on what is then the truth it may even have gone.
            Err(_) => self.write(call, move |tx| load(tx, code_hash)).await,
        }
    }

    /// Registers: uses an invitation up, takes it back where it still waits to be mailed, and keeps what the new account needs. The same bytes again are a success.
    ///
    /// # Errors
    /// [`Refusal::InvitationNotValid`], [`Refusal::Suspended`], [`Refusal::ClockBehind`].
    pub async fn register(&self, call: &Call, code_hash: Digest, new: Enrolment) -> Answer<UserId> {
        self.write(call, move |tx| {
            if let Some(user) = registered_alike(tx.conn, code_hash, &new)? {
                return Ok(user);
            }
            let invited = load(tx, code_hash)?;
            let refused = registration_refused(tx, Some(&invited));
            let now = tx.decided(tx.trusted(), refused)?.as_millis();
            let account = invited.user.as_bytes().as_slice();
            let registered = (users::registered_at.eq(now), users::secured_at.eq(now));
            diesel::update(users::table.find(account)).set(registered).execute(tx.conn)?;
            diesel::update(invitations::table.find(account)).set(invitations::used_at.eq(now)).execute(tx.conn)?;
            enrol(tx.conn, invited.user, &new)?;
            let subject = Subject { user: Some(invited.user), ..Subject::default() };
            let event = tx.event(Kind::AccountRegistered, Actor::Owner(invited.name.clone())).on(subject);
            tx.record(event.with("name", &invited.name).with("fingerprint", &new.fingerprint))?;
            outbox::withdraw_invitations(tx, account, "the invitation was used")?;
            Ok(invited.user)
        })
        .await
    }
}

type Found = Option<(StoredOwner, i64, Option<i64>)>;

fn find(conn: &mut Connection, code_hash: Digest) -> Result<Found, Broken> {
    let found = invitations::table.inner_join(users::table).filter(invitations::code_hash.eq(code_hash.as_bytes().as_slice()));
    Ok(found.select((StoredOwner::as_select(), invitations::expires_at, invitations::used_at)).first(conn).optional()?)
}

fn usable(found: Found, now: Timestamp) -> Result<Invited, Failure> {
    let (owner, expires_at, used_at) = found.ok_or(Refusal::InvitationNotValid)?;
    invitation(expires_at, used_at).accept(now)?;
    let owner = owner.read()?;
    owner.may_act()?;
    Ok(Invited { user: owner.id, name: owner.name, full_name: owner.full_name })
}

fn load(tx: &mut Tx<'_>, code_hash: Digest) -> Answer<Invited> {
    let refused = registration_refused(tx, None);
    match usable(find(tx.conn, code_hash)?, tx.now()) {
        Err(Failure::Refused(refusal)) => tx.decided(Err(refusal), refused),
        other => other,
    }
}

fn registration_refused(tx: &Tx<'_>, invited: Option<&Invited>) -> Event {
    let event = tx.event(Kind::AccountRefused, Actor::Stranger).with("action", "registration");
    match invited {
        Some(invited) => event.with("name", &invited.name),
        None => event,
    }
}

fn invitation(expires_at: i64, used_at: Option<i64>) -> Invitation {
    Invitation { expires_at: rows::time(expires_at), used_at: used_at.map(rows::time) }
}

fn named(conn: &mut Connection, name: &UserName) -> Result<Option<(Vec<u8>, Invitation)>, Broken> {
    let found = invitations::table.inner_join(users::table).filter(users::name.eq(name.as_str()));
    let row: Option<(Vec<u8>, i64, Option<i64>)> =
        found.select((users::id, invitations::expires_at, invitations::used_at)).first(conn).optional()?;
    Ok(row.map(|(account, expires_at, used_at)| (account, invitation(expires_at, used_at))))
}

fn keep(tx: &mut Tx<'_>, new: &NewInvitation, invitation: &Invitation) -> Result<(), Broken> {
    let now = tx.now().as_millis();
    let account = new.user.as_bytes().as_slice();
    diesel::insert_into(users::table)
        .values((
            users::id.eq(account),
            users::name.eq(new.name.as_str()),
            users::full_name.eq(new.full_name.as_str()),
            users::email.eq(new.email.as_str()),
            users::external_share.eq(new.external_share),
            users::created_at.eq(now),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(invitations::table)
        .values((
            invitations::account.eq(account),
            invitations::code_hash.eq(new.code_hash.as_bytes().as_slice()),
            invitations::expires_at.eq(invitation.expires_at.as_millis()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A registration whose answer was lost comes again with the same bytes.
fn registered_alike(conn: &mut Connection, code_hash: Digest, new: &Enrolment) -> Result<Option<UserId>, Broken> {
    let same = invitations::table
        .inner_join(credentials::table.on(credentials::account.eq(invitations::account)))
        .filter(invitations::code_hash.eq(code_hash.as_bytes().as_slice()))
        .filter(credentials::record.eq(&new.record))
        .filter(credentials::root.eq(&new.root))
        .filter(credentials::recovery_verifier.eq(new.recovery_verifier.as_bytes().as_slice()));
    let account: Option<Vec<u8>> = same.select(invitations::account).first(conn).optional()?;
    account.map(|account| rows::id(&account)).transpose()
}

fn enrol(conn: &mut Connection, user: UserId, new: &Enrolment) -> Result<(), Broken> {
    diesel::insert_into(credentials::table)
        .values((
            credentials::account.eq(user.as_bytes().as_slice()),
            credentials::record.eq(&new.record),
            credentials::setup.eq(&new.setup),
            credentials::root.eq(&new.root),
            credentials::keys.eq(&new.keys),
            credentials::encryption_key.eq(new.encryption_key.as_slice()),
            credentials::signing_key.eq(new.signing_key.as_slice()),
            credentials::fingerprint.eq(&new.fingerprint),
            credentials::recovery_root.eq(&new.recovery_root),
            credentials::recovery_verifier.eq(new.recovery_verifier.as_bytes().as_slice()),
        ))
        .execute(conn)?;
    Ok(())
}
