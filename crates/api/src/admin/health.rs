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
    /// Records of the audit log that the journal has not been told yet.
    #[serde(default)]
    pub mirror_behind: u64,
    /// The disk that holds the state folder; nothing where it can't be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<Disk>,
    /// What the appliance does by itself, by name.
    #[serde(default)]
    pub workers: Vec<Worker>,
    /// When the newest backup was made; nothing where none is known of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_at: Option<Timestamp>,
    /// The newest migration that the database has.
    #[serde(default)]
    pub schema: String,
}

/// A disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// What the appliance may still write.
    pub free_bytes: u64,
    /// All of it.
    pub total_bytes: u64,
}

impl Disk {
    /// How much is free, in percent, rounded down.
    pub fn free_percent(&self) -> Option<u8> {
        let percent = (u128::from(self.free_bytes) * 100).checked_div(u128::from(self.total_bytes))?;
        u8::try_from(percent.min(100)).ok()
    }
}

/// Something that the appliance does by itself, again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// Which: `mail`, `mirror`, `sweeper` and so on.
    pub name: String,
    /// When it last did its round; nothing if it has not yet.
    pub last_at: Option<Timestamp>,
    /// Whether that round went well, and is not longer ago than it should be.
    pub ok: bool,
}

/// `POST /api/v1/admin/clock/accept`: the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClockAccepted {
    /// The latest time that had been recorded.
    pub from: Timestamp,
    /// The time that counts from now on.
    pub to: Timestamp,
}
