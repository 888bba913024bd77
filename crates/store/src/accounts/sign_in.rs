//! Signing in: two messages each way, the state between them kept here, single use and for a minute.
//!
//! Nothing here says whether a name exists: an unknown or suspended one is answered like a known one whose password is wrong.

use diesel::prelude::*;
use vault::account::{self, Session};
use vault::event::{Actor, Event, Kind, Subject};
use vault::text::UserName;
use vault::{Digest, Refusal, SignInId, Timestamp, UserId};
use zeroize::Zeroizing;

use super::owner::StoredOwner;
use super::session::AccountRow;
use super::{owner, session, throttle};
use crate::schema::{credentials, sign_ins, users};
use crate::{Answer, Broken, Call, Connection, Store, Tx, rows};

/// What answers somebody's first message.
#[derive(Clone)]
pub struct Credential {
    /// Whose it is.
    pub user: UserId,
    /// OPAQUE's password file.
    pub record: Vec<u8>,
    /// Under which server setup it was made.
    pub setup: String,
}

/// What somebody is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in.
    SignIn,
    /// Coming back with the recovery code.
    Recovery,
}

impl Purpose {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Recovery => "recovery",
        }
    }

    const fn refusal(self) -> Refusal {
        match self {
            Self::SignIn => Refusal::SignInFailed,
            Self::Recovery => Refusal::RecoveryFailed,
        }
    }
}

/// A sign-in or recovery between its messages.
#[derive(Clone)]
pub struct PendingSignIn {
    /// Which it is.
    pub id: SignInId,
    /// What for.
    pub purpose: Purpose,
    /// Whose account, where there is one.
    pub user: Option<UserId>,
    /// The name that was given.
    pub name: UserName,
    /// OPAQUE's server state; empty for a recovery.
    pub state: Zeroizing<Vec<u8>>,
    /// When it began. Set by the store.
    pub begun_at: Timestamp,
}

impl Store {
    /// Admits a first message, counts it as a failure until its third verifies, and answers with what it needs; nothing for a name
    /// that is unknown or suspended, which the daemon answers alike.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`].
    pub async fn begin_sign_in(&self, call: &Call, name: &UserName) -> Answer<Option<Credential>> {
        let (name, address) = (name.clone(), call.address);
        self.write(call, move |tx| {
            throttle::admit(tx, Purpose::SignIn.name(), &name, address)?;
            Ok(credential(tx.conn, &name)?)
        })
        .await
    }

