//! Items: sealed names, details and bodies, with their epochs and versions. `docs/protocol.md` gives the blobs' formats.

use serde::{Deserialize, Serialize};
use vault::{ItemId, Timestamp, UserId};

use crate::Sealed;

/// One epoch of an item's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// Its number, from 1.
    pub epoch: u64,
    /// The record that its author signed: roster and commitment.
    pub record: Sealed,
    /// The item key, wrapped for the owner.
    pub wrap: Sealed,
    /// The previous epoch's item key, sealed under this one; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_key: Option<Sealed>,
}

/// One version of an item, without its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// The epoch whose key seals it.
    pub epoch: u64,
    /// The record that its author signed: number, previous record, digests of details and body.
    pub record: Sealed,
    /// Name and kind, sealed.
    pub details: Sealed,
}

/// `POST /api/v1/items`. The same id with the same bytes again is a success; with other bytes 409. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// Made by the client just now.
    pub id: ItemId,
    /// The first epoch.
    pub epoch: Epoch,
    /// The first version.
    pub version: Version,
    /// Its body, sealed.
    pub body: Sealed,
}

/// `POST /api/v1/items/{item}/versions`. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveItem {
    /// A new epoch that begins with this version, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The next version.
    pub version: Version,
    /// Its body, sealed.
    pub body: Sealed,
}

/// One row of `GET /api/v1/items?after=&limit=`, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    pub epoch: Epoch,
    /// The newest version.
    pub version: Version,
}

/// `GET /api/v1/items/{item}` and `GET /api/v1/items/{item}/versions/{version}`
///
/// `POST /api/v1/items/{item}/disable|enable`: neither they nor their answers have a body. Doing it twice is a success.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
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
    pub epochs: Vec<Epoch>,
    /// Its versions, oldest first, with the time each was saved.
    pub versions: Vec<SavedVersion>,
    /// The sealed body of the version asked for, or of the newest.
    pub body: Sealed,
}

/// A version and when it was saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedVersion {
    /// The version.
    pub version: Version,
    /// When it was saved.
    pub saved_at: Timestamp,
}
