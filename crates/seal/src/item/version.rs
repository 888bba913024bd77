//! One version of an item: details and body, sealed under the epoch's key, and a signed record of both.
//!
//! `0x01 || signature (64) || ctx("version", item, epoch, n, author, SHA-256(previous record),
//! SHA-256(sealed details), SHA-256(sealed body))`

use crate::account::Account;
use crate::ctx::{array, ctx, fields, number};
use crate::item::epoch::{Signed, sign};
use crate::item::{Contents, Details, ItemKey, Refusal};
use crate::{Error, Id, aead, sha256};

/// What a version's record says. A value of this type has its form, nothing more: see `records`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// Which item.
    pub item: Id,
    /// Under which epoch's key it is sealed.
    pub epoch: u64,
    /// Which version, counted from 1 through all epochs.
    pub version: u64,
    /// Who signed.
    pub author: Id,
    /// SHA-256 of the record before; zeros in the first version.
    pub previous: [u8; 32],
    /// SHA-256 of the sealed details.
    pub details: [u8; 32],
    /// SHA-256 of the sealed body.
    pub body: [u8; 32],
}

impl VersionRecord {
    /// Signs the record.
    pub(crate) fn sign(&self, author: &Account) -> Result<Vec<u8>, Error> {
        let text = ctx(
            "version",
            &[&self.item, &self.epoch.to_be_bytes(), &self.version.to_be_bytes(), &self.author, &self.previous, &self.details, &self.body],
        );
        sign(&text, author)
    }

    /// Reads a record. Its signature is not checked here.
    pub fn parse(record: &[u8]) -> Result<Self, Error> {
        Signed::parse(record, Self::from_text).map(|signed| signed.says)
    }

    pub(crate) fn from_text(text: &[u8]) -> Result<Self, Error> {
        let [item, epoch, version, author, previous, details, body] = fields("version", text)?;
        Ok(Self {
            item: array(item)?,
            epoch: number(epoch)?,
            version: number(version)?,
            author: array(author)?,
            previous: array(previous)?,
            details: array(details)?,
            body: array(body)?,
        })
    }

    /// Opens the details that this version signed.
    pub(crate) fn open_details(&self, sealed: &[u8], key: &ItemKey) -> Result<Details, Refusal> {
        if sha256(sealed) != self.details {
            return Err(Refusal::OtherBytes);
        }
        let padded = aead::open(key.expose(), sealed, &self.associated("details"))?;
        Ok(Details::from_padded(&padded)?)
    }

    /// Opens the body that this version signed.
    pub(crate) fn open_body(&self, sealed: &[u8], key: &ItemKey) -> Result<Contents, Refusal> {
        if sha256(sealed) != self.body {
            return Err(Refusal::OtherBytes);
        }
        let padded = aead::open(key.expose(), sealed, &self.associated("body"))?;
        Ok(Contents::from_padded(&padded)?)
    }

    fn associated(&self, part: &str) -> Vec<u8> {
        associated(part, &self.item, self.epoch, self.version)
    }
}

/// Seals details and body of a version; returns both.
pub(crate) fn seal(contents: &Contents, key: &ItemKey, item: &Id, epoch: u64, version: u64) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let part = |part| associated(part, item, epoch, version);
    let details = aead::seal(key.expose(), &contents.details().to_padded()?, &part("details"))?;
    let body = aead::seal(key.expose(), &contents.to_padded()?, &part("body"))?;
    Ok((details, body))
}

fn associated(part: &str, item: &Id, epoch: u64, version: u64) -> Vec<u8> {
    ctx(part, &[item, &epoch.to_be_bytes(), &version.to_be_bytes()])
}
