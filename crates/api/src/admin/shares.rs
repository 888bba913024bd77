//! Shares as operators see them: who, for whom, until when; never what.

use serde::{Deserialize, Serialize};
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::text::{Email, Label, UserName};
use vault::{ItemId, LinkId, ShareId, Timestamp};

/// A row of `GET /api/v1/admin/shares?owner=&recipient=&item=&share=&link=&state=&delivery=&made_from=&made_until=&sort=&after=&limit=`:
/// one link, newest first, or in the order of [`Sort`]. `made_from` and `made_until` are milliseconds since the epoch; the link's id says
/// when it was made, the first counts and the second no longer does.
///
/// `POST /api/v1/admin/shares/{share}/revoke` and `POST /api/v1/admin/links/{link}/revoke` answer with [`Revoked`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkRow {
    /// Which link.
    pub link: LinkId,
    /// Of which share.
    pub share: ShareId,
    /// Of which item.
    pub item: ItemId,
    /// Who shares.
    pub owner: UserName,
    /// The owner's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Whom it is for.
    pub recipient: Email,
    /// What it is like now.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often it may be viewed.
    pub views: Views,
    /// Views spent.
    pub views_used: u32,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
    /// How link and token travel.
    pub delivery: Delivery,
    /// Whether it asks for a token.
    pub with_token: bool,
}

/// In which order links are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The newest first.
    #[default]
    Made,
    /// Those first that end soonest; of those that have ended, the ones that ended longest ago.
    Expires,
}

impl Sort {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Expires => "expires",
        }
    }
}

/// The answer to a revocation. Revoking twice is a success that ended nothing more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revoked {
    /// How many links this ended.
    pub links: u32,
}
