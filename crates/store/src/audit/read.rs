//! Reading for security teams: newest first by filter, or one lane from its beginning.
//!
//! Nothing here is served from the columns that find rows: the record itself is decoded.

use vault::event::{Lane, Record};
use vault::{Digest, ItemId, LinkId, ShareId, Timestamp, UserId};

/// Which records are wanted; every part that is given must match.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// The kind's stable name.
    pub event: Option<String>,
    /// What kind of actor.
    pub actor: Option<String>,
    /// Which one, as records name them.
    pub who: Option<String>,
    /// From where, canonical.
    pub address: Option<String>,
    /// The account concerned.
    pub user: Option<UserId>,
    /// The item concerned.
    pub item: Option<ItemId>,
    /// The share concerned.
    pub share: Option<ShareId>,
    /// The link concerned.
    pub link: Option<LinkId>,
    /// Whether it was refused.
    pub refused: Option<bool>,
}

/// A record's place in the order by time, for asking for what lies before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// When.
    pub at: Timestamp,
    /// In which lane.
    pub lane: Lane,
    /// At which place.
    pub seq: u64,
}

impl Position {
    /// Where this record stands.
    pub fn of(record: &Record) -> Self {
        Self { at: record.at, lane: record.lane, seq: record.seq }
    }
}

/// Where a lane's chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneState {
    /// Which lane.
    pub lane: Lane,
    /// The place of its last record; 0 for an empty one.
    pub seq: u64,
    /// The hash of its last record.
    pub head: Digest,
}
