//! Freezes: stop a selection of links, and let it go again.

use serde::{Deserialize, Serialize};
use vault::freeze::Selection;
use vault::text::{Reason, UserName};
use vault::{FreezeId, LinkId, Timestamp};

/// `POST /api/v1/admin/freezes`. The answer is a [`Placed`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Which links.
    pub selection: Selection,
    /// Why.
    pub reason: Reason,
    /// Only count, and change nothing.
    #[serde(default)]
    pub count_only: bool,
}

/// The answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Placed {
    /// The freeze, for lifting it; nothing when only counted.
    pub freeze: Option<FreezeId>,
    /// How many living links it takes.
    pub links: u32,
    /// The name of the owner that it was selected by; nothing where it was by something else, or nobody has that id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserName>,
    /// Until when it can be lifted: what it still holds then is burnt. Nothing when only counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burns_at: Option<Timestamp>,
}

/// A row of `GET /api/v1/admin/freezes`, newest first. `POST /api/v1/admin/freezes/{freeze}/lift` answers with one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Freeze {
    /// Which freeze.
    pub freeze: FreezeId,
    /// Which links.
    pub selection: Selection,
    /// The name of the owner that it was selected by; nothing where it was by something else, or nobody has that id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserName>,
    /// Why.
    pub reason: Reason,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was lifted, if it was.
    pub lifted_at: Option<Timestamp>,
    /// Until when it can be lifted: what it still holds then is burnt. Nothing where it can be lifted at any time, or was, or is burnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burns_at: Option<Timestamp>,
    /// When it burnt what it still held, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burnt_at: Option<Timestamp>,
    /// How many links it took.
    pub links: u32,
    /// Which link's recipient it was who caused it by saying that an opening wasn't theirs; nothing where an operator placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<LinkId>,
}
