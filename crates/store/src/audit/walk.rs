//! The indexes of the log, as walks through it from the newest record on: which of them a filter can take, and what is then left to look for.
//!
//! Nothing here is left to a database's guess: what doesn't choose the index is written so that it can't.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Text};
use vault::{ItemId, LinkId, ShareId, UserId};

use super::{AuditFilter, audit};
use crate::schema::users;
use crate::{Broken, Connection};

pub(super) type Backend = <Connection as diesel::Connection>::Backend;

/// A condition on rows of `audit`.
pub(super) type OnAudit = Box<dyn BoxableExpression<audit::table, Backend, SqlType = Bool>>;

/// What a filter can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Event,
    Actor,
    Who,
    Address,
    User,
    Item,
    Share,
    Link,
    Refused,
}

/// An index to walk along, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// Everything.
    All,
    /// About a link.
    Link,
    /// About a share.
    Share,
    /// About an item.
    Item,
    /// Of one owner.
    Owner,
    /// Of one operator.
    Operator,
    /// Of one recipient: about the link that they hold.
    Recipient,
    /// From an address.
    Address,
    /// About an account.
    User,
    /// What one kind of actor was refused.
    RefusedBy,
    /// Of all operators.
    Operators,
    /// Of one kind.
    Event,
    /// What was refused.
    Refused,
}

/// The indexes that a filter can be walked along, those first that mostly hold less.
pub(super) fn walks(conn: &mut Connection, filter: &AuditFilter) -> Result<Vec<Walk>, Broken> {
    let operator = filter.actor.as_deref() == Some("operator");
    let mut walks = Vec::new();
    let mut may = |walk: Walk, may: bool| walks.extend(may.then_some(walk));
    may(Walk::Link, filter.link.is_some());
    may(Walk::Share, filter.share.is_some());
    may(Walk::Item, filter.item.is_some());
    if let Some(who) = filter.who.as_deref().filter(|who| !who.is_empty()) {
        may(whose(conn, who)?, true);
    }
    may(Walk::Address, filter.address.is_some());
    may(Walk::User, filter.user.is_some());
    may(Walk::RefusedBy, filter.actor.is_some() && filter.refused == Some(true));
    may(Walk::Operators, operator);
    may(Walk::Event, filter.event.is_some());
    may(Walk::Refused, filter.refused == Some(true));
    if walks.is_empty() {
        walks.push(Walk::All);
    }
    Ok(walks)
}

/// Whose acts those of this name are: `name(uid)` is an operator's, a link's id its recipient's, unless it is an owner's name by chance.
fn whose(conn: &mut Connection, who: &str) -> Result<Walk, Broken> {
    if who.ends_with(')') {
        return Ok(Walk::Operator);
    }
    if who.parse::<LinkId>().is_err() {
        return Ok(Walk::Owner);
    }
    let owners: i64 = users::table.filter(users::name.eq(who.to_owned())).count().get_result(conn)?;
    Ok(if owners > 0 { Walk::Owner } else { Walk::Recipient })
}

impl Walk {
    /// What its index is found by. Conditions of indexes that hold only some rows stand here as in `migrations/`.
    pub(super) fn conditions(self, filter: &AuditFilter) -> Vec<OnAudit> {
        let actor = |condition: &'static str| -> OnAudit { Box::new(sql::<Bool>(condition)) };
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let who = || -> OnAudit { Box::new(audit::who.eq(text(&filter.who))) };
        let refused = || -> OnAudit { Box::new(audit::refusal.is_not_null()) };
        let id = |bytes: Option<&[u8; 16]>| bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
        match self {
            Self::All => Vec::new(),
            Self::Link => vec![Box::new(audit::link_id.assume_not_null().eq(id(filter.link.as_ref().map(LinkId::as_bytes))))],
            Self::Share => vec![Box::new(audit::share_id.assume_not_null().eq(id(filter.share.as_ref().map(ShareId::as_bytes))))],
            Self::Item => vec![Box::new(audit::item_id.assume_not_null().eq(id(filter.item.as_ref().map(ItemId::as_bytes))))],
            Self::User => vec![Box::new(audit::user_id.assume_not_null().eq(id(filter.user.as_ref().map(UserId::as_bytes))))],
            Self::Recipient => {
                let link = filter.who.as_deref().and_then(|who| who.parse::<LinkId>().ok());
                vec![Box::new(audit::link_id.assume_not_null().eq(id(link.as_ref().map(LinkId::as_bytes))))]
            }
            Self::Owner => vec![actor("actor = 'owner'"), who()],
            Self::Operator => vec![actor("actor = 'operator'"), who()],
            Self::Operators => vec![actor("actor = 'operator'")],
            Self::Address => vec![Box::new(audit::address.assume_not_null().eq(text(&filter.address)))],
            Self::RefusedBy => vec![Box::new(audit::actor.eq(text(&filter.actor))), refused()],
            Self::Event => vec![Box::new(audit::event.eq(text(&filter.event)))],
            Self::Refused => vec![refused()],
        }
    }

