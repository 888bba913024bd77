//! Links as rules know them, read from their one hot row.
//!
//! Nothing here reads sealed bytes.

use diesel::prelude::*;
use vault::event::Subject;
use vault::link::Link;
use vault::{Digest, ItemId, LinkId, Timestamp};

use crate::schema::{links, openings, users};
use crate::{Broken, Connection, rows};

/// A row of `links`, as far as rules ask for it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = links)]
pub(crate) struct StoredLink {
    id: Vec<u8>,
    share: Vec<u8>,
    owner: Vec<u8>,
    item: Vec<u8>,
    knock_hash: Vec<u8>,
    proof_hash: Vec<u8>,
    with_token: bool,
    starts_at: i64,
    expires_at: i64,
    view_limit: Option<i32>,
    networks: String,
    views_used: i32,
    failed_tokens: i32,
    freezes: i32,
    revoked_at: Option<i64>,
    burnt_at: Option<i64>,
    last_revealed_at: Option<i64>,
}

/// A link, and what stands beside it in its row.
pub(crate) struct FoundLink {
    pub link: Link,
    pub item: ItemId,
    pub with_token: bool,
}

impl FoundLink {
    /// What audit tells that something was done to.
    pub(crate) fn subject(&self) -> Subject {
        Subject { user: Some(self.link.owner), item: Some(self.item), share: Some(self.link.share), link: Some(self.link.id) }
    }
}

impl StoredLink {
    /// The link. A suspended owner counts as one more freeze.
    pub(crate) fn read(self, owner_suspended_at: Option<i64>) -> Result<FoundLink, Broken> {
        let link = Link {
            id: rows::id(&self.id)?,
            share: rows::id(&self.share)?,
            owner: rows::id(&self.owner)?,
            knock_hash: rows::digest(&self.knock_hash)?,
            proof_hash: rows::digest(&self.proof_hash)?,
            starts_at: rows::time(self.starts_at),
            expires_at: rows::time(self.expires_at),
            views: rows::views(self.view_limit)?,
            views_used: rows::count(self.views_used)?,
            failed_tokens: rows::count(self.failed_tokens)?,
            networks: rows::networks(&self.networks)?,
            revoked_at: self.revoked_at.map(rows::time),
            burnt_at: self.burnt_at.map(rows::time),
            last_revealed_at: self.last_revealed_at.map(rows::time),
            freezes: rows::count(self.freezes)?.saturating_add(u32::from(owner_suspended_at.is_some())),
        };
        Ok(FoundLink { link, item: rows::id(&self.item)?, with_token: self.with_token })
    }
}

/// The link with this id.
pub(super) fn link(conn: &mut Connection, id: LinkId) -> Result<Option<FoundLink>, Broken> {
    let found = links::table.inner_join(users::table).filter(links::id.eq(id.as_bytes().as_slice()));
    let row: Option<(StoredLink, Option<i64>)> = found.select((StoredLink::as_select(), users::suspended_at)).first(conn).optional()?;
    row.map(|(link, suspended_at)| link.read(suspended_at)).transpose()
}

/// The link with this id, and when this attempt was last granted, if it was: one statement, because every reveal begins with it.
pub(super) fn link_and_attempt(
    conn: &mut Connection,
    id: LinkId,
    attempt: Digest,
) -> Result<Option<(FoundLink, Option<Timestamp>)>, Broken> {
    // The hash covers the link's id: no other link has it.
    let same_attempt = openings::attempt_hash.eq(attempt.as_bytes().as_slice());
    let row: Option<(StoredLink, Option<i64>, Option<i64>)> = links::table
        .inner_join(users::table)
        .left_join(openings::table.on(same_attempt.assume_not_null()))
        .filter(links::id.eq(id.as_bytes().as_slice()))
        .order(openings::nth.desc())
        .select((StoredLink::as_select(), users::suspended_at, openings::at.nullable()))
        .first(conn)
        .optional()?;
    row.map(|(link, suspended_at, earlier)| Ok((link.read(suspended_at)?, earlier.map(rows::time)))).transpose()
}
