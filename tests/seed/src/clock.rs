//! The seeding tool's clock: until when the made-up years go, and how long it all took.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use vault::Timestamp;

/// The present.
#[allow(clippy::disallowed_methods, reason = "this is a clock.rs")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A stopwatch that runs.
#[derive(Clone, Copy)]
pub struct Watch(Instant);

impl Watch {
    /// Starts it.
    #[allow(clippy::disallowed_methods, reason = "this is a clock.rs")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since it was started.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
