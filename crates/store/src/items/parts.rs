//! The parts of an item, as they come in and go out.
//!
//! Nothing here is read: all blobs are sealed.

use vault::item::Saving;
use vault::{Digest, ItemId, Refusal};

use crate::rows;

/// One epoch of an item's key.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochBlobs {
    /// Its number, from 1.
    pub epoch: u64,
    /// The record that its author signed.
    pub record: Vec<u8>,
    /// The item key, wrapped for the owner.
    pub wrap: Vec<u8>,
    /// The previous epoch's item key, sealed under this one; absent in the first.
    pub previous_key: Option<Vec<u8>>,
}

/// One version of an item, without its body.
#[derive(Clone, PartialEq, Eq)]
pub struct VersionBlobs {
    /// Its number, from 1.
    pub version: u64,
    /// The epoch whose key seals it.
    pub epoch: u64,
    /// The record that its author signed.
    pub record: Vec<u8>,
    /// Name and kind, sealed.
    pub details: Vec<u8>,
}

/// An item on its way in.
#[derive(Clone)]
pub struct NewItem {
    /// Its id, made by the client.
    pub id: ItemId,
    /// The first epoch.
    pub epoch: EpochBlobs,
    /// The first version.
    pub version: VersionBlobs,
    /// Its body.
    pub body: Vec<u8>,
}

/// A version on its way in.
#[derive(Clone)]
pub struct SaveItem {
    /// A new epoch that begins with it, if one does.
    pub epoch: Option<EpochBlobs>,
    /// The next version.
    pub version: VersionBlobs,
    /// Its body.
    pub body: Vec<u8>,
}

impl SaveItem {
    /// What the rules ask for.
    pub(super) fn saving(&self) -> Result<Saving, Refusal> {
        let epoch = self.epoch.as_ref().map_or(0, EpochBlobs::size);
        let version = self.version.record.len().saturating_add(self.version.details.len()).saturating_add(self.body.len());
        Saving::of(self.version.epoch, self.epoch.as_ref().map(|epoch| epoch.epoch), self.version.version, epoch.saturating_add(version))
    }

    /// A digest over all bytes, for recognising the same save again.
    pub(super) fn digest(&self) -> Digest {
        let numbers: Vec<u8> = [self.version.version, self.version.epoch].into_iter().flat_map(u64::to_be_bytes).collect();
        let version: [&[u8]; 4] = [&numbers, &self.version.record, &self.version.details, &self.body];
        let epoch = self
            .epoch
            .iter()
            .flat_map(|epoch| -> [&[u8]; 3] { [&epoch.record, &epoch.wrap, epoch.previous_key.as_deref().unwrap_or_default()] });
        rows::digest_of(&version.into_iter().chain(epoch).collect::<Vec<_>>())
    }
}

impl EpochBlobs {
    fn size(&self) -> usize {
        let previous = self.previous_key.as_ref().map_or(0, Vec::len);
        self.record.len().saturating_add(self.wrap.len()).saturating_add(previous)
    }
}
