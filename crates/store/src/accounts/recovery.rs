//! Coming back with the recovery code when the password is lost.
//!
//! Nothing here sees the code: a digest of its proof comes in and is compared in constant time.

use diesel::prelude::*;
use vault::event::{Actor, Kind, Subject};
use vault::text::UserName;
use vault::{Digest, Refusal, UserId};

use super::owner::StoredOwner;
use super::{PendingSignIn, Purpose, owner, session, throttle};
use crate::schema::{credentials, users};
use crate::{Answer, Broken, Call, Connection, Store, rows};

/// What a right recovery proof opens.
#[derive(Clone)]
pub struct Recovery {
    /// The account.
    pub user: UserId,
    /// The root, sealed for the recovery code.
    pub recovery_root: Vec<u8>,
    /// Under which server setup the account's password was registered.
    pub setup: String,
}

/// What a recovery leaves.
#[derive(Clone)]
pub struct Recovered {
    /// OPAQUE's password file for the new password.
    pub record: Vec<u8>,
    /// Under which server setup it was made.
    pub setup: String,
    /// The same root, sealed under the new export key.
    pub root: Vec<u8>,
    /// The same root, sealed for the new recovery code.
    pub recovery_root: Vec<u8>,
    /// SHA-256 of the new recovery proof.
    pub recovery_verifier: Digest,
}

impl Store {
    /// The account of this name, which a recovery proof is derived with; nothing for a name that is unknown.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn user_named(&self, name: &UserName) -> Result<Option<UserId>, Broken> {
        let name = name.clone();
        self.read(move |conn| Ok(owner::owner_named(conn, &name)?.map(|owner| owner.id))).await
    }

    /// Holds a recovery proof against what is remembered. Throttled like a sign-in, and counted as a failure unless it is right.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`]; [`Refusal::RecoveryFailed`], for a name that is unknown or suspended too.
    pub async fn begin_recovery(&self, call: &Call, name: &UserName, verifier: Digest) -> Answer<Recovery> {
        let (name, address) = (name.clone(), call.address);
        self.write(call, move |tx| {
            let action = Purpose::Recovery.name();
            throttle::admit(tx, action, &name, address)?;
            let refused = tx.event(Kind::AccountRefused, Actor::Stranger).with("action", action).with("name", &name);
            let known = known(tx.conn, &name)?;
            // An unknown name is compared too, with what nothing hashes to, so that it takes the same time.
            let (recovery, expected) = known.map_or((None, Digest::from_bytes([0; 32])), |(recovery, expected)| (Some(recovery), expected));
            let right = verifier == expected;
            let recovery = tx.decided(recovery.filter(|_| right).ok_or(Refusal::RecoveryFailed), refused)?;
            throttle::forgive(tx, &name, address)?;
            Ok(recovery)
        })
        .await
    }

    /// Ends a recovery: replaces password, seals and recovery code together, and ends all sessions.
    ///
    /// # Errors
    /// [`Refusal::RecoveryFailed`] when the account was suspended, or the code used, since the recovery began.
    pub async fn recover(&self, call: &Call, pending: &PendingSignIn, new: Recovered) -> Answer<()> {
        let pending = pending.clone();
        self.write(call, move |tx| {
            let subject = Subject { user: pending.user, ..Subject::default() };
            let refused = tx.event(Kind::AccountRefused, Actor::Stranger).on(subject);
            let refused = refused.with("action", Purpose::Recovery.name()).with("name", &pending.name);
            let known = owner::still(tx.conn, &pending, Purpose::Recovery)?;
            let owner = tx.decided(known.ok_or(Refusal::RecoveryFailed), refused)?;
            diesel::update(credentials::table.find(owner.id.as_bytes().as_slice()))
                .set((
                    credentials::record.eq(&new.record),
                    credentials::setup.eq(&new.setup),
                    credentials::root.eq(&new.root),
                    credentials::recovery_root.eq(&new.recovery_root),
                    credentials::recovery_verifier.eq(new.recovery_verifier.as_bytes().as_slice()),
                ))
                .execute(tx.conn)?;
            owner::secure(tx, owner.id)?;
            session::end_all(tx.conn, owner.id)?;
            let event = tx.event(Kind::AccountRecovered, Actor::Owner(owner.name.clone())).on(subject);
            Ok(tx.record(event.with("name", &owner.name))?)
        })
        .await
    }
}

type Known = (StoredOwner, Vec<u8>, String, Vec<u8>);

/// One statement, whether there is such a name or not, so that it takes the same time.
fn known(conn: &mut Connection, name: &UserName) -> Result<Option<(Recovery, Digest)>, Broken> {
    let found = users::table.inner_join(credentials::table).filter(users::name.eq(name.as_str()));
    let columns = (StoredOwner::as_select(), credentials::recovery_root, credentials::setup, credentials::recovery_verifier);
    let row: Option<Known> = found.select(columns).first(conn).optional()?;
    let Some((owner, recovery_root, setup, verifier)) = row else {
        return Ok(None);
    };
    let (owner, verifier) = (owner.read()?, rows::digest(&verifier)?);
    Ok(owner.may_act().ok().map(|()| (Recovery { user: owner.id, recovery_root, setup }, verifier)))
}