    /// What the filter names that the index doesn't answer.
    pub(super) fn leaves(self, filter: &AuditFilter) -> Vec<Part> {
        let operator = filter.actor.as_deref() == Some("operator");
        let answers: &[Part] = match self {
            Self::All | Self::Recipient => &[],
            Self::Link => &[Part::Link],
            Self::Share => &[Part::Share],
            Self::Item => &[Part::Item],
            Self::Owner if filter.actor.as_deref() == Some("owner") => &[Part::Who, Part::Actor],
            Self::Operator if operator => &[Part::Who, Part::Actor],
            Self::Owner | Self::Operator => &[Part::Who],
            Self::Operators => &[Part::Actor],
            Self::Address => &[Part::Address],
            Self::User => &[Part::User],
            Self::RefusedBy => &[Part::Actor, Part::Refused],
            Self::Event => &[Part::Event],
            Self::Refused => &[Part::Refused],
        };
        PARTS.into_iter().filter(|part| part.named(filter) && !answers.contains(part)).collect()
    }
}

const PARTS: [Part; 9] =
    [Part::Event, Part::Actor, Part::Who, Part::Address, Part::User, Part::Item, Part::Share, Part::Link, Part::Refused];

impl Part {
    fn named(self, filter: &AuditFilter) -> bool {
        match self {
            Self::Event => filter.event.is_some(),
            Self::Actor => filter.actor.is_some(),
            Self::Who => filter.who.is_some(),
            Self::Address => filter.address.is_some(),
            Self::User => filter.user.is_some(),
            Self::Item => filter.item.is_some(),
            Self::Share => filter.share.is_some(),
            Self::Link => filter.link.is_some(),
            Self::Refused => filter.refused.is_some(),
        }
    }

    /// Looked for in each row, and written so that neither database takes another index for it than the one that is walked.
    pub(super) fn looked_for(self, filter: &AuditFilter) -> Option<OnAudit> {
        let text = |column: &str, value: &Option<String>| -> Option<OnAudit> {
            Some(Box::new(sql::<Bool>(&format!("({column} = ")).bind::<Text, _>(value.clone()?).sql(") IS TRUE")))
        };
        let id = |column: &str, value: Option<&[u8; 16]>| -> Option<OnAudit> {
            Some(Box::new(sql::<Bool>(&format!("({column} = ")).bind::<Binary, _>(value?.to_vec()).sql(") IS TRUE")))
        };
        match self {
            Self::Event => text("event", &filter.event),
            Self::Actor => text("actor", &filter.actor),
            Self::Who => text("who", &filter.who),
            Self::Address => text("address", &filter.address),
            Self::User => id("user_id", filter.user.as_ref().map(UserId::as_bytes)),
            Self::Item => id("item_id", filter.item.as_ref().map(ItemId::as_bytes)),
            Self::Share => id("share_id", filter.share.as_ref().map(ShareId::as_bytes)),
            Self::Link => id("link_id", filter.link.as_ref().map(LinkId::as_bytes)),
            Self::Refused => Some(match filter.refused? {
                true => Box::new(sql::<Bool>("(refusal IS NOT NULL) IS TRUE")),
                false => Box::new(sql::<Bool>("(refusal IS NULL) IS TRUE")),
            }),
        }
    }
}
