//! The harness's own clock, for deadlines alone.
//! No test's outcome depends on the time read here: a deadline only turns a hang into a failure.

use std::time::{Duration, Instant};

/// The longest that anything real (a server, a daemon, a journal) may take to become ready, or a command to end.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A moment after which waiting is given up.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline that lies this far ahead.
    #[allow(clippy::disallowed_methods, reason = "this is a clock.rs")]
    pub fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// What is left of it, or nothing once it has passed.
    #[allow(clippy::disallowed_methods, reason = "this is a clock.rs")]
    pub fn left(&self) -> Option<Duration> {
        self.0.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Asks `ready` every few milliseconds until it has an answer; nothing if the deadline passes first.
    pub fn until<T>(&self, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
        loop {
            if let Some(answer) = ready() {
                return Some(answer);
            }
            let left = self.left()?;
            std::thread::sleep(left.min(Duration::from_millis(10)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_ends_the_waiting_for_what_never_comes() {
        let short = Deadline::after(Duration::from_millis(30));
        assert_eq!(short.until(|| None::<()>), None);
        assert_eq!(short.left(), None);
    }

    #[test]
    fn what_is_ready_is_answered_even_after_the_deadline() {
        let passed = Deadline::after(Duration::ZERO);
        assert_eq!(passed.until(|| Some(7)), Some(7));
    }
}
