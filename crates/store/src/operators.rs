//! Links as operators see them, and what operators end.
//!
//! Nothing here is sealed: who, for whom, until when; never what.

use diesel::prelude::*;
use vault::event::{Kind, Subject};
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::text::{Email, Label, UserName};
use vault::{ItemId, LinkId, Refusal, ShareId, Timestamp};

use crate::links::{StoredLink, in_state};
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
    /// What it is like now.
    pub state: Option<State>,
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
    /// Links, newest first, from after this one on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn link_rows(&self, call: &Call, filter: LinkFilter, after: Option<LinkId>, limit: u32) -> Result<Vec<LinkRow>, Broken> {
        let now = call.clock;
        self.read(move |conn| {
            let ids = page(conn, &filter, after, limit, now)?;
            load(conn, &ids, now)
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

/// The page's ids come from one index alone; what is shown beside them is read for these few.
fn page(conn: &mut Connection, filter: &LinkFilter, after: Option<LinkId>, limit: u32, now: Timestamp) -> Result<Vec<Vec<u8>>, Broken> {
    let mut query = links::table.select(links::id).order(links::id.desc()).limit(i64::from(limit)).into_boxed();
    if let Some(owner) = &filter.owner {
        let id: Option<Vec<u8>> = users::table.filter(users::name.eq(owner.as_str())).select(users::id).first(conn).optional()?;
        let Some(id) = id else { return Ok(Vec::new()) };
        query = query.filter(links::owner.eq(id));
    }
    if let Some(recipient) = &filter.recipient {
        query = query.filter(links::recipient_folded.eq(rows::folded(recipient)));
    }
    if let Some(item) = filter.item {
        query = query.filter(links::item.eq(item.as_bytes().to_vec()));
    }
    if let Some(share) = filter.share {
        query = query.filter(links::share.eq(share.as_bytes().to_vec()));
    }
    if let Some(state) = filter.state {
        query = query.filter(in_state(state, now));
    }
    if let Some(after) = after {
        query = query.filter(links::id.lt(after.as_bytes().to_vec()));
    }
    Ok(query.load(conn)?)
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
    found.sort_by_key(|row| std::cmp::Reverse(row.link));
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
