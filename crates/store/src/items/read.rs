//! Reading items: a list without bodies, and one item with the body of one version.
//!
//! Nothing here hands out a body without an audit event.

use std::collections::HashSet;

use diesel::prelude::*;
use vault::event::Kind;
use vault::{ItemId, Refusal, Timestamp, UserId};

use super::load::{about, seen};
use super::{EpochBlobs, VersionBlobs};
use crate::accounts::{SignedIn, owner_refused};
use crate::links::alive;
use crate::schema::{item_epochs, item_versions, items, links, version_bodies};
use crate::{Answer, Broken, Call, Connection, Store, rows};

/// A row of an owner's list.
#[derive(Clone)]
pub struct ItemRow {
    /// Which item.
    pub id: ItemId,
    /// Whose.
    pub owner: UserId,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Whether a share of it lives.
    pub shared: bool,
    /// When its newest version was saved.
    pub updated_at: Timestamp,
    /// The current epoch.
    pub epoch: EpochBlobs,
    /// The newest version.
    pub version: VersionBlobs,
}

/// One item, with one version's body.
#[derive(Clone)]
pub struct ItemView {
    /// Which item.
    pub id: ItemId,
    /// Whose.
    pub owner: UserId,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Whether a share of it lives.
    pub shared: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its epochs, oldest first.
    pub epochs: Vec<EpochBlobs>,
    /// Its versions, oldest first.
    pub versions: Vec<SavedVersion>,
    /// The body of the version asked for, or of the newest.
    pub body: Vec<u8>,
}

/// A version and when it was saved.
#[derive(Clone)]
pub struct SavedVersion {
    /// The version.
    pub version: VersionBlobs,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl Store {
    /// The owner's items, newest first, from after this one on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn items(&self, call: &Call, signed_in: &SignedIn, after: Option<ItemId>, limit: u32) -> Result<Vec<ItemRow>, Broken> {
        let (owner, now) = (signed_in.owner().id, call.clock);
        self.read(move |conn| {
            let newest = item_versions::item.eq(items::id).and(item_versions::version.eq(items::version));
            let current = item_epochs::item.eq(items::id).and(item_epochs::epoch.eq(items::epoch));
            let mut query = items::table
                .inner_join(item_versions::table.on(newest))
                .inner_join(item_epochs::table.on(current))
                .filter(items::owner.eq(owner.as_bytes().as_slice()))
                .select((items::id, items::disabled, items::updated_at, StoredEpoch::as_select(), StoredVersion::as_select()))
                .order(items::id.desc())
                .limit(i64::from(limit))
                .into_boxed();
            if let Some(after) = &after {
                query = query.filter(items::id.lt(after.as_bytes().as_slice()));
            }
            let found: Vec<(Vec<u8>, bool, i64, StoredEpoch, StoredVersion)> = query.load(conn)?;
            let shared = shared(conn, found.iter().map(|row| row.0.clone()).collect(), now)?;
            let row = |(id, disabled, updated_at, epoch, version): (Vec<u8>, bool, i64, StoredEpoch, StoredVersion)| {
                Ok(ItemRow {
                    shared: shared.contains(&id),
                    id: rows::id(&id)?,
                    owner,
                    disabled,
                    updated_at: rows::time(updated_at),
                    epoch: epoch.read()?,
                    version: version.read()?.version,
                })
            };
            found.into_iter().map(row).collect()
        })
        .await
    }

    /// One item with all its epochs and versions, and the body of this version or of the newest. Audited.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Suspended`].
    pub async fn item(&self, call: &Call, signed_in: &SignedIn, id: ItemId, version: Option<u64>) -> Answer<ItemView> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            let item = seen(tx, &signed_in, "read", id)?;
            let version = version.unwrap_or(item.version);
            let body = body(tx.conn, id, version)?;
            let refused = owner_refused(tx, &signed_in, "read", about(&signed_in, id));
            let body = tx.decided(body.ok_or(Refusal::NotFound), refused)?;
            let event = tx.event(Kind::ItemRead, signed_in.actor()).on(about(&signed_in, id));
            tx.record(event.with("version", version))?;
            let raw = id.as_bytes().as_slice();
            let now = tx.now();
            let created_at: i64 = items::table.find(raw).select(items::created_at).first(tx.conn)?;
            let epochs = item_epochs::table.filter(item_epochs::item.eq(raw)).order(item_epochs::epoch);
            let versions = item_versions::table.filter(item_versions::item.eq(raw)).order(item_versions::version);
            let epochs: Vec<StoredEpoch> = epochs.select(StoredEpoch::as_select()).load(tx.conn)?;
            let versions: Vec<StoredVersion> = versions.select(StoredVersion::as_select()).load(tx.conn)?;
            Ok(ItemView {
                id,
                owner: item.owner,
                disabled: item.disabled,
                shared: !shared(tx.conn, vec![raw.to_vec()], now)?.is_empty(),
                created_at: rows::time(created_at),
                epochs: epochs.into_iter().map(StoredEpoch::read).collect::<Result<_, _>>()?,
                versions: versions.into_iter().map(StoredVersion::read).collect::<Result<_, _>>()?,
                body,
            })
        })
        .await
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = item_epochs)]
struct StoredEpoch {
    epoch: i64,
    record: Vec<u8>,
    wrap: Vec<u8>,
    previous_key: Option<Vec<u8>>,
}

impl StoredEpoch {
    fn read(self) -> Result<EpochBlobs, Broken> {
        Ok(EpochBlobs { epoch: rows::number(self.epoch)?, record: self.record, wrap: self.wrap, previous_key: self.previous_key })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = item_versions)]
struct StoredVersion {
    version: i64,
    epoch: i64,
    record: Vec<u8>,
    details: Vec<u8>,
    saved_at: i64,
}

impl StoredVersion {
    fn read(self) -> Result<SavedVersion, Broken> {
        let (version, epoch) = (rows::number(self.version)?, rows::number(self.epoch)?);
        let version = VersionBlobs { version, epoch, record: self.record, details: self.details };
        Ok(SavedVersion { version, saved_at: rows::time(self.saved_at) })
    }
}

fn body(conn: &mut Connection, item: ItemId, version: u64) -> Result<Option<Vec<u8>>, Broken> {
    let row = version_bodies::table.find((item.as_bytes().as_slice(), rows::number_column(version)));
    Ok(row.select(version_bodies::body).first(conn).optional()?)
}

/// Which of these items have a living link.
fn shared(conn: &mut Connection, of: Vec<Vec<u8>>, now: Timestamp) -> Result<HashSet<Vec<u8>>, Broken> {
    let living = links::table.filter(links::item.eq_any(of)).filter(alive(now)).select(links::item).distinct();
    Ok(living.load(conn)?.into_iter().collect())
}
