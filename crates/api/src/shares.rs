//! Shares as their owner makes and sees them.

use serde::{Deserialize, Serialize};
use vault::gate::Networks;
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::text::{Email, Label};
use vault::{ItemId, Language, LinkId, ShareId, Timestamp};

use crate::links::Opening;
use crate::{Fixed, Sealed, Secret};

/// `POST /api/v1/shares`. The same id with the same bytes again is a success; with other bytes 409. The answer is a [`Share`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewShare {
    /// Made by the client just now.
    pub id: ShareId,
    /// What is shared.
    pub item: ItemId,
    /// What the owner calls it where the appliance may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often each link may be viewed.
    pub views: Views,
    /// Networks narrower than the gate's.
    #[serde(default)]
    pub networks: Networks,
    /// How link and token travel.
    pub delivery: Delivery,
    /// In which language recipients are written to; nothing means the appliance's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Whether links ask for a token.
    pub with_token: bool,
    /// The sealed snapshot.
    pub snapshot: Sealed,
    /// One link for each recipient.
    pub links: Vec<NewLink>,
}

/// One recipient's link on its way in.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// Made by the client just now.
    pub id: LinkId,
    /// Whom it is for.
    pub recipient: Email,
    /// SHA-256 of the knock.
    pub knock_hash: Fixed<32>,
    /// SHA-256 of the proof.
    pub proof_hash: Fixed<32>,
    /// The share key, wrapped for this link.
    pub wrap: Sealed,
    /// The token in its printed form, exactly where the daemon shall mail it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// What follows the link's `#`, exactly where the daemon shall mail the link, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fragment: Option<Secret>,
}

/// A share: `GET /api/v1/shares/{share}`, and a row of `GET /api/v1/shares?item=&after=&limit=`, newest first.
///
/// `POST /api/v1/shares/{share}/revoke` and `POST /api/v1/shares/{share}/links/{link}/revoke|unlock` answer with it as it is then;
/// they have no body, and revoking twice is a success.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Share {
    /// Which share.
    pub id: ShareId,
    /// Of which item.
    pub item: ItemId,
    /// The owner's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often each link may be viewed.
    pub views: Views,
    /// Networks narrower than the gate's.
    pub networks: Networks,
    /// How link and token travel.
    pub delivery: Delivery,
    /// In which language recipients are written to; nothing means the appliance's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Whether links ask for a token.
    pub with_token: bool,
    /// Its links.
    pub links: Vec<Link>,
}

/// A link as its owner sees it: never its secret or token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Which link.
    pub id: LinkId,
    /// Whom it is for.
    pub recipient: Email,
    /// What it is like now.
    pub state: State,
    /// Views spent.
    pub views_used: u32,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
    /// Who opened it, when and from where: the latest twenty, oldest first.
    pub openings: Vec<Opening>,
}
