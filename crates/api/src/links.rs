//! What a recipient's page or terminal says: `/api/v1/links/{link}/...`. All are POST, so that nothing stands in a query.

use serde::{Deserialize, Serialize};
use vault::link::State;
use vault::{ShareId, Timestamp};

use crate::{Fixed, Sealed};

/// `POST /api/v1/links/{link}/knock`: I hold the link; what is it like?
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Knock {
    /// Derived from the link's secret.
    pub knock: Fixed<32>,
}

/// The answer to a right knock.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Knocked {
    /// What the link is like.
    pub state: State,
    /// Whether it asks for a token.
    pub with_token: bool,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
}

/// `POST /api/v1/links/{link}/check`: I hold link and token; who shares? Spends nothing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Check {
    /// Derived from the link's secret.
    pub knock: Fixed<32>,
    /// Derived from the link's secret and the token.
    pub proof: Fixed<32>,
}

/// The answer to a right check. Before opening, all of this is the daemon's word.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Checked {
    /// Who shares.
    pub sharer: String,
    /// Their email address.
    pub sharer_email: String,
    /// Since when.
    pub shared_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// Views left; nothing where they are unlimited.
    pub views_left: Option<u32>,
    /// Earlier openings, the latest twenty, oldest first.
    pub openings: Vec<Opening>,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
}

/// One reveal that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Opening {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
}

/// `POST /api/v1/links/{link}/watch`: a page that is open asks how its link stands. Spends nothing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Watch {
    /// Derived from the link's secret.
    pub knock: Fixed<32>,
    /// Derived from the link's secret and the token.
    pub proof: Fixed<32>,
}

/// The answer to a watch.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Watched {
    /// What the link is like.
    pub state: State,
    /// Of an open link: views left, nothing where they are unlimited. Of one that has ended: none. Of any other it isn't told.
    pub views_left: Option<u32>,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
}

/// `POST /api/v1/links/{link}/reveal`: spend one view and give me what is sealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reveal {
    /// Derived from the link's secret.
    pub knock: Fixed<32>,
    /// Derived from the link's secret and the token.
    pub proof: Fixed<32>,
    /// Random, kept by the recipient until done: the same attempt gets the same answer for ten minutes.
    pub attempt: Fixed<32>,
}

/// The answer to a reveal.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Revealed {
    /// The share, which opening needs.
    pub share: ShareId,
    /// The sealed snapshot.
    pub snapshot: Sealed,
    /// The share key, wrapped for this link.
    pub wrap: Sealed,
    /// Views left; nothing where they are unlimited.
    pub views_left: Option<u32>,
    /// Until when the share can be opened.
    pub expires_at: Timestamp,
    /// Until when the same attempt gets the same answer.
    pub retry_until: Timestamp,
}

/// `POST /api/v1/links/{link}/burn`: done, destroy it now. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Burn {
    /// Derived from the link's secret.
    pub knock: Fixed<32>,
    /// Derived from the link's secret and the token.
    pub proof: Fixed<32>,
}

/// `POST /api/v1/links/{link}/report`: an earlier opening was not mine. Freezes the whole share. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Report {
    /// Derived from the link's secret.
    pub knock: Fixed<32>,
    /// Derived from the link's secret and the token.
    pub proof: Fixed<32>,
}
