//! Points in time, and the rule for a clock that has been set back.
//!
//! Nothing here reads a clock: the daemon reads its own once for each request and passes it in.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::Refusal;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// How far a clock may stand behind the latest recorded time before it is no longer believed, in milliseconds.
pub const CLOCK_TOLERANCE_MILLIS: i64 = 5 * 60 * 1000;

impl Timestamp {
    /// The point in time this many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This many milliseconds later; stays at the end of time rather than overflow.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// This many seconds later; stays at the end of time rather than overflow.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds from `earlier` to this, never negative.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        let span = self.0.saturating_sub(earlier.0);
        if span < 0 { 0 } else { span }
    }

    /// Whether it lies in the years 1970 to 9999, which RFC 3339 can tell and people mean.
    pub const fn is_tellable(self) -> bool {
        0 <= self.0 && self.0 < YEAR_10000_MILLIS
    }

    /// Whole seconds from now until this, rounded up, never negative.
    pub const fn seconds_left(self, now: Self) -> i64 {
        let millis = self.millis_since(now);
        millis / 1000 + (millis % 1000 != 0) as i64
    }
}

/// The first moment that has no four-digit year, in milliseconds since the epoch: 10000-01-01T00:00:00Z.
const YEAR_10000_MILLIS: i64 = 253_402_300_800_000;

/// As RFC 3339 in UTC. Milliseconds are always there, so that texts sort as times do; what lies outside the years 1970 to 9999 is the number of milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u64::try_from(self.0) {
            Ok(millis) if self.is_tellable() => {
                humantime::format_rfc3339_millis(SystemTime::UNIX_EPOCH + Duration::from_millis(millis)).fmt(f)
            }
            _ => write!(f, "{}", self.0),
        }
    }
}

/// The text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time: write it like 2026-03-01T14:05:00Z")]
pub struct NotATime;

/// Reads what [`Timestamp`] is told as: RFC 3339 in UTC, to the millisecond.
impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let time = humantime::parse_rfc3339(text).map_err(|_| NotATime)?;
        let since = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| NotATime)?;
        i64::try_from(since.as_millis()).map(Self).map_err(|_| NotATime)
    }
}

/// What the daemon's clock says, set against the latest time that the store remembers.
///
/// A clock a little behind is common (NTP slews, several daemons): the recorded time counts, so time never runs
/// backwards in the audit log. A clock far behind could bring expired links back to life: then nothing is revealed or created
/// until an operator accepts the new time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timekeeper {
    now: Timestamp,
    seconds_behind: i64,
}

impl Timekeeper {
    /// Weighs the clock against the latest time recorded.
    pub fn new(clock: Timestamp, latest: Timestamp) -> Self {
        let behind = latest.millis_since(clock);
        let seconds_behind = if behind > CLOCK_TOLERANCE_MILLIS { behind / 1000 } else { 0 };
        Self { now: clock.max(latest), seconds_behind }
    }

    /// The time that counts: what rules decide with and what is recorded.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Refuses what a clock far behind must not decide: reveals and everything that makes something new.
    ///
    /// # Errors
    /// [`Refusal::ClockBehind`] when the clock stands more than five minutes behind the latest time recorded.
    pub fn trusted(&self) -> Result<Timestamp, Refusal> {
        match self.seconds_behind {
            0 => Ok(self.now),
            seconds_behind => Err(Refusal::ClockBehind { seconds_behind }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATEST: Timestamp = Timestamp::from_millis(1_000_000_000);

    #[test]
    fn a_clock_a_little_behind_counts_as_the_latest_time() {
        let keeper = Timekeeper::new(LATEST.plus_seconds(-300), LATEST);
        assert_eq!(keeper.trusted(), Ok(LATEST));
    }

    #[test]
    fn a_clock_far_behind_reveals_and_creates_nothing_but_still_records_in_order() {
        let keeper = Timekeeper::new(LATEST.plus_seconds(-301), LATEST);
        assert_eq!(keeper.trusted(), Err(Refusal::ClockBehind { seconds_behind: 301 }));
        assert_eq!(keeper.now(), LATEST);
    }

    #[test]
    fn a_clock_ahead_counts_itself() {
        let ahead = LATEST.plus_seconds(86_400);
        assert_eq!(Timekeeper::new(ahead, LATEST).trusted(), Ok(ahead));
    }

    #[test]
    fn a_time_is_told_as_people_and_programs_read_it() {
        assert_eq!(Timestamp::from_millis(1_772_373_900_123).to_string(), "2026-03-01T14:05:00.123Z");
        assert_eq!(Timestamp::from_millis(253_402_300_799_999).to_string(), "9999-12-31T23:59:59.999Z");
        for beyond in [253_402_300_800_000, i64::MAX, -1, i64::MIN] {
            assert_eq!(Timestamp::from_millis(beyond).to_string(), beyond.to_string());
        }
    }

    #[test]
    fn a_time_that_was_told_is_read_back() {
        for told in [0, 1_772_373_900_123, 253_402_300_799_999] {
            assert_eq!(Timestamp::from_millis(told).to_string().parse(), Ok(Timestamp::from_millis(told)));
        }
        for wrong in ["", "now", "2026-03-01", "2026-13-01T00:00:00Z", "253402300800000"] {
            assert_eq!(wrong.parse::<Timestamp>(), Err(NotATime), "{wrong}");
        }
    }

    #[test]
    fn seconds_left_are_rounded_up_and_never_negative() {
        assert_eq!(LATEST.plus_millis(1).seconds_left(LATEST), 1);
        assert_eq!(LATEST.seconds_left(LATEST), 0);
        assert_eq!(LATEST.seconds_left(LATEST.plus_seconds(5)), 0);
    }
}
