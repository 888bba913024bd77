//! Links: what happens when a recipient knocks, checks, reveals or burns.
//!
//! Nothing here learns a link's secret or token: knock and proof come in as values derived from them, and only
//! their SHA-256 is known beforehand. Every comparison takes constant time.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::gate::Networks;
use crate::share::Views;
use crate::{Digest, LinkId, Refusal, ShareId, Timestamp, UserId};

/// How many wrong tokens lock a link.
pub const WRONG_TOKENS_THAT_LOCK: u32 = 10;

/// For how long the same attempt gets the same answer again, in seconds (ten minutes).
pub const RETRY_SECONDS: i64 = 600;

macro_rules! presented {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The 32 bytes that the client presented.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

presented!(
    /// Says: I hold the link. Derived from the link's secret.
    Knock
);
presented!(
    /// Says: I hold link and token. Derived from both.
    Proof
);
presented!(
    /// One recipient's try at revealing, so that a lost answer can be had again. Random.
    Attempt
);

impl Knock {
    /// What is remembered of it.
    pub fn hash(&self) -> Digest {
        Digest::of(&[&self.0])
    }
}

impl Proof {
    /// What is remembered of it.
    pub fn hash(&self) -> Digest {
        Digest::of(&[&self.0])
    }
}

impl Attempt {
    /// What is remembered of it: SHA-256 of link id and attempt.
    pub fn hash(&self, link: LinkId) -> Digest {
        Digest::of(&[link.as_bytes(), &self.0])
    }
}

/// What a link is like for somebody who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// Destroyed by a recipient.
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

/// One recipient's link, with what its share and its owner's standing bring along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which it is.
    pub id: LinkId,
    /// The share it belongs to.
    pub share: ShareId,
    /// Who shares.
    pub owner: UserId,
    /// SHA-256 of the knock.
    pub knock_hash: Digest,
    /// SHA-256 of the proof.
    pub proof_hash: Digest,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often it may be viewed.
    pub views: Views,
    /// How often it was.
    pub views_used: u32,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
    /// Networks narrower than the gate's; empty means the gate's.
    pub networks: Networks,
    /// When it was revoked, alone or with its share.
    pub revoked_at: Option<Timestamp>,
    /// When a recipient destroyed it.
    pub burnt_at: Option<Timestamp>,
    /// When it was last revealed for the first time by an attempt.
    pub last_revealed_at: Option<Timestamp>,
    /// Freezes that hold it, and a suspended owner's counts as one.
    pub freezes: u32,
}

/// What a recipient presents along with the link's id.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// Says that they hold the link.
    pub knock: &'a Knock,
    /// Says that they hold link and token.
    pub proof: &'a Proof,
    /// Where they are, after the gate let them in: a share may name narrower networks.
    pub address: IpAddr,
}

/// A reveal that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revealed {
    /// A view is spent: this many are used now.
    Spent {
        /// Views used, this one included.
        views_used: u32,
        /// Whether it was the last one.
        last: bool,
    },
    /// The same attempt again within its time: the same answer, and nothing is spent.
    Again,
}

impl Link {
    /// The state at this time. What ended the link by somebody's will is told before what time or counting ended.
    pub fn state(&self, now: Timestamp) -> State {
        if self.revoked_at.is_some() {
            State::Revoked
        } else if self.burnt_at.is_some() {
            State::Burnt
        } else if now >= self.expires_at {
            State::Expired
        } else if self.views.left(self.views_used) == Some(0) {
            State::UsedUp
        } else if self.freezes > 0 {
            State::Frozen
        } else if self.failed_tokens >= WRONG_TOKENS_THAT_LOCK {
            State::Locked
        } else if now < self.starts_at {
            State::Waiting
        } else {
            State::Open
        }
    }

    /// A knock: the plain state for somebody who holds the link. Counts against nobody.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`] for a wrong knock, exactly as for a link that doesn't exist;
    /// [`Refusal::OutsideShareNetworks`] for a holder elsewhere.
    pub fn knock(&self, knock: &Knock, address: IpAddr, now: Timestamp) -> Result<State, Refusal> {
        if knock.hash() != self.knock_hash {
            return Err(Refusal::UnknownLink);
        }
        if !self.networks.is_empty() && self.networks.holding(address).is_none() {
            return Err(Refusal::OutsideShareNetworks);
        }
        Ok(self.state(now))
    }

