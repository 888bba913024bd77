//! Growing delays for guessing: at a password, at a recovery code, by name and by address.
//!
//! Nothing here locks anybody out for good: a stranger who knows a name could otherwise shut its owner out.

use crate::{Refusal, Timestamp};

/// The longest delay between two tries, in seconds (fifteen minutes).
pub const LONGEST_DELAY_SECONDS: i64 = 900;

/// After this long without a failure the count starts anew, in seconds (one day).
pub const FORGET_AFTER_SECONDS: i64 = 86_400;

/// How long an address counts as one where its owner signs in, after they last did, in seconds (thirty days).
pub const KNOWN_FOR_SECONDS: i64 = 30 * 86_400;

/// What tries are counted by. Each try counts for its address, and for its name either at large or, where the name has signed in from
/// that address before, for the two together: a stranger who keeps guessing elsewhere can't keep the owner out of where they work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// The name, from wherever it has not signed in before.
    Name,
    /// The name at an address from which it has signed in.
    KnownName,
    /// The address, whatever the name.
    Address,
}

impl CountedBy {
    /// The stable name that the store keeps.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::KnownName => "known",
            Self::Address => "address",
        }
    }

    /// How many failures are free of delay. An office may stand behind an address.
    pub const fn free(self) -> u32 {
        match self {
            Self::Name | Self::KnownName => 4,
            Self::Address => 50,
        }
    }

    /// For how long it is remembered after the last failure or sign-in, in seconds.
    pub const fn kept_seconds(self) -> i64 {
        match self {
            Self::Name | Self::Address => FORGET_AFTER_SECONDS,
            Self::KnownName => KNOWN_FOR_SECONDS,
        }
    }
}

/// What is remembered about tries by one name or one address.
///
/// A try counts as a failure from its first message until its last one verifies, because a guesser who sees in the second
/// message that the guess was wrong never sends the third (RFC 9807).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Failures counted.
    pub failures: u32,
    /// When the last one was counted.
    pub last_failure_at: Timestamp,
    /// How many are free of delay.
    pub free: u32,
}

impl Throttle {
    /// Whether another try may begin now.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`] with the seconds to wait.
    pub fn admit(&self, now: Timestamp) -> Result<(), Refusal> {
        let ready = self.last_failure_at.plus_seconds(self.delay_seconds(now));
        match u32::try_from(ready.seconds_left(now)) {
            Ok(0) => Ok(()),
            Ok(retry_seconds) => Err(Refusal::TooManyAttempts { retry_seconds }),
            Err(_) => Err(Refusal::TooManyAttempts { retry_seconds: u32::MAX }),
        }
    }

    /// The throttle after one more failure.
    #[must_use]
    pub fn after_failure(&self, now: Timestamp) -> Self {
        let failures = if self.forgotten(now) { 0 } else { self.failures };
        Self { failures: failures.saturating_add(1), last_failure_at: now, free: self.free }
    }

    /// The throttle after the tries counted turned out right by one.
    #[must_use]
    pub fn after_success(&self) -> Self {
        Self { failures: self.failures.saturating_sub(1), ..*self }
    }

    fn forgotten(&self, now: Timestamp) -> bool {
        now.millis_since(self.last_failure_at) >= FORGET_AFTER_SECONDS * 1000
    }

    fn delay_seconds(&self, now: Timestamp) -> i64 {
        let beyond = self.failures.saturating_sub(self.free);
        match beyond {
            0 => 0,
            _ if self.forgotten(now) => 0,
            // 1, 2, 4, 8 ... seconds, up to the longest.
            _ => 1_i64
                .checked_shl(beyond - 1)
                .map_or(LONGEST_DELAY_SECONDS, |s| if s <= 0 { LONGEST_DELAY_SECONDS } else { s.min(LONGEST_DELAY_SECONDS) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn after(failures: u32) -> Throttle {
        let mut throttle = Throttle { failures: 0, last_failure_at: NOW, free: CountedBy::Name.free() };
        for _ in 0..failures {
            throttle = throttle.after_failure(NOW);
        }
        throttle
    }

    #[test]
    fn the_first_failures_cost_nothing_and_then_the_delay_doubles_up_to_a_bound() {
        assert_eq!(after(4).admit(NOW), Ok(()));
        assert_eq!(after(5).admit(NOW), Err(Refusal::TooManyAttempts { retry_seconds: 1 }));
        assert_eq!(after(8).admit(NOW), Err(Refusal::TooManyAttempts { retry_seconds: 8 }));
        for many in [20, 67, 68, 69, 200] {
            assert_eq!(after(many).admit(NOW), Err(Refusal::TooManyAttempts { retry_seconds: 900 }), "{many}");
        }
    }

    #[test]
    fn nobody_is_locked_out_for_good() {
        assert_eq!(after(u32::from(u8::MAX)).admit(NOW.plus_seconds(LONGEST_DELAY_SECONDS)), Ok(()));
    }

    #[test]
    fn failures_are_forgotten_after_a_quiet_day() {
        let later = NOW.plus_seconds(FORGET_AFTER_SECONDS);
        assert_eq!(after(30).after_failure(later).failures, 1);
    }
}
