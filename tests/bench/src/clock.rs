//! The benchmark's clock. It measures, and decides nothing.

use std::time::{Duration, Instant};

/// A stopwatch that runs.
#[derive(Clone, Copy, Debug)]
pub struct Watch(Instant);

impl Watch {
    /// Starts it.
    #[allow(clippy::disallowed_methods, reason = "this is a clock.rs")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since it was started.
    pub fn millis(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}

/// Lets so many milliseconds go by.
pub fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}
