//! The daemon's clock: the one place in it that reads the time.
//!
//! Nothing else asks what time it is; handlers and workers read this clock once for each request or round and pass the answer on.

use std::fmt;
use std::sync::Arc;

use vault::Timestamp;

/// Where the daemon takes the time from. Tests bring their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    ///
    /// In debug builds `POSTERN_TEST_CLOCK_OFFSET_SECONDS` shifts it, so that tests of whole processes can let time pass.
    #[allow(clippy::disallowed_methods, reason = "this is the clock.rs")]
    pub fn system() -> Self {
        let offset_seconds = offset_for_tests();
        Self::of(move || Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()).plus_seconds(offset_seconds))
    }

    /// A clock that says what this function says.
    pub fn of(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// What the clock says.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The day of a point in time, by UTC: `2026-03-01`.
pub fn day(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(at) => at.strftime("%Y-%m-%d").to_string(),
        Err(_) => "0000-00-00".to_owned(),
    }
}

/// A point in time as HTTP headers say it (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn date(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(at) => at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        Err(_) => "Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
    }
}

#[cfg(debug_assertions)]
fn offset_for_tests() -> i64 {
    std::env::var("POSTERN_TEST_CLOCK_OFFSET_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
}

#[cfg(not(debug_assertions))]
fn offset_for_tests() -> i64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_time_is_read_without_knowing_a_time_zone() {
        assert_eq!(day(Timestamp::from_millis(1_772_373_900_000)), "2026-03-01");
        assert_eq!(day(Timestamp::from_millis(i64::MAX)), "0000-00-00");
    }
}
