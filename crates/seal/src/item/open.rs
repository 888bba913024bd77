//! An item that is open in a client, and what its owner does with it. Only checked records get here.

use crate::account::{Account, Pin};
use crate::item::records::{self, Checked};
use crate::item::{Contents, Details, EpochRecord, ItemKey, Records, Refusal, Roster, Seen, VersionRecord, version};
use crate::{Error, Id, sha256};

/// An item whose records were checked and whose key was opened.
#[derive(Debug)]
pub struct Item {
    key: ItemKey,
    checked: Checked,
    epoch: EpochRecord,
    epoch_hash: [u8; 32],
    version: VersionRecord,
    version_hash: [u8; 32],
}

/// A new epoch, to be uploaded together with its first version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEpoch {
    /// Its number.
    pub epoch: u64,
    /// The signed record.
    pub record: Vec<u8>,
    /// The item key, sealed for the owner.
    pub wrap: Vec<u8>,
    /// The item key of the epoch before, sealed under this one's. There is none in the first.
    pub previous_key: Option<Vec<u8>>,
}

/// A new version, to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedVersion {
    /// Its number.
    pub version: u64,
    /// The epoch whose key seals it.
    pub epoch: u64,
    /// The signed record.
    pub record: Vec<u8>,
    /// Name and kind, sealed.
    pub details: Vec<u8>,
    /// The contents, sealed.
    pub body: Vec<u8>,
}

impl Item {
    /// Makes an item that only its owner holds.
    pub fn create(owner: &Account, item: Id, contents: &Contents) -> Result<(SealedEpoch, SealedVersion), Error> {
        let roster = Roster::of_owner(owner.user, owner.keys.public()?.fingerprint());
        let (key, epoch) = begin(owner, item, 1, roster, [0; 32], None)?;
        let version = save(owner, item, &key, 1, 1, [0; 32], contents)?;
        Ok((epoch, version))
    }

    /// Checks everything that the daemon served for an item of one's own, and opens its key.
    pub fn open(owner: &Account, item: Id, records: &Records<'_>, wrap: &[u8], seen: Option<&Seen>) -> Result<Self, Refusal> {
        // One's own keys come first, so that no pin under one's own id could stand before them.
        let people: Vec<Pin> = std::iter::once(owner.pin()?).chain(owner.keys.pins.iter().copied()).collect();
        let checked = records::check(records, &item, &owner.user, &people, seen)?;
        let (Some(epoch), Some(version)) = (checked.epochs.last(), checked.versions.last()) else {
            return Err(Refusal::Chain);
        };
        Ok(Self {
            key: ItemKey::open_owner_wrap(wrap, &owner.root, &epoch.says)?,
            epoch: epoch.says.clone(),
            epoch_hash: epoch.hash,
            version: version.says.clone(),
            version_hash: version.hash,
            checked,
        })
    }

    /// What to remember, and to pass to [`Item::open`] the next time.
    pub fn seen(&self) -> Seen {
        Seen { epoch: self.epoch.epoch, epoch_record: self.epoch_hash, version: self.version.version, version_record: self.version_hash }
    }

    /// The record of the current epoch.
    pub fn epoch(&self) -> &EpochRecord {
        &self.epoch
    }

    /// The record of the current version.
    pub fn version(&self) -> &VersionRecord {
        &self.version
    }

    /// Opens the current version's details.
    pub fn details(&self, sealed: &[u8]) -> Result<Details, Refusal> {
        self.version.open_details(sealed, &self.key)
    }

    /// Opens the current version's contents.
    pub fn contents(&self, body: &[u8]) -> Result<Contents, Refusal> {
        self.version.open_body(body, &self.key)
    }

    /// Opens an earlier version's contents. `previous_keys` are the sealed keys of the epochs from the
    /// current one back to the one after that version's, in this order; versions of the current epoch
    /// need none. Both records must have been among those that the item was opened with.
    pub fn earlier_contents(&self, version: u64, body: &[u8], previous_keys: &[Vec<u8>]) -> Result<Contents, Refusal> {
        let record = self.checked.versions.iter().find(|record| record.says.version == version);
        let record = &record.ok_or(Refusal::Chain)?.says;
        let mut newer_first = self.checked.epochs.iter().rev().map(|epoch| &epoch.says);
        let mut sealed = previous_keys.iter();
        let mut at = newer_first.next().ok_or(Refusal::Chain)?;
        let mut key = ItemKey::from_bytes(*self.key.expose());
        while at.epoch > record.epoch {
            let sealed = sealed.next().ok_or(Refusal::Chain)?;
            let before = newer_first.next().ok_or(Refusal::Chain)?;
            key = key.open_previous(sealed, at.epoch, before)?;
            at = before;
        }
        record.open_body(body, &key)
    }

    /// Seals new contents under the current epoch's key.
    pub fn save(&self, author: &Account, contents: &Contents) -> Result<SealedVersion, Refusal> {
        let number = next(self.version.version)?;
        let (item, epoch) = (self.epoch.item, self.epoch.epoch);
        Ok(save(author, item, &self.key, epoch, number, self.version_hash, contents)?)
    }

    /// Begins a new epoch with a new key and re-seals the contents under it. Whoever loses access loses
    /// it by not being wrapped to any more; the history stays readable to those who hold the new key.
    pub fn start_epoch(&self, owner: &Account, contents: &Contents) -> Result<(SealedEpoch, SealedVersion), Refusal> {
        let (number, version) = (next(self.epoch.epoch)?, next(self.version.version)?);
        let (item, roster) = (self.epoch.item, self.epoch.roster.clone());
        let (key, epoch) = begin(owner, item, number, roster, self.epoch_hash, Some(&self.key))?;
        let version = save(owner, item, &key, number, version, self.version_hash, contents)?;
        Ok((epoch, version))
    }
}

fn begin(
    owner: &Account,
    item: Id,
    epoch: u64,
    roster: Roster,
    previous: [u8; 32],
    previous_key: Option<&ItemKey>,
) -> Result<(ItemKey, SealedEpoch), Error> {
    let key = ItemKey::random()?;
    let commit = key.commit(&item, epoch)?;
    let record = EpochRecord { item, epoch, author: owner.user, roster, commit, previous };
    let sealed = SealedEpoch {
        epoch,
        record: record.sign(owner)?,
        wrap: key.wrap_for_owner(&owner.root, &item, epoch)?,
        previous_key: previous_key.map(|old| old.seal_under(&key, &item, epoch)).transpose()?,
    };
    Ok((key, sealed))
}

fn save(
    author: &Account,
    item: Id,
    key: &ItemKey,
    epoch: u64,
    version: u64,
    previous: [u8; 32],
    contents: &Contents,
) -> Result<SealedVersion, Error> {
    let (details, body) = version::seal(contents, key, &item, epoch, version)?;
    let record = VersionRecord { item, epoch, version, author: author.user, previous, details: sha256(&details), body: sha256(&body) };
    Ok(SealedVersion { version, epoch, record: record.sign(author)?, details, body })
}

fn next(number: u64) -> Result<u64, Refusal> {
    number.checked_add(1).ok_or(Refusal::Chain)
}
