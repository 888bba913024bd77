//! Links as operators see them, and what operators end.
//!
//! Nothing here is sealed: who, for whom, until when; never what.

pub(crate) mod find;
#[cfg(test)]
mod plans;
mod walk;

use std::collections::HashMap;

use diesel::prelude::*;
use vault::event::{Kind, Subject};
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::text::{Email, Label, UserName};
use vault::{ItemId, LinkId, Refusal, ShareId, Timestamp};

use crate::links::StoredLink;
use crate::schema::{links, shares, users};
use crate::shares::{link, revoke_link, revoke_share, share};
use crate::{Answer, Broken, Call, Connection, Operator, Store, Tx, rows};

/// Which links are wanted; every part that is given must match.
#[derive(Clone, Debug, Default)]
pub struct LinkFilter {
    /// Who shares.
    pub owner: Option<UserName>,
    /// Whom it is for, in any case.
    pub recipient: Option<Email>,
    /// Of which item.
    pub item: Option<ItemId>,
    /// Of which share.
    pub share: Option<ShareId>,
    /// The link itself.
    pub link: Option<LinkId>,
    /// What it is like now.
    pub state: Option<State>,
    /// How link and token travel.
    pub delivery: Option<Delivery>,
    /// Made then or later, by the link's id.
    pub made_from: Option<Timestamp>,
    /// Made earlier than then, by the link's id.
    pub made_until: Option<Timestamp>,
    /// In which order.
    pub order: LinkOrder,
}

/// In which order links are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkOrder {
    /// The newest first.
    #[default]
    Made,
    /// Those first that end soonest.
    Expires,
}

/// A link's place in both orders, for asking for what stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkPlace {
    /// The link.
    pub link: LinkId,
    /// When it ends; without meaning among the newest.
    pub expires_at: Timestamp,
}

/// A part of the list of links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkPage {
    /// The links that were found, in the order that was asked for.
    pub rows: Vec<LinkRow>,
    /// Where the list goes on; nothing at its end. It may go on behind a page that has few rows or none.
    pub next: Option<LinkPlace>,
}

/// A link as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Which link.
    pub link: LinkId,
    /// Of which share.
    pub share: ShareId,
    /// Of which item.
    pub item: ItemId,
    /// Who shares.
    pub owner: UserName,
    /// The owner's label.
    pub label: Option<Label>,
    /// Whom it is for.
    pub recipient: Email,
    /// What it is like now.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often it may be viewed.
    pub views: Views,
    /// Views spent.
    pub views_used: u32,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
    /// How link and token travel.
    pub delivery: Delivery,
    /// Whether it asks for a token.
    pub with_token: bool,
}

impl Store {
    /// At most `limit` links, in the order that is asked for, from after this place on. What no index has together is looked for in a bounded
    /// number of links, so a page may have few rows, or none, and go on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn link_rows(&self, call: &Call, filter: LinkFilter, after: Option<LinkPlace>, limit: u32) -> Result<LinkPage, Broken> {
        let now = call.clock;
        self.read(move |conn| {
            let found = find::page(conn, &filter, after, limit, find::LOOKED_AT, now)?;
            Ok(LinkPage { rows: load(conn, &found.ids, now)?, next: found.next })
        })
        .await
    }

    /// Ends every link of anybody's share, and answers how many that were.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn operator_revoke_share(&self, call: &Call, operator: &Operator, id: ShareId) -> Answer<u32> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let found = share(tx.conn, id)?;
            let subject = known(tx, &operator, found)?;
            revoke_share(tx, id, operator.actor(), subject)
        })
        .await
    }

    /// Ends anybody's link, and answers how many that were: one, or none if it had ended.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn operator_revoke_link(&self, call: &Call, operator: &Operator, id: LinkId) -> Answer<u32> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let found = link(tx.conn, id)?;
            let subject = known(tx, &operator, found)?;
            revoke_link(tx, id, operator.actor(), subject)
        })
        .await
    }
}

fn known(tx: &mut Tx<'_>, operator: &Operator, found: Option<Subject>) -> Answer<Subject> {
    let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", "revoke");
    tx.decided(found.ok_or(Refusal::NotFound), refused)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = shares)]
struct AboutShare {
    label: Option<String>,
    delivery: String,
    relayed: bool,
    created_at: i64,
}

type Found = (StoredLink, String, AboutShare, String, Option<i64>);

fn load(conn: &mut Connection, ids: &[Vec<u8>], now: Timestamp) -> Result<Vec<LinkRow>, Broken> {
    let found: Vec<Found> = links::table
        .inner_join(users::table)
        .inner_join(shares::table)
        .filter(links::id.eq_any(ids))
        .select((StoredLink::as_select(), links::recipient, AboutShare::as_select(), users::name, users::suspended_at))
        .load(conn)?;
    let mut found = found.into_iter().map(|row| read(row, now)).collect::<Result<Vec<_>, _>>()?;
    // In the page's order, which the database doesn't keep.
    let places: HashMap<&[u8], usize> = ids.iter().enumerate().map(|(place, id)| (id.as_slice(), place)).collect();
    found.sort_by_key(|row| places.get(row.link.as_bytes().as_slice()).copied());
    Ok(found)
}

fn read((link, recipient, share, owner, suspended_at): Found, now: Timestamp) -> Result<LinkRow, Broken> {
    let found = link.read(suspended_at)?;
    Ok(LinkRow {
        link: found.link.id,
        share: found.link.share,
        item: found.item,
        owner: rows::text(&owner)?,
        label: share.label.as_deref().map(rows::text).transpose()?,
        recipient: rows::text(&recipient)?,
        state: found.link.state(now),
        created_at: rows::time(share.created_at),
        expires_at: found.link.expires_at,
        views: found.link.views,
        views_used: found.link.views_used,
        failed_tokens: found.link.failed_tokens,
        delivery: rows::delivery(&share.delivery, share.relayed)?,
        with_token: found.with_token,
    })
}
