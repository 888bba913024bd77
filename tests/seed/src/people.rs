//! Owners with their items: they join over the years, and some do far more than others.
//!
//! Nobody here can sign in: there are no credentials.

use diesel::prelude::*;
use store::tables::{items, sessions, users};
use vault::event::{Actor, Event, Kind, Subject};
use vault::text::UserName;
use vault::{ItemId, Timestamp, UserId};

use crate::chance::Chance;
use crate::database::Database;
use crate::ledger::Ledger;
use crate::{Failed, Wanted, names};

/// The latest items of an owner, from which they share.
const ITEMS: usize = 12;

/// How long a session lasts, in seconds.
const SESSION_SECONDS: i64 = 12 * 3600;

/// An owner.
pub(crate) struct Owner {
    pub(crate) id: UserId,
    pub(crate) name: UserName,
    items: Vec<ItemId>,
}

impl Owner {
    pub(crate) fn actor(&self) -> Actor {
        Actor::Owner(self.name.clone())
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject { user: Some(self.id), ..Subject::default() }
    }

    /// One of their latest items, or a new one.
    pub(crate) fn item(
        &mut self,
        database: &mut Database,
        ledger: &mut Ledger,
        at: Timestamp,
        chance: &mut Chance,
    ) -> Result<ItemId, Failed> {
        if !self.items.is_empty() && chance.percent(70) {
            let at = usize::try_from(chance.below(self.items.len() as u64)).unwrap_or(0);
            if let Some(item) = self.items.get(at) {
                return Ok(*item);
            }
        }
        let item = ItemId::from_bytes(chance.id(at));
        diesel::insert_into(items::table)
            .values((
                items::id.eq(item.as_bytes().as_slice()),
                items::owner.eq(self.id.as_bytes().as_slice()),
                items::epoch.eq(1),
                items::version.eq(1),
                items::disabled.eq(false),
                items::created_at.eq(at.as_millis()),
                items::updated_at.eq(at.as_millis()),
            ))
            .execute(&mut database.conn)?;
        database.row()?;
        let subject = Subject { item: Some(item), ..self.subject() };
        let mut event = Event::new(Kind::ItemCreated, at, self.actor()).on(subject);
        event.address = Some(names::inside(chance));
        ledger.tell(event);
        if self.items.len() >= ITEMS {
            self.items.remove(0);
        }
        self.items.push(item);
        Ok(item)
    }
}

/// Everybody, in the order in which they joined.
pub(crate) struct People {
    owners: Vec<Owner>,
}

impl People {
    /// They join over the first tenth of the time; a few are suspended, some are signed in at its end.
    pub(crate) fn make(
        database: &mut Database,
        ledger: &mut Ledger,
        wanted: &Wanted,
        from: Timestamp,
        chance: &mut Chance,
    ) -> Result<Self, Failed> {
        let step = wanted.until.millis_since(from) / 10 / i64::try_from(wanted.owners).unwrap_or(i64::MAX).max(1);
        let mut owners = Vec::new();
        let mut joined = from;
        for number in 0..wanted.owners {
            joined = joined.plus_millis(step);
            let (name, full_name) = names::user(number, chance);
            let id = UserId::from_bytes(chance.id(joined));
            let suspended_at = chance.percent(2).then(|| wanted.until.plus_seconds(-86_400).as_millis());
            let registered_at = joined.plus_seconds(3600);
            diesel::insert_into(users::table)
                .values((
                    users::id.eq(id.as_bytes().as_slice()),
                    users::name.eq(&name),
                    users::full_name.eq(&full_name),
                    users::email.eq(format!("{name}@example.com")),
                    users::external_share.eq(true),
                    users::created_at.eq(joined.as_millis()),
                    users::registered_at.eq(Some(registered_at.as_millis())),
                    users::secured_at.eq(Some(registered_at.as_millis())),
                    users::suspended_at.eq(suspended_at),
                    users::signed_in_at.eq(Some(wanted.until.plus_seconds(-60).as_millis())),
                ))
                .execute(&mut database.conn)?;
            if suspended_at.is_none() && chance.percent(10) {
                let signed_in = wanted.until.plus_seconds(-i64::try_from(chance.below(36_000)).unwrap_or(0));
                diesel::insert_into(sessions::table)
                    .values((
                        sessions::hash.eq(chance.bytes::<32>().as_slice()),
                        sessions::account.eq(id.as_bytes().as_slice()),
                        sessions::kept_key.eq([7; 32].as_slice()),
                        sessions::signed_in_at.eq(signed_in.as_millis()),
                        sessions::expires_at.eq(signed_in.plus_seconds(SESSION_SECONDS).as_millis()),
                    ))
                    .execute(&mut database.conn)?;
            }
            let owner = Owner { id, name: name.parse().map_err(|_| Failed(format!("{name} is no name")))?, items: Vec::new() };
            ledger.tell(Event::new(Kind::AccountInvited, joined, operator(chance)).on(owner.subject()).with("name", &name));
            ledger.tell(
                Event::new(Kind::AccountRegistered, registered_at, Actor::Stranger)
                    .on(owner.subject())
                    .with("name", &name)
                    .with("fingerprint", "0000 0000 0000 0000"),
            );
            owners.push(owner);
        }
        Ok(Self { owners })
    }

    /// Somebody who does something, where `share` is how far the years have gone, from 0 to 1.
    pub(crate) fn somebody(&mut self, gone: f64, chance: &mut Chance) -> Result<&mut Owner, Failed> {
        let all = self.owners.len() as f64;
        // Nobody acts before they have joined.
        let here = (all * gone * 10.0).clamp(1.0, all) as u64;
        let at = usize::try_from(chance.mostly_small(here)).unwrap_or(0);
        self.owners.get_mut(at).ok_or_else(|| Failed("there is nobody".to_owned()))
    }
}

/// One of a handful.
pub(crate) fn operator(chance: &mut Chance) -> Actor {
    let (uid, name) = chance.one_of(&[(1000, "olga"), (1001, "oscar"), (1002, "omar"), (0, "root")], (0, "root"));
    Actor::Operator { uid, name: name.to_owned() }
}
