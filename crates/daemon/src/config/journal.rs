//! `[journal]`: where log lines and audit events are told.

use serde::{Deserialize, Serialize};

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum To {
    /// To the systemd journal when it is there, to standard error otherwise.
    Auto,
    /// To the systemd journal, and it is an error when it isn't there.
    Journal,
    /// To standard error, as lines for people.
    Stderr,
}

/// How much is told besides audit events, which are always told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Only what failed.
    Error,
    /// And what looks wrong.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
}

/// Where log lines and audit events are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Where lines go.
    pub to: To,
    /// How much is told.
    pub level: Level,
    /// How many lines may wait; further ones are dropped and counted. Audit events are never dropped.
    pub queue: usize,
}

impl Default for Journal {
    fn default() -> Self {
        Self { to: To::Auto, level: Level::Info, queue: 4096 }
    }
}

impl Journal {
    pub(super) fn check(&self) -> Result<(), String> {
        match self.queue {
            16..=1_000_000 => Ok(()),
            queue => Err(format!("journal.queue is {queue}; it must lie between 16 and 1000000")),
        }
    }
}

impl From<Level> for log::LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warn => Self::Warn,
            Level::Info => Self::Info,
            Level::Debug => Self::Debug,
        }
    }
}
