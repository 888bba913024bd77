//! What an operator looks at first: how many links live, what ended them, the last day by the hour, and what needs somebody.

use serde::{Deserialize, Serialize};
use vault::Timestamp;

/// `GET /api/v1/admin/overview`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// When it was counted; it may be some seconds old.
    pub at: Timestamp,
    /// The links that live.
    pub links: Living,
    /// What ended links in the last 24 hours.
    pub ended: Ended,
    /// The last 24 hours, oldest first; the last of them is the one that still runs.
    pub hours: [Hour; HOURS],
    /// What needs somebody.
    pub attention: Attention,
}

/// How many hours an overview tells of.
pub const HOURS: usize = 24;

/// How many links live, by what they are like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Living {
    /// They wait for the token.
    pub open: u64,
    /// Their share starts later.
    pub waiting: u64,
    /// A freeze or their owner's suspension holds them.
    pub frozen: u64,
    /// Too many wrong tokens.
    pub locked: u64,
    /// Whether there are more: counting ended at a bound, and each number is the least that it is.
    pub at_least: bool,
}

/// What ended links in the last 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// By the last view.
    pub used_up: u64,
    /// By time.
    pub expired: u64,
    /// By an owner or an operator.
    pub revoked: u64,
    /// By a recipient who was done, or by a freeze that was not lifted in time.
    pub burnt: u64,
}

/// One hour, beginning on the full hour of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    /// When it began.
    pub from: Timestamp,
    /// Links that were opened.
    pub revealed: u64,
    /// What was refused to holders of links.
    pub refused: u64,
    /// Whom the gate denied.
    pub denied: u64,
}

/// What needs somebody. Zero, false and nothing mean that all is well, or that nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// Links locked by wrong tokens.
    pub locked_links: u64,
    /// Shares held because a recipient said that an opening wasn't theirs.
    pub reported_shares: u64,
    /// Messages that were given up.
    pub mail_dead: u64,
    /// Messages that have waited for more than [`MAIL_WAITS_LONG_SECONDS`].
    pub mail_waiting_long: u64,
    /// Whole days until the certificate ends, rounded down; negative when it has ended.
    pub certificate_days: i64,
    /// Whether that is so near that it is told.
    pub certificate_ends_soon: bool,
    /// How much of the disk of the state folder is free, in percent.
    pub disk_free_percent: Option<u8>,
    /// Whom the gate denied in the last hour.
    pub denials_last_hour: u64,
    /// Whether the clock is so far behind that nothing is revealed or created.
    pub clock_behind: bool,
    /// Journal lines dropped because the journal did not keep up.
    pub journal_dropped: u64,
    /// Whole hours since the newest backup; nothing where none is known of.
    pub backup_age_hours: Option<u64>,
}

/// After how long a message that still waits is told, in seconds (an hour).
pub const MAIL_WAITS_LONG_SECONDS: i64 = 3600;
