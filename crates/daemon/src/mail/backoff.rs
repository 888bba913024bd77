//! When a message that could not be sent is tried again.
//!
//! Nothing here is tried for ever: after about two days a message is given up.

use vault::Timestamp;

/// The wait after the first failure, in milliseconds.
const FIRST_MILLIS: i64 = 30_000;

/// The longest wait, in milliseconds: four hours.
const LONGEST_MILLIS: i64 = 4 * 3_600_000;

/// How often a message is tried.
const TRIES: u32 = 20;

/// When to try again after the failure that came after `attempts` earlier ones; nothing when it is given up. The wait doubles each
/// time, and `jitter` moves it by up to a quarter either way, so that what failed together isn't tried together.
pub fn next_try(now: Timestamp, attempts: u32, jitter: u16) -> Option<Timestamp> {
    if attempts.saturating_add(1) >= TRIES {
        return None;
    }
    let wait = FIRST_MILLIS.saturating_mul(1 << attempts.min(20)).min(LONGEST_MILLIS);
    let span = wait / 2;
    let moved = span.saturating_mul(i64::from(jitter)) / i64::from(u16::MAX);
    Some(now.plus_millis(wait - wait / 4 + moved))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_366_400_000);

    fn wait(attempts: u32, jitter: u16) -> Option<i64> {
        next_try(NOW, attempts, jitter).map(|next| next.millis_since(NOW))
    }

    #[test]
    fn waits_double_up_to_four_hours_and_jitter_moves_them_by_a_quarter_at_most() {
        for (attempts, seconds) in [(0, 30), (1, 60), (2, 120), (8, 7680), (9, 14_400), (18, 14_400)] {
            let millis = seconds * 1000;
            assert_eq!(wait(attempts, 0), Some(millis - millis / 4), "{attempts}");
            assert_eq!(wait(attempts, u16::MAX), Some(millis - millis / 4 + millis / 2), "{attempts}");
            let between = wait(attempts, u16::MAX / 2).unwrap();
            assert!((millis - millis / 1000..=millis).contains(&between), "{attempts}: {between}");
        }
    }

    #[test]
    fn after_twenty_tries_in_about_two_days_a_message_is_given_up() {
        assert!(wait(18, 0).is_some());
        assert_eq!(wait(19, 0), None);
        assert_eq!(wait(u32::MAX, 0), None);
        let total: i64 = (0..19).map(|attempts| wait(attempts, u16::MAX / 2).unwrap()).sum();
        assert!((40..56).contains(&(total / 3_600_000)), "{total}");
    }
}
