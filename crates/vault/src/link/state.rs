//! What a link is like, and whether it can be opened.
//!
//! Nothing here decides which state a link is in: [`super::Link::state`] does.

use serde::{Deserialize, Serialize};

use crate::Refusal;

/// What a link is like for somebody who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum State {
    /// The share starts later.
    Waiting,
    /// Waiting for the token.
    Open,
    /// All views are spent.
    UsedUp,
    /// The time is over.
    Expired,
    /// Revoked by the owner or an operator.
    Revoked,
    /// Frozen by an operator, or because its owner is suspended.
    Frozen,
    /// Too many wrong tokens.
    Locked,
    /// Destroyed by a recipient, or by a freeze that nobody lifted in time.
    Burnt,
}

impl State {
    /// The stable name that audit, journal and programs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::UsedUp => "used-up",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Frozen => "frozen",
            Self::Locked => "locked",
            Self::Burnt => "burnt",
        }
    }

    /// Whether the link can come to life again: by waiting, unlocking or unfreezing.
    pub const fn alive(self) -> bool {
        matches!(self, Self::Waiting | Self::Open | Self::Frozen | Self::Locked)
    }

    /// Whether the link can be opened now.
    ///
    /// # Errors
    /// The refusal that says why not.
    pub const fn admit(self) -> Result<(), Refusal> {
        match self {
            Self::Open => Ok(()),
            Self::Waiting => Err(Refusal::NotYet),
            Self::UsedUp => Err(Refusal::UsedUp),
            Self::Expired => Err(Refusal::Expired),
            Self::Revoked => Err(Refusal::Revoked),
            Self::Frozen => Err(Refusal::Frozen),
            Self::Locked => Err(Refusal::Locked),
            Self::Burnt => Err(Refusal::Burnt),
        }
    }
}
