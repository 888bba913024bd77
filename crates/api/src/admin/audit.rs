//! The audit log as security teams read it.

use serde::{Deserialize, Serialize};
use vault::event::{Lane, Record};

use crate::Fixed;

/// A row of `GET /api/v1/admin/audit?after=&limit=&event=&actor=&who=&address=&user=&item=&share=&link=&refused=`, newest first;
/// and of `GET /api/v1/admin/audit/lanes/{lane}?after=&limit=`, oldest first and complete, for verifying.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The record.
    pub record: Record,
    /// Its hash in the lane's chain.
    pub hash: Fixed<32>,
}

/// A row of `GET /api/v1/admin/audit/lanes`: where a chain stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LaneHead {
    /// Which lane.
    pub lane: Lane,
    /// The place of its last record; 0 for an empty one.
    pub seq: u64,
    /// The hash of its last record.
    pub head: Fixed<32>,
}
