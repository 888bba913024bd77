//! Reading for security teams: newest first by filter, or one lane from its beginning.
//!
//! Nothing here is served from the columns that find rows: the record itself is decoded.

use diesel::prelude::*;
use vault::event::{Lane, Record};
use vault::{Digest, ItemId, LinkId, ShareId, Timestamp, UserId};

use super::find::{self, AuditPage};
use super::{audit, audit_lanes};
use crate::{Broken, Store};

/// The most records that one call answers.
const MOST: i64 = 1000;

/// Which records are wanted; every part that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

impl Store {
    /// A page of the records that match, newest first; at most `limit`, and only what lies before `after` if that is given. What no index has
    /// together is looked for in a bounded number of records, so a page may have few rows, or none, and go on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn audit_page(&self, filter: AuditFilter, after: Option<Position>, limit: u32) -> Result<AuditPage, Broken> {
        self.read(move |conn| find::page(conn, &filter, after, bounded(limit), find::LOOKED_AT)).await
    }

    /// The records that match, newest first, with their hashes; at most `limit`, and only what lies before `after` if that is given. Looks for
    /// them through the whole log if need be.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn audit_entries(&self, filter: AuditFilter, after: Option<Position>, limit: u32) -> Result<Vec<(Record, Digest)>, Broken> {
        let (mut found, mut after) = (Vec::new(), after);
        loop {
            let left = limit.max(1).saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            let page = self.audit_page(filter.clone(), after, left).await?;
            found.extend(page.rows);
            after = page.next;
            if after.is_none() || i64::try_from(found.len()).is_ok_and(|rows| rows >= bounded(limit)) {
                return Ok(found);
            }
        }
    }

    /// Where each lane's chain stands.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn audit_lanes(&self) -> Result<Vec<LaneState>, Broken> {
        self.read(|conn| {
            let rows: Vec<(i32, i64, Vec<u8>)> =
                audit_lanes::table.select((audit_lanes::lane, audit_lanes::seq, audit_lanes::head)).order(audit_lanes::lane).load(conn)?;
            rows.into_iter()
                .map(|(lane, seq, head)| {
                    let malformed = || Broken::Damaged(format!("the head of audit lane {lane}"));
                    Ok(LaneState {
                        lane: Lane(u32::try_from(lane).map_err(|_| malformed())?),
                        seq: u64::try_from(seq).map_err(|_| malformed())?,
                        head: Digest::from_slice(&head).ok_or_else(malformed)?,
                    })
                })
                .collect()
        })
        .await
    }

    /// The records of a lane after this place, in the chain's order and complete, with the hashes that are kept; at most `limit`.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn audit_lane_entries(&self, lane: Lane, after_seq: u64, limit: u32) -> Result<Vec<(Record, Digest)>, Broken> {
        self.read(move |conn| {
            let Ok(lane) = i32::try_from(lane.0) else { return Ok(Vec::new()) };
            let later = audit::table.filter(audit::lane.eq(lane).and(audit::seq.gt(number(after_seq)?)));
            decoded(later.select((audit::record, audit::hash)).order(audit::seq).limit(bounded(limit)).load(conn)?)
        })
        .await
    }
}

/// The records in these rows.
pub(super) fn decoded(rows: Vec<(Vec<u8>, Vec<u8>)>) -> Result<Vec<(Record, Digest)>, Broken> {
    let malformed = || Broken::Damaged("a record of the audit log: run posternctl audit verify".to_owned());
    rows.into_iter()
        .map(|(record, hash)| Ok((Record::decode(&record).map_err(|_| malformed())?, Digest::from_slice(&hash).ok_or_else(malformed)?)))
        .collect()
}

/// At least one and not too many.
pub(super) fn bounded(limit: u32) -> i64 {
    i64::from(limit).clamp(1, MOST)
}

/// A place as the database counts.
pub(super) fn number(seq: u64) -> Result<i64, Broken> {
    i64::try_from(seq).map_err(|_| Broken::Damaged(format!("audit number {seq} is out of range")))
}
