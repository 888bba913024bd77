//! Changing the password, from a fresh session.
//!
//! Nothing here re-encrypts an item: the root stays, only its seal changes.

use diesel::prelude::*;
use vault::event::{Kind, Subject};

use super::{SignedIn, owner, throttle};
use crate::schema::{credentials, sessions};
use crate::{Answer, Call, Store, Tx};

const ACTION: &str = "password change";

/// What a new password brings along.
#[derive(Clone)]
pub struct NewPassword {
    /// OPAQUE's password file.
    pub record: Vec<u8>,
    /// Under which server setup it was made.
    pub setup: String,
    /// The same root, sealed under the new export key.
    pub root: Vec<u8>,
}

impl Store {
    /// Admits the first half of a change of password, which evaluates OPAQUE's function for this name. Whoever has a session and
    /// a first answer to a sign-in could try passwords with it at home, so it counts like a guess until the change is finished.
    ///
    /// # Errors
    /// [`vault::Refusal::NotFresh`], [`vault::Refusal::NotSignedIn`], [`vault::Refusal::TooManyAttempts`].
    pub async fn begin_password(&self, call: &Call, signed_in: &SignedIn) -> Answer<()> {
        let (signed_in, address) = (signed_in.clone(), call.address);
        self.write(call, move |tx| {
            admitted(tx, &signed_in)?;
            throttle::admit(tx, ACTION, &signed_in.owner().name, address)
        })
        .await
    }

    /// Replaces the password and ends all other sessions.
    ///
    /// # Errors
    /// [`vault::Refusal::NotFresh`], [`vault::Refusal::NotSignedIn`].
    pub async fn change_password(&self, call: &Call, signed_in: &SignedIn, new: NewPassword) -> Answer<()> {
        let (signed_in, address) = (signed_in.clone(), call.address);
        self.write(call, move |tx| {
            let subject = admitted(tx, &signed_in)?;
            let owner = signed_in.owner();
            throttle::forgive(tx, &owner.name, address)?;
            let account = owner.id.as_bytes().as_slice();
            diesel::update(credentials::table.find(account))
                .set((credentials::record.eq(&new.record), credentials::setup.eq(&new.setup), credentials::root.eq(&new.root)))
                .execute(tx.conn)?;
            owner::secure(tx, owner.id)?;
            let others = sessions::table.filter(sessions::account.eq(account)).filter(sessions::hash.ne(signed_in.hash()));
            diesel::delete(others).execute(tx.conn)?;
            Ok(tx.record(tx.event(Kind::AccountPasswordChanged, signed_in.actor()).on(subject))?)
        })
        .await
    }
}

/// Somebody signed in just now, whose session still stands.
fn admitted(tx: &mut Tx<'_>, signed_in: &SignedIn) -> Answer<Subject> {
    let owner = signed_in.owner();
    let subject = Subject { user: Some(owner.id), ..Subject::default() };
    let refused = tx.event(Kind::AccountRefused, signed_in.actor()).on(subject);
    let refused = refused.with("action", ACTION).with("name", &owner.name);
    let decision = owner::still_signed_in(tx.conn, signed_in)?.and_then(|_| signed_in.session().fresh(tx.now()));
    tx.decided(decision.map(|()| subject), refused)
}
