//! How the appliance is.

use serde::{Deserialize, Serialize};
use vault::Timestamp;

/// `GET /api/v1/admin/health`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Health {
    /// The daemon's version.
    pub version: String,
    /// `sqlite` or `postgresql`.
    pub database: String,
    /// What the daemon's clock says.
    pub clock: Timestamp,
    /// The latest time recorded.
    pub latest: Timestamp,
    /// Whether the clock is so far behind that nothing is revealed or created.
    pub clock_behind: bool,
    /// Messages waiting in the outbox.
    pub mail_waiting: u64,
    /// Messages that were given up.
    #[serde(default)]
    pub mail_dead: u64,
    /// When the certificate ends that the daemon shows.
    pub certificate_until: Timestamp,
    /// Whole days until then, rounded down; negative when it has ended.
    pub certificate_days: i64,
    /// Whether that is so near that it is told.
    pub certificate_ends_soon: bool,
    /// Journal lines dropped because the journal did not keep up.
    pub journal_dropped: u64,
}

/// `POST /api/v1/admin/clock/accept`: the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClockAccepted {
    /// The latest time that had been recorded.
    pub from: Timestamp,
    /// The time that counts from now on.
    pub to: Timestamp,
}
