//! Links: what happens when a recipient knocks, checks, watches, reveals, burns or reports.
//!
//! Nothing here learns a link's secret or token: knock and proof come in as values derived from them, and only
//! their SHA-256 is known beforehand. Every comparison takes constant time.

mod presented;
mod state;

use std::net::IpAddr;

pub use presented::{Attempt, Knock, Presented, Proof};
pub use state::State;

use crate::gate::Networks;
use crate::share::Views;
use crate::{Digest, LinkId, Refusal, ShareId, Timestamp, UserId};

/// How many wrong tokens lock a link.
pub const WRONG_TOKENS_THAT_LOCK: u32 = 10;

/// For how long the same attempt gets the same answer again, in seconds (ten minutes).
pub const RETRY_SECONDS: i64 = 600;

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
    /// When a recipient destroyed it, or a freeze that nobody lifted in time.
    pub burnt_at: Option<Timestamp>,
    /// When it was last revealed for the first time by an attempt.
    pub last_revealed_at: Option<Timestamp>,
    /// Freezes that hold it, and a suspended owner's counts as one.
    pub freezes: u32,
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

/// How a link stands, for a page that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// What the link is like.
    pub state: State,
    /// Of an open link: views left, nothing where they are unlimited. Of one that has ended: none. Of any other it isn't told.
    pub views_left: Option<u32>,
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

    /// A watch: how the link stands, for whoever has a page open. Spends nothing.
    ///
    /// Of a link that can't be opened the answer is the same whatever the proof: nobody tries tokens there.
    ///
    /// # Errors
    /// As [`Link::knock`]; at an open link [`Refusal::WrongToken`], to be counted with [`Link::after_wrong_token`].
    pub fn watch(&self, presented: Presented<'_>, now: Timestamp) -> Result<Watched, Refusal> {
        let state = self.knock(presented.knock, presented.address, now)?;
        let views_left = match state {
            State::Open => {
                self.token(presented.proof)?;
                self.views.left(self.views_used)
            }
            State::UsedUp | State::Expired | State::Revoked | State::Burnt => Some(0),
            State::Waiting | State::Frozen | State::Locked => None,
        };
        Ok(Watched { state, views_left })
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

    /// "This wasn't me": whoever holds link and token may say so in every state, because the alarm is worth having in each.
    ///
    /// Only a link at which ten wrong tokens were counted is refused, whatever else it is: there is no eleventh try.
    ///
    /// # Errors
    /// As [`Link::knock`]; then [`Refusal::Locked`]; then [`Refusal::WrongToken`], to be counted with [`Link::after_wrong_token`].
    pub fn report(&self, presented: Presented<'_>, now: Timestamp) -> Result<(), Refusal> {
        self.knock(presented.knock, presented.address, now)?;
        if self.failed_tokens >= WRONG_TOKENS_THAT_LOCK {
            return Err(Refusal::Locked);
        }
        self.token(presented.proof)
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
    /// Revoking, freezing and restoring a backup take these links: what has ended otherwise stays as it ended.
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
