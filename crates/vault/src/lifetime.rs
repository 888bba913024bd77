//! How long the appliance's certificate lasts, and when its end is told: 30, 14, 7 and 1 days ahead, and each day after it.
//!
//! Nothing here reads a certificate.

use crate::Timestamp;

const DAY_MILLIS: i64 = 86_400_000;

/// How many days ahead it is told, the latest first.
const DAYS_AHEAD: [i64; 4] = [1, 7, 14, 30];

/// How near the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It comes within so many days.
    Within(i64),
    /// It was so many whole days ago.
    Over(i64),
}

/// The stage in which a certificate is that ends then; nothing while there is time.
pub fn stage(until: Timestamp, now: Timestamp) -> Option<Stage> {
    let left = until.as_millis().saturating_sub(now.as_millis());
    if left <= 0 {
        return Some(Stage::Over(-left / DAY_MILLIS));
    }
    DAYS_AHEAD.into_iter().find(|days| left <= days * DAY_MILLIS).map(Stage::Within)
}

/// Whole days until the end, rounded down; negative after it.
pub fn days_left(until: Timestamp, now: Timestamp) -> i64 {
    until.as_millis().saturating_sub(now.as_millis()).div_euclid(DAY_MILLIS)
}

/// Whether it is to be told now, if it was told last at that time. Each stage is told once, so at most once in a day.
pub fn is_due(until: Timestamp, last: Option<Timestamp>, now: Timestamp) -> bool {
    let now = stage(until, now);
    now.is_some() && now != last.and_then(|last| stage(until, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIL: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    #[test]
    fn the_end_is_told_30_14_7_and_1_days_ahead_and_each_day_after_it() {
        let mut last = None;
        let mut told = Vec::new();
        for hours in (-40 * 24)..(3 * 24) {
            let now = UNTIL.plus_seconds(hours * 3600);
            if is_due(UNTIL, last, now) {
                last = Some(now);
                told.push(hours);
            }
        }
        assert_eq!(told, [-720, -336, -168, -24, 0, 24, 48]);
    }

    #[test]
    fn who_starts_late_is_told_at_once_and_once() {
        let now = UNTIL.plus_seconds(-10 * 86_400);
        assert!(is_due(UNTIL, None, now));
        assert!(!is_due(UNTIL, Some(now), now.plus_seconds(3600)));
        assert_eq!((stage(UNTIL, now), days_left(UNTIL, now)), (Some(Stage::Within(14)), 10));
        assert_eq!(stage(UNTIL, UNTIL.plus_seconds(-31 * 86_400)), None);
        assert_eq!(days_left(UNTIL, UNTIL.plus_millis(1)), -1);
    }
}
