//! Freezes: an operator, or a recipient's report, stops a selection of links while somebody looks into it.
//!
//! Nothing here ends a link: what is frozen comes back as it was when the freeze is lifted.

use serde::{Deserialize, Serialize};

use crate::text::{Email, Reason};
use crate::{FreezeId, ItemId, LinkId, ShareId, Timestamp, UserId};

/// Which links a freeze takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// One link.
    Link(LinkId),
    /// Every link of one share.
    Share(ShareId),
    /// Every link of one owner.
    Owner(UserId),
    /// Every link of one item.
    Item(ItemId),
    /// Every link sent to one recipient.
    Recipient(Email),
}

impl Selection {
    /// What it selects by, as audit and journal say it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Share(_) => "share",
            Self::Owner(_) => "owner",
            Self::Item(_) => "item",
            Self::Recipient(_) => "recipient",
        }
    }

    /// The selected thing as text.
    pub fn value(&self) -> String {
        match self {
            Self::Link(id) => id.to_string(),
            Self::Share(id) => id.to_string(),
            Self::Owner(id) => id.to_string(),
            Self::Item(id) => id.to_string(),
            Self::Recipient(email) => email.to_string(),
        }
    }
}

/// A freeze that holds, or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Which it is.
    pub id: FreezeId,
    /// What it took.
    pub selection: Selection,
    /// Why.
    pub reason: Reason,
    /// Which link's recipient caused it by a report; nothing where an operator placed it.
    pub reported_by: Option<LinkId>,
    /// When it was placed; by which operator is told in audit.
    pub placed_at: Timestamp,
    /// When it was lifted, if it was.
    pub lifted_at: Option<Timestamp>,
}
