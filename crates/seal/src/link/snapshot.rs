//! What a recipient gets to see: a copy of an item, and the sharer's own word on the share. Before it is
//! opened, who shares and until when is only the daemon's word.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::item::{Contents, MOST_BYTES};
use crate::{Error, json, padding};

/// How much longer than contents a snapshot's JSON text may be, in bytes.
const MOST_AROUND: usize = 4096;

/// The plaintext of a share. Its JSON text has the members in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Snapshot {
    /// The sharer's name, as the sharer's client knows it.
    pub sharer: String,
    /// From when the links open, in milliseconds since 1970-01-01T00:00:00Z.
    pub starts_ms: u64,
    /// Until when they open, likewise.
    pub expires_ms: u64,
    /// How many views each link has; unlimited until it expires if there is no number.
    pub views: Option<u64>,
    /// The copy.
    pub contents: Contents,
}

impl Snapshot {
    pub(super) fn to_padded(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let text = json::write(self)?;
        self.check(text.len())?;
        padding::pad(&text)
    }

    pub(super) fn from_padded(padded: &[u8]) -> Result<Self, Error> {
        let text = padding::unpad(padded)?;
        let snapshot: Self = json::read(text)?;
        snapshot.check(text.len())?;
        Ok(snapshot)
    }

    /// What no honest client seals, no client opens.
    fn check(&self, bytes: usize) -> Result<(), Error> {
        let most = MOST_BYTES + MOST_AROUND;
        if bytes > most {
            return Err(Error::TooLarge { bytes, most });
        }
        let numbers = [self.starts_ms, self.expires_ms, self.views.unwrap_or(1)];
        let exact = numbers.iter().all(|number| *number <= json::MOST);
        let sensible = self.starts_ms < self.expires_ms && self.views != Some(0);
        if exact && sensible { Ok(()) } else { Err(Error::Form) }
    }
}
