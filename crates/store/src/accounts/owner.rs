//! Owners as the rules know them, read anew inside each write.
//!
//! Nothing here believes what a session knew when it began: a permission withdrawn counts at once.

use diesel::prelude::*;
use vault::account::{self, Owner, Standing};
use vault::event::{Event, Kind, Subject};
use vault::text::UserName;
use vault::{Refusal, UserId};

use super::{PendingSignIn, Purpose, SignedIn, session};
use crate::schema::users;
use crate::{Answer, Broken, Connection, Tx, rows};

/// A row of `users`, as far as rules ask for it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct StoredOwner {
    id: Vec<u8>,
    name: String,
    full_name: String,
    email: String,
    external_share: bool,
    suspended_at: Option<i64>,
}

impl StoredOwner {
    pub(super) fn read(self) -> Result<Owner, Broken> {
        Ok(Owner {
            id: rows::id(&self.id)?,
            name: rows::text(&self.name)?,
            full_name: rows::text(&self.full_name)?,
            email: rows::text(&self.email)?,
            standing: standing(self.suspended_at),
            external_share: self.external_share,
        })
    }
}

pub(super) fn standing(suspended_at: Option<i64>) -> Standing {
    match suspended_at {
        None => Standing::Active,
        Some(_) => Standing::Suspended,
    }
}

/// The registered owner with this id.
pub(super) fn owner(conn: &mut Connection, id: UserId) -> Result<Option<Owner>, Broken> {
    let found = users::table.find(id.as_bytes().as_slice()).filter(users::registered_at.is_not_null());
    found.select(StoredOwner::as_select()).first(conn).optional()?.map(StoredOwner::read).transpose()
}

/// The registered owner with this name.
pub(super) fn owner_named(conn: &mut Connection, name: &UserName) -> Result<Option<Owner>, Broken> {
    let found = users::table.filter(users::name.eq(name.as_str())).filter(users::registered_at.is_not_null());
    found.select(StoredOwner::as_select()).first(conn).optional()?.map(StoredOwner::read).transpose()
}

/// The owner whose sign-in or recovery may end now: not suspended, and with the password and recovery code under which it began.
pub(super) fn still(conn: &mut Connection, pending: &PendingSignIn, purpose: Purpose) -> Result<Option<Owner>, Broken> {
    let Some(user) = pending.user.filter(|_| pending.purpose == purpose) else {
        return Ok(None);
    };
    let found = users::table.find(user.as_bytes().as_slice()).filter(users::secured_at.is_not_null());
    let row: Option<(StoredOwner, i64)> =
        found.select((StoredOwner::as_select(), users::secured_at.assume_not_null())).first(conn).optional()?;
    let Some((owner, secured_at)) = row else {
        return Ok(None);
    };
    let current = account::begun_since(rows::time(secured_at), pending.begun_at);
    Ok(Some(owner.read()?).filter(|owner| current && owner.may_act().is_ok()))
}

/// Notes that password or recovery code were set.
pub(super) fn secure(tx: &mut Tx<'_>, user: UserId) -> Result<(), Broken> {
    let now = tx.now().as_millis();
    diesel::update(users::table.find(user.as_bytes().as_slice())).set(users::secured_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// The owner who acts: neither suspended nor signed out since their request began. A request may last as long as its body takes.
pub(crate) fn acting(tx: &mut Tx<'_>, signed_in: &SignedIn, action: &'static str, subject: Subject) -> Answer<Owner> {
    let refused = owner_refused(tx, signed_in, action, subject);
    let decision = still_signed_in(tx.conn, signed_in)?;
    tx.decided(decision, refused)
}

/// The owner of a session, if both are still what they were when the request began.
pub(super) fn still_signed_in(conn: &mut Connection, signed_in: &SignedIn) -> Result<Result<Owner, Refusal>, Broken> {
    let owner = owner(conn, signed_in.owner().id)?.ok_or(Refusal::NotSignedIn);
    let decision = owner.and_then(|owner| owner.may_act().map(|()| owner));
    let stands = session::stands(conn, signed_in)?;
    Ok(decision.and_then(|owner| if stands { Ok(owner) } else { Err(Refusal::NotSignedIn) }))
}

/// The event that tells of an owner's refusal, but for the refusal.
pub(crate) fn owner_refused(tx: &Tx<'_>, signed_in: &SignedIn, action: &'static str, subject: Subject) -> Event {
    let user = signed_in.owner().id;
    tx.event(Kind::OwnerRefused, signed_in.actor()).on(Subject { user: Some(user), ..subject }).with("action", action)
}