    /// A check: whether link and token are right. Spends nothing.
    ///
    /// # Errors
    /// As [`Link::knock`]; then the state's refusal; then [`Refusal::WrongToken`], to be counted with [`Link::after_wrong_token`].
    pub fn check(&self, presented: Presented<'_>, now: Timestamp) -> Result<(), Refusal> {
        self.knock(presented.knock, presented.address, now)?.admit()?;
        self.token(presented.proof)
    }

    /// A reveal: spends one view, or gives the same answer again to the same attempt within ten minutes.
    ///
    /// `earlier` is when this same attempt was granted before, if it was. A retry outlives the last view and the expiry,
    /// because the view was granted before; revoking, freezing and burning end it at once.
    ///
    /// # Errors
    /// As [`Link::check`].
    pub fn reveal(&self, presented: Presented<'_>, earlier: Option<Timestamp>, now: Timestamp) -> Result<Revealed, Refusal> {
        let state = self.knock(presented.knock, presented.address, now)?;
        let held = self.freezes > 0 || matches!(state, State::Revoked | State::Burnt);
        let in_time = earlier.is_some_and(|at| now.millis_since(at) < RETRY_SECONDS * 1000);
        if in_time && !held && presented.proof.hash() == self.proof_hash {
            return Ok(Revealed::Again);
        }
        state.admit()?;
        self.token(presented.proof)?;
        let views_used = self.views_used.saturating_add(1);
        Ok(Revealed::Spent { views_used, last: self.views.left(views_used) == Some(0) })
    }

    /// "Done, destroy it now": whoever holds link and token may end the link, also after its last view.
    ///
    /// # Errors
    /// As [`Link::check`], but a link that is used up or expired can still be burnt.
    pub fn burn(&self, presented: Presented<'_>, now: Timestamp) -> Result<(), Refusal> {
        match self.knock(presented.knock, presented.address, now)? {
            State::UsedUp | State::Expired if presented.proof.hash() == self.proof_hash => Ok(()),
            state => {
                state.admit()?;
                self.token(presented.proof)
            }
        }
    }

    /// The link after a wrong token was counted, and whether this one locked it.
    #[must_use]
    pub fn after_wrong_token(&self) -> (u32, bool) {
        let failed_tokens = self.failed_tokens.saturating_add(1);
        (failed_tokens, failed_tokens == WRONG_TOKENS_THAT_LOCK)
    }

    /// Until when wrap and snapshot must be kept; nothing while the link can still live.
    ///
    /// The sweeper deletes them from then on: at once for what was revoked or burnt, ten minutes after the last reveal otherwise.
    pub fn sealed_until(&self, now: Timestamp) -> Option<Timestamp> {
        let retry_ends = self.last_revealed_at.map(|at| at.plus_seconds(RETRY_SECONDS));
        match self.state(now) {
            State::Revoked | State::Burnt => Some(now),
            State::Expired => Some(retry_ends.map_or(self.expires_at, |end| end.max(self.expires_at))),
            State::UsedUp => Some(retry_ends.unwrap_or(now)),
            State::Waiting | State::Open | State::Frozen | State::Locked => None,
        }
    }

    /// Whether wrap and snapshot can still be had by anybody, be it by unlocking first or as the answer to a retry.
    /// Revoking and freezing take these links: what has ended otherwise stays as it ended.
    pub fn obtainable(&self, now: Timestamp) -> bool {
        self.sealed_until(now).is_none_or(|until| now < until)
    }

    fn token(&self, proof: &Proof) -> Result<(), Refusal> {
        if proof.hash() == self.proof_hash {
            return Ok(());
        }
        let (failed_tokens, _) = self.after_wrong_token();
        Err(Refusal::WrongToken { tries_left: WRONG_TOKENS_THAT_LOCK.saturating_sub(failed_tokens) })
    }
}