    /// Keeps the state between two messages. What it says about when it began is replaced by now.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn keep_sign_in(&self, call: &Call, pending: PendingSignIn) -> Answer<()> {
        let address = call.address.map(|address| address.to_string()).unwrap_or_default();
        self.write(call, move |tx| {
            diesel::insert_into(sign_ins::table)
                .values((
                    sign_ins::id.eq(pending.id.as_bytes().as_slice()),
                    sign_ins::purpose.eq(pending.purpose.name()),
                    sign_ins::account.eq(pending.user.as_ref().map(|user| user.as_bytes().as_slice())),
                    sign_ins::name.eq(pending.name.as_str()),
                    sign_ins::state.eq(pending.state.as_slice()),
                    sign_ins::address.eq(&address),
                    sign_ins::begun_at.eq(tx.now().as_millis()),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .await
    }

    /// Takes the state back, once and in time.
    ///
    /// # Errors
    /// [`Refusal::SignInFailed`] or [`Refusal::RecoveryFailed`], by purpose: unknown, used before, or too late.
    pub async fn take_sign_in(&self, call: &Call, id: SignInId, purpose: Purpose) -> Answer<PendingSignIn> {
        self.write(call, move |tx| {
            let taken = take(tx.conn, id, purpose)?;
            let mut refused = tx.event(Kind::AccountRefused, Actor::Stranger).with("action", purpose.name());
            if let Some(pending) = &taken {
                refused = told(refused, pending);
            }
            let now = tx.now();
            let in_time = |pending: &PendingSignIn| account::sign_in_in_time(pending.begun_at, now);
            tx.decided(taken.filter(in_time).ok_or(purpose.refusal()), refused)
        })
        .await
    }

    /// Signs in: the third message verified. Begins a session.
    ///
    /// # Errors
    /// [`Refusal::SignInFailed`] for an account that was suspended, or whose password was replaced, since the sign-in began.
    pub async fn sign_in(
        &self,
        call: &Call,
        pending: &PendingSignIn,
        session_hash: Digest,
        kept_key: [u8; 32],
    ) -> Answer<(Session, AccountRow)> {
        let (pending, address, kept_key) = (pending.clone(), call.address, Zeroizing::new(kept_key));
        self.write(call, move |tx| {
            let refused = told(tx.event(Kind::AccountRefused, Actor::Stranger).with("action", pending.purpose.name()), &pending);
            let known = owner::still(tx.conn, &pending, Purpose::SignIn)?;
            let owner = tx.decided(known.ok_or(Refusal::SignInFailed), refused)?;
            throttle::forgive(tx, &pending.name, address)?;
            throttle::know(tx, &pending.name, address)?;
            let session = Session::begun(tx.policy(), tx.now());
            session::begin(tx.conn, owner.id, session, session_hash, &kept_key)?;
            session::note_sign_in(tx.conn, owner.id, tx.now())?;
            let event = tx.event(Kind::AccountSignedIn, Actor::Owner(owner.name.clone())).with("name", &owner.name);
            tx.record(event.on(Subject { user: Some(owner.id), ..Subject::default() }))?;
            let account = session::account(tx.conn, session_hash)?;
            Ok((session, account.ok_or_else(|| Broken::Damaged("an account without credentials".to_owned()))?))
        })
        .await
    }

    /// Records that a third message did not verify.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn sign_in_failed(&self, call: &Call, pending: &PendingSignIn) -> Answer<()> {
        let pending = pending.clone();
        self.write(call, move |tx| {
            let refused = told(tx.event(Kind::AccountRefused, Actor::Stranger).with("action", pending.purpose.name()), &pending);
            Ok(tx.record(refused.refused(pending.purpose.refusal()))?)
        })
        .await
    }
}

/// Sign-ins that were begun and never ended within their time are failures: a guesser who sees in the second message that the guess was
/// wrong never sends the third. Each is recorded, from where it began, and forgotten. Answers how many.
pub(crate) fn lapse(tx: &mut Tx<'_>, most: i64) -> Result<u64, Broken> {
    let begun_before = tx.now().plus_seconds(-account::SIGN_IN_SECONDS).as_millis();
    let lapsed: Vec<(Vec<u8>, String)> = sign_ins::table
        .filter(sign_ins::begun_at.lt(begun_before))
        .order(sign_ins::begun_at)
        .limit(most)
        .select((sign_ins::id, sign_ins::purpose))
        .load(tx.conn)?;
    let mut count = 0;
    for (id, purpose) in lapsed {
        let purpose = purpose_named(&purpose)?;
        let address: Option<String> = sign_ins::table.find(&id).select(sign_ins::address).first(tx.conn).optional()?;
        if let Some(pending) = take(tx.conn, rows::id(&id)?, purpose)? {
            let event = tx.event(Kind::AccountRefused, Actor::Stranger).with("action", purpose.name());
            let event = told(event, &pending).refused(purpose.refusal());
            tx.record_from(event, address.and_then(|address| address.parse().ok()))?;
            count += 1;
        }
    }
    Ok(count)
}

fn told(event: Event, pending: &PendingSignIn) -> Event {
    event.with("name", &pending.name).on(Subject { user: pending.user, ..Subject::default() })
}

/// One statement, whether there is such a name or not, so that it takes the same time.
fn credential(conn: &mut Connection, name: &UserName) -> Result<Option<Credential>, Broken> {
    let found = users::table.inner_join(credentials::table).filter(users::name.eq(name.as_str()));
    let row: Option<(StoredOwner, Vec<u8>, String)> =
        found.select((StoredOwner::as_select(), credentials::record, credentials::setup)).first(conn).optional()?;
    let Some((owner, record, setup)) = row else {
        return Ok(None);
    };
    let owner = owner.read()?;
    Ok(owner.may_act().ok().map(|()| Credential { user: owner.id, record, setup }))
}

type Taken = (Option<Vec<u8>>, String, Vec<u8>, i64);

fn take(conn: &mut Connection, id: SignInId, purpose: Purpose) -> Result<Option<PendingSignIn>, Broken> {
    let row = diesel::delete(sign_ins::table.find(id.as_bytes().as_slice()).filter(sign_ins::purpose.eq(purpose.name())));
    let row: Option<Taken> =
        row.returning((sign_ins::account, sign_ins::name, sign_ins::state, sign_ins::begun_at)).get_result(conn).optional()?;
    row.map(|(account, name, state, begun_at)| {
        Ok(PendingSignIn {
            id,
            purpose,
            user: account.map(|account| rows::id(&account)).transpose()?,
            name: rows::text(&name)?,
            state: Zeroizing::new(state),
            begun_at: rows::time(begun_at),
        })
    })
    .transpose()
}

fn purpose_named(name: &str) -> Result<Purpose, Broken> {
    let found = [Purpose::SignIn, Purpose::Recovery].into_iter().find(|purpose| purpose.name() == name);
    found.ok_or_else(|| Broken::Damaged("a purpose doesn't read".to_owned()))
}
