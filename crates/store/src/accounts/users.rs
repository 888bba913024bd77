//! Accounts as operators see them, and what operators decide about them.
//!
//! Nothing here touches an owner's links: a suspension is read together with each link, so it takes all of them at once, however many.

use diesel::prelude::*;
use vault::account::Standing;
use vault::event::{Kind, Subject};
use vault::text::{Email, FullName, UserName};
use vault::{Refusal, Timestamp, UserId};

use super::{owner, session};
use crate::schema::users;
use crate::{Answer, Broken, Call, Connection, Operator, Store, Tx, outbox, rows};

/// An account as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// Who it is.
    pub user: UserId,
    /// The name signed in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// Where notices go.
    pub email: Email,
    /// Whether the account may be used.
    pub standing: Standing,
    /// Whether it may share with people outside the vault.
    pub external_share: bool,
    /// Whether the person has registered; before that there is only an invitation.
    pub registered: bool,
    /// When the invitation was made.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// Which accounts are wanted; every part that is given must match.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// How the name begins.
    pub name: Option<UserName>,
    /// Whether it may be used.
    pub standing: Option<Standing>,
    /// Whether it may share with people outside the vault.
    pub external: Option<bool>,
    /// Whether the person has registered.
    pub registered: Option<bool>,
}

impl Store {
    /// Accounts and open invitations, by name, from after this one on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn users(&self, filter: UserFilter, after: Option<UserName>, limit: u32) -> Result<Vec<UserRow>, Broken> {
        self.read(move |conn| {
            let mut query = users::table.select(StoredUser::as_select()).order(users::name).limit(i64::from(limit)).into_boxed();
            if let Some(beginning) = &filter.name {
                // The first part lets the index find the place; only the second is the same in every order of letters.
                let pattern = format!("{}%", beginning.as_str().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
                query = query.filter(users::name.ge(beginning.as_str().to_owned())).filter(users::name.like(pattern).escape('\\'));
            }
            match filter.standing {
                Some(Standing::Suspended) => query = query.filter(users::suspended_at.is_not_null()),
                Some(Standing::Active) => query = query.filter(users::suspended_at.is_null()),
                None => {}
            }
            if let Some(allowed) = filter.external {
                query = query.filter(users::external_share.eq(allowed));
            }
            match filter.registered {
                Some(true) => query = query.filter(users::registered_at.is_not_null()),
                Some(false) => query = query.filter(users::registered_at.is_null()),
                None => {}
            }
            if let Some(after) = &after {
                query = query.filter(users::name.gt(after.as_str()));
            }
            query.load(conn)?.into_iter().map(StoredUser::read).collect()
        })
        .await
    }

    /// Suspends an account, which ends its sessions, freezes its links and takes back its invitation if that still waits to be mailed, or
    /// lets it back in.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn set_standing(&self, call: &Call, operator: &Operator, name: &UserName, standing: Standing) -> Answer<UserRow> {
        let (operator, name) = (operator.clone(), name.clone());
        self.write(call, move |tx| {
            let (action, kind, suspended_at) = match standing {
                Standing::Suspended => ("suspend", Kind::AccountSuspended, Some(tx.now().as_millis())),
                Standing::Active => ("resume", Kind::AccountResumed, None),
            };
            let user = known(tx, &operator, &name, action)?;
            diesel::update(users::table.find(user.as_bytes().as_slice())).set(users::suspended_at.eq(suspended_at)).execute(tx.conn)?;
            if standing == Standing::Suspended {
                session::end_all(tx.conn, user)?;
            }
            let row = decided_about(tx, &operator, user, kind)?;
            if standing == Standing::Suspended {
                outbox::withdraw_invitations(tx, user.as_bytes(), "the account is suspended")?;
            }
            Ok(row)
        })
        .await
    }

    /// Ends every session of an account, and answers how many that were. Its owner may sign in again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn end_sessions(&self, call: &Call, operator: &Operator, name: &UserName) -> Answer<u32> {
        let (operator, name) = (operator.clone(), name.clone());
        self.write(call, move |tx| {
            let user = known(tx, &operator, &name, "end-sessions")?;
            let ended = session::end_all(tx.conn, user)?;
            let event = tx.event(Kind::SessionsEnded, operator.actor()).on(Subject { user: Some(user), ..Subject::default() });
            tx.record(event.with("name", &name).with("sessions", ended))?;
            Ok(ended)
        })
        .await
    }

    /// Grants or withdraws the external-share permission. Shares made before live on.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn set_external_share(&self, call: &Call, operator: &Operator, name: &UserName, allowed: bool) -> Answer<UserRow> {
        let (operator, name) = (operator.clone(), name.clone());
        self.write(call, move |tx| {
            let (action, kind) = match allowed {
                true => ("allow-external", Kind::ExternalShareAllowed),
                false => ("deny-external", Kind::ExternalShareDenied),
            };
            let user = known(tx, &operator, &name, action)?;
            diesel::update(users::table.find(user.as_bytes().as_slice())).set(users::external_share.eq(allowed)).execute(tx.conn)?;
            decided_about(tx, &operator, user, kind)
        })
        .await
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct StoredUser {
    id: Vec<u8>,
    name: String,
    full_name: String,
    email: String,
    external_share: bool,
    created_at: i64,
    registered_at: Option<i64>,
    suspended_at: Option<i64>,
    signed_in_at: Option<i64>,
}

impl StoredUser {
    fn read(self) -> Result<UserRow, Broken> {
        Ok(UserRow {
            user: rows::id(&self.id)?,
            name: rows::text(&self.name)?,
            full_name: rows::text(&self.full_name)?,
            email: rows::text(&self.email)?,
            standing: owner::standing(self.suspended_at),
            external_share: self.external_share,
            registered: self.registered_at.is_some(),
            created_at: rows::time(self.created_at),
            signed_in_at: self.signed_in_at.map(rows::time),
        })
    }
}

fn known(tx: &mut Tx<'_>, operator: &Operator, name: &UserName, action: &'static str) -> Answer<UserId> {
    let found: Option<Vec<u8>> = users::table.filter(users::name.eq(name.as_str())).select(users::id).first(tx.conn).optional()?;
    let found = found.map(|id| rows::id(&id)).transpose()?;
    let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", action);
    tx.decided(found.ok_or(Refusal::NotFound), refused)
}

fn decided_about(tx: &mut Tx<'_>, operator: &Operator, user: UserId, kind: Kind) -> Answer<UserRow> {
    let row = row(tx.conn, user)?;
    let event = tx.event(kind, operator.actor()).on(Subject { user: Some(user), ..Subject::default() });
    tx.record(event.with("name", &row.name))?;
    Ok(row)
}

fn row(conn: &mut Connection, user: UserId) -> Result<UserRow, Broken> {
    users::table.find(user.as_bytes().as_slice()).select(StoredUser::as_select()).first(conn)?.read()
}
