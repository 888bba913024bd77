//! Changing the password, from a fresh session.
//!
//! Nothing here re-encrypts an item: the root stays, only its seal changes.

use diesel::prelude::*;
use vault::event::{Kind, Subject};

use super::{SignedIn, owner};
use crate::schema::{credentials, sessions};
use crate::{Answer, Call, Store};

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
    /// Replaces the password and ends all other sessions.
    ///
    /// # Errors
    /// [`vault::Refusal::NotFresh`], [`vault::Refusal::NotSignedIn`].
    pub async fn change_password(&self, call: &Call, signed_in: &SignedIn, new: NewPassword) -> Answer<()> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            let owner = signed_in.owner();
            let subject = Subject { user: Some(owner.id), ..Subject::default() };
            let refused = tx.event(Kind::AccountRefused, signed_in.actor()).on(subject);
            let refused = refused.with("action", "password change").with("name", &owner.name);
            let decision = owner::still_signed_in(tx.conn, &signed_in)?.and_then(|_| signed_in.session().fresh(tx.now()));
            tx.decided(decision, refused)?;
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
