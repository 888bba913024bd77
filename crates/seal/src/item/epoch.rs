//! One epoch of an item: a key, and a signed record of who holds it. The key itself never stands in
//! a record, only a commitment to it, so that nobody can hand two holders two different keys.
//!
//! `0x01 || signature (64) || ctx("epoch", item, epoch, author, roster, commit, SHA-256(previous record))`

use crate::account::{Account, Root};
use crate::ctx::{array, ctx, fields, number};
use crate::item::{Refusal, Roster};
use crate::sign::SIGNATURE;
use crate::{Error, Id, aead, blob, kdf, sha256};

secret!(
    /// The key of an item in one epoch.
    ItemKey,
    32,
    random
);

/// What an epoch's record says. A value of this type has its form, nothing more: see `records`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochRecord {
    /// Which item.
    pub item: Id,
    /// Which epoch of it, counted from 1.
    pub epoch: u64,
    /// Who signed.
    pub author: Id,
    /// Who holds the key.
    pub roster: Roster,
    /// What the key is committed to.
    pub commit: [u8; 32],
    /// SHA-256 of the record before; zeros in the first epoch.
    pub previous: [u8; 32],
}

/// A record as it was received: the bytes that were signed and hashed, beside what they say.
#[derive(Debug, Clone)]
pub(crate) struct Signed<T> {
    pub says: T,
    pub text: Vec<u8>,
    pub signature: [u8; SIGNATURE],
    pub hash: [u8; 32],
}

impl ItemKey {
    /// What an epoch's author commits to.
    pub(crate) fn commit(&self, item: &Id, epoch: u64) -> Result<[u8; 32], Error> {
        let info = ctx("commit", &[item, &epoch.to_be_bytes()]);
        kdf::derive(&self.0, b"", &info).map(|key| *key.expose())
    }

    /// Seals the key for the item's owner.
    pub(crate) fn wrap_for_owner(&self, root: &Root, item: &Id, epoch: u64) -> Result<Vec<u8>, Error> {
        let associated = ctx("owner-wrap", &[item, &epoch.to_be_bytes()]);
        aead::seal(owner_key(root)?.expose(), &self.0, &associated)
    }

    /// Opens the owner's wrap and holds it against the record's commitment.
    pub(crate) fn open_owner_wrap(wrap: &[u8], root: &Root, record: &EpochRecord) -> Result<Self, Refusal> {
        let associated = ctx("owner-wrap", &[&record.item, &record.epoch.to_be_bytes()]);
        let key = Self(*aead::open_array(owner_key(root)?.expose(), wrap, &associated)?);
        key.committed_in(record)
    }

    /// Seals this key, the one before, under the key of the epoch that begins.
    pub(crate) fn seal_under(&self, next: &Self, item: &Id, epoch: u64) -> Result<Vec<u8>, Error> {
        aead::seal(&next.0, &self.0, &ctx("previous-key", &[item, &epoch.to_be_bytes()]))
    }

    /// Opens the key of the epoch before this one's, and holds it against that epoch's commitment.
    pub(crate) fn open_previous(&self, sealed: &[u8], epoch: u64, previous: &EpochRecord) -> Result<Self, Refusal> {
        let associated = ctx("previous-key", &[&previous.item, &epoch.to_be_bytes()]);
        Self(*aead::open_array(&self.0, sealed, &associated)?).committed_in(previous)
    }

    fn committed_in(self, record: &EpochRecord) -> Result<Self, Refusal> {
        if self.commit(&record.item, record.epoch)? == record.commit { Ok(self) } else { Err(Refusal::Commitment) }
    }
}

impl EpochRecord {
    /// Signs the record.
    pub(crate) fn sign(&self, author: &Account) -> Result<Vec<u8>, Error> {
        let text =
            ctx("epoch", &[&self.item, &self.epoch.to_be_bytes(), &self.author, &self.roster.to_bytes(), &self.commit, &self.previous]);
        sign(&text, author)
    }

    /// Reads a record. Its signature is not checked here: whose key to check it with is the question
    /// that `records` answers.
    pub fn parse(record: &[u8]) -> Result<Self, Error> {
        Signed::parse(record, Self::from_text).map(|signed| signed.says)
    }

    pub(crate) fn from_text(text: &[u8]) -> Result<Self, Error> {
        let [item, epoch, author, roster, commit, previous] = fields("epoch", text)?;
        Ok(Self {
            item: array(item)?,
            epoch: number(epoch)?,
            author: array(author)?,
            roster: Roster::from_bytes(roster)?,
            commit: array(commit)?,
            previous: array(previous)?,
        })
    }
}

impl<T> Signed<T> {
    /// Takes a signed record apart.
    pub(crate) fn parse(record: &[u8], from_text: impl FnOnce(&[u8]) -> Result<T, Error>) -> Result<Self, Error> {
        let (signature, text) = blob::rest(record)?.split_first_chunk::<SIGNATURE>().ok_or(Error::Length)?;
        Ok(Self { says: from_text(text)?, text: text.to_vec(), signature: *signature, hash: sha256(record) })
    }
}

/// Puts version and signature in front of a text.
pub(crate) fn sign(text: &[u8], author: &Account) -> Result<Vec<u8>, Error> {
    let mut out = blob::start(SIGNATURE + text.len());
    out.extend_from_slice(&author.keys.signing.sign(text)?);
    out.extend_from_slice(text);
    Ok(out)
}

fn owner_key(root: &Root) -> Result<kdf::Key, Error> {
    kdf::derive(root.expose(), b"", &ctx("owner-wrap-key", &[]))
}
