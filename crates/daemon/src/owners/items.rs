//! `/api/v1/items/...`: items, all of whose contents are sealed.

use api::Sealed;
use api::items::{Epoch, Item, ItemRow, NewItem, SaveItem, SavedVersion, Version};
use store::{EpochBlobs, VersionBlobs};
use vault::ItemId;

use crate::http::answer::{Reply, done, json};
use crate::http::asked::{Asked, Id, Paging, Part, Query, after, page, rows};
use crate::http::body::SealedBody;
use crate::http::signed_in::SignedIn;

/// `POST /api/v1/items`
pub async fn create(asked: Asked, owner: SignedIn, body: SealedBody<NewItem>) -> Reply {
    let NewItem { id, epoch, version, body } = body.0;
    let new = store::NewItem { id, epoch: epoch_in(epoch), version: version_in(version), body: body.0 };
    asked.store().create_item(&asked.call(), &owner, new).await?;
    done()
}

/// `POST /api/v1/items/{item}/versions`
pub async fn save(asked: Asked, owner: SignedIn, item: Id<ItemId>, body: SealedBody<SaveItem>) -> Reply {
    let SaveItem { epoch, version, body } = body.0;
    let save = store::SaveItem { epoch: epoch.map(epoch_in), version: version_in(version), body: body.0 };
    asked.store().save_item(&asked.call(), &owner, item.0, save).await?;
    done()
}

/// `GET /api/v1/items`
pub async fn list(asked: Asked, owner: SignedIn, paging: Query<Paging>) -> Reply {
    let limit = rows(paging.0.limit);
    let found = asked.store().items(&asked.call(), &owner, after(paging.0.after.as_deref())?, limit).await?;
    json(&page(found, limit, |row| row.id.to_string(), row_out))
}

/// `GET /api/v1/items/{item}`
pub async fn show(asked: Asked, owner: SignedIn, item: Id<ItemId>) -> Reply {
    json(&item_out(asked.store().item(&asked.call(), &owner, item.0, None).await?))
}

/// `GET /api/v1/items/{item}/versions/{version}`
pub async fn show_version(asked: Asked, owner: SignedIn, item: Id<ItemId>, version: Part<u64>) -> Reply {
    json(&item_out(asked.store().item(&asked.call(), &owner, item.0, Some(version.0)).await?))
}

/// `POST /api/v1/items/{item}/disable`
pub async fn disable(asked: Asked, owner: SignedIn, item: Id<ItemId>) -> Reply {
    asked.store().set_item_disabled(&asked.call(), &owner, item.0, true).await?;
    done()
}

/// `POST /api/v1/items/{item}/enable`
pub async fn enable(asked: Asked, owner: SignedIn, item: Id<ItemId>) -> Reply {
    asked.store().set_item_disabled(&asked.call(), &owner, item.0, false).await?;
    done()
}

fn epoch_in(epoch: Epoch) -> EpochBlobs {
    let previous_key = epoch.previous_key.map(|key| key.0);
    EpochBlobs { epoch: epoch.epoch, record: epoch.record.0, wrap: epoch.wrap.0, previous_key }
}

fn version_in(version: Version) -> VersionBlobs {
    VersionBlobs { version: version.version, epoch: version.epoch, record: version.record.0, details: version.details.0 }
}

fn epoch_out(epoch: EpochBlobs) -> Epoch {
    let previous_key = epoch.previous_key.map(Sealed);
    Epoch { epoch: epoch.epoch, record: Sealed(epoch.record), wrap: Sealed(epoch.wrap), previous_key }
}

fn version_out(version: VersionBlobs) -> Version {
    Version { version: version.version, epoch: version.epoch, record: Sealed(version.record), details: Sealed(version.details) }
}

fn row_out(row: store::ItemRow) -> ItemRow {
    ItemRow {
        id: row.id,
        owner: row.owner,
        disabled: row.disabled,
        shared: row.shared,
        updated_at: row.updated_at,
        epoch: epoch_out(row.epoch),
        version: version_out(row.version),
    }
}

fn item_out(item: store::ItemView) -> Item {
    let saved = |saved: store::SavedVersion| SavedVersion { version: version_out(saved.version), saved_at: saved.saved_at };
    Item {
        id: item.id,
        owner: item.owner,
        disabled: item.disabled,
        shared: item.shared,
        created_at: item.created_at,
        epochs: item.epochs.into_iter().map(epoch_out).collect(),
        versions: item.versions.into_iter().map(saved).collect(),
        body: Sealed(item.body),
    }
}
