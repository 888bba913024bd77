//! The console's clock: read here for the runner, and nowhere else. Screens get the time with what happens.

use std::time::{Duration, Instant};

use api::Timestamp;

/// What this machine's clock says.
#[expect(clippy::disallowed_methods, reason = "this is the console's clock.rs")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

/// A point in time by this machine's steady clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due(Instant);

impl Due {
    /// So long from now.
    #[expect(clippy::disallowed_methods, reason = "this is the console's clock.rs")]
    pub(crate) fn after(wait: Duration) -> Self {
        Self(Instant::now() + wait)
    }

    /// How long until then; nothing once it has come.
    #[expect(clippy::disallowed_methods, reason = "this is the console's clock.rs")]
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
