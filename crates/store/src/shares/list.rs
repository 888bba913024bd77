//! Shares as their owner sees them: for whom, until when, who opened them, when and from where.
//!
//! Nothing here is sealed, and nothing of it goes when the sealed bytes do.

use std::collections::HashMap;

use diesel::prelude::*;
use vault::gate::Networks;
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::text::{Email, Label};
use vault::{ItemId, Language, LinkId, Refusal, ShareId, Timestamp, UserId};

use crate::accounts::{SignedIn, owner_refused};
use crate::links::StoredLink;
use crate::schema::{links, openings, shares, users};
use crate::{Answer, Broken, Call, Connection, Store, rows};

/// How many openings are told of each link: the latest ones.
const OPENINGS_TOLD: i32 = 20;

/// A share as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareRow {
    /// Which share.
    pub id: ShareId,
    /// Of which item.
    pub item: ItemId,
    /// What the owner calls it.
    pub label: Option<Label>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often each link may be viewed.
    pub views: Views,
    /// Networks narrower than the gate's.
    pub networks: Networks,
    /// How link and token travel.
    pub delivery: Delivery,
    /// In which language recipients are written to; nothing means the appliance's.
    pub language: Option<Language>,
    /// Whether links ask for a token.
    pub with_token: bool,
    /// Its links.
    pub links: Vec<LinkOfShare>,
}

/// A link as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOfShare {
    /// Which link.
    pub id: LinkId,
    /// Whom it is for.
    pub recipient: Email,
    /// What it is like now.
    pub state: State,
    /// Views spent.
    pub views_used: u32,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
    /// The latest twenty openings, oldest first.
    pub openings: Vec<Opening>,
}

/// One view that was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
}

impl Store {
    /// The owner's shares, of one item or of all, newest first, from after this one on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn shares(
        &self,
        call: &Call,
        signed_in: &SignedIn,
        item: Option<ItemId>,
        after: Option<ShareId>,
        limit: u32,
    ) -> Result<Vec<ShareRow>, Broken> {
        let (owner, now) = (signed_in.owner().id, call.clock);
        self.read(move |conn| {
            let mine = shares::table.filter(shares::owner.eq(owner.as_bytes().as_slice()));
            let mut query = mine.select(StoredShare::as_select()).order(shares::id.desc()).limit(i64::from(limit)).into_boxed();
            if let Some(item) = &item {
                query = query.filter(shares::item.eq(item.as_bytes().as_slice()));
            }
            if let Some(after) = &after {
                query = query.filter(shares::id.lt(after.as_bytes().as_slice()));
            }
            let found = query.load(conn)?;
            with_links(conn, found, now)
        })
        .await
    }

    /// One of the owner's shares.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn share(&self, call: &Call, signed_in: &SignedIn, id: ShareId) -> Answer<ShareRow> {
        let (owner, now) = (signed_in.owner().id, call.clock);
        match self.read(move |conn| of_owner(conn, owner, id, now)).await? {
            Some(share) => Ok(share),
            None => {
                let signed_in = signed_in.clone();
                // Only a refusal is worth a write.
                self.write(call, move |tx| {
                    let refused =
                        owner_refused(tx, &signed_in, "show share", vault::event::Subject { share: Some(id), ..Default::default() });
                    tx.decided(Err(Refusal::NotFound), refused)
                })
                .await
            }
        }
    }
}

/// The share with this id, which exists.
pub(super) fn share(conn: &mut Connection, id: ShareId, now: Timestamp) -> Result<ShareRow, Broken> {
    let found = shares::table.find(id.as_bytes().as_slice()).select(StoredShare::as_select()).load(conn)?;
    let row = with_links(conn, found, now)?.pop();
    row.ok_or_else(|| Broken::Damaged("a share that was there a moment ago is not".to_owned()))
}

/// One link's latest openings, oldest first.
pub(crate) fn openings_of(conn: &mut Connection, link: LinkId) -> Result<Vec<Opening>, Broken> {
    let latest = openings::table.filter(openings::link.eq(link.as_bytes().as_slice())).order(openings::nth.desc());
    let rows: Vec<(i64, String)> = latest.limit(i64::from(OPENINGS_TOLD)).select((openings::at, openings::address)).load(conn)?;
    Ok(rows.into_iter().rev().map(opening).collect())
}

fn of_owner(conn: &mut Connection, owner: UserId, id: ShareId, now: Timestamp) -> Result<Option<ShareRow>, Broken> {
    let found = shares::table.find(id.as_bytes().as_slice()).filter(shares::owner.eq(owner.as_bytes().as_slice()));
    let found = found.select(StoredShare::as_select()).load(conn)?;
    Ok(with_links(conn, found, now)?.pop())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = shares)]
struct StoredShare {
    id: Vec<u8>,
    item: Vec<u8>,
    label: Option<String>,
    delivery: String,
    relayed: bool,
    language: Option<String>,
    with_token: bool,
    starts_at: i64,
    expires_at: i64,
    view_limit: Option<i32>,
    networks: String,
    created_at: i64,
}

impl StoredShare {
    fn read(self, links: Vec<LinkOfShare>) -> Result<ShareRow, Broken> {
        Ok(ShareRow {
            id: rows::id(&self.id)?,
            item: rows::id(&self.item)?,
            label: self.label.as_deref().map(rows::text).transpose()?,
            created_at: rows::time(self.created_at),
            starts_at: rows::time(self.starts_at),
            expires_at: rows::time(self.expires_at),
            views: rows::views(self.view_limit)?,
            networks: rows::networks(&self.networks)?,
            delivery: rows::delivery(&self.delivery, self.relayed)?,
            language: rows::language(self.language.as_deref())?,
            with_token: self.with_token,
            links,
        })
    }
}

/// Three statements, however many shares and links there are.
fn with_links(conn: &mut Connection, found: Vec<StoredShare>, now: Timestamp) -> Result<Vec<ShareRow>, Broken> {
    let ids: Vec<&[u8]> = found.iter().map(|share| share.id.as_slice()).collect();
    let stored: Vec<(StoredLink, String, Option<i64>)> = links::table
        .inner_join(users::table)
        .filter(links::share.eq_any(&ids))
        .order((links::share, links::id))
        .select((StoredLink::as_select(), links::recipient, users::suspended_at))
        .load(conn)?;
    let told: Vec<(Vec<u8>, i64, String)> = openings::table
        .inner_join(links::table)
        .filter(links::share.eq_any(&ids))
        .filter(openings::nth.gt(links::views_used - OPENINGS_TOLD))
        .order((openings::link, openings::nth))
        .select((openings::link, openings::at, openings::address))
        .load(conn)?;
    let mut openings: HashMap<LinkId, Vec<Opening>> = HashMap::new();
    for (link, at, address) in told {
        openings.entry(rows::id(&link)?).or_default().push(opening((at, address)));
    }
    let mut links: HashMap<ShareId, Vec<LinkOfShare>> = HashMap::new();
    for (link, recipient, suspended_at) in stored {
        let link = link.read(suspended_at)?.link;
        let row = LinkOfShare {
            id: link.id,
            recipient: rows::text(&recipient)?,
            state: link.state(now),
            views_used: link.views_used,
            failed_tokens: link.failed_tokens,
            openings: openings.remove(&link.id).unwrap_or_default(),
        };
        links.entry(link.share).or_default().push(row);
    }
    found
        .into_iter()
        .map(|share| {
            let links = links.remove(&rows::id(&share.id)?).unwrap_or_default();
            share.read(links)
        })
        .collect()
}

fn opening((at, address): (i64, String)) -> Opening {
    Opening { at: rows::time(at), address }
}
