//! Times as a list shows them: how far away, in as few letters as say it.
//!
//! Nothing here reads a clock. Details show times in full, with their offset.

use api::Timestamp;
use jiff::tz::TimeZone;

const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];

/// Like `3 h`, `12 d`: the largest unit that fits, rounded down.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.abs();
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "s"));
    format!("{} {unit}", seconds / size)
}

/// Like `3 h ago`, `in 2 d`, `now`.
pub(crate) fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_millis().saturating_sub(now.as_millis()) / 1000;
    match seconds {
        -4..=4 => "now".to_owned(),
        past if past < 0 => format!("{} ago", span(past)),
        ahead => format!("in {}", span(ahead)),
    }
}

/// Like `22:13:20` for today, `Nov 13 22:13` for this year, else `2022-11-13`: nothing that changes while one looks at it.
pub(crate) fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let zoned = |at: Timestamp| jiff::Timestamp::from_millisecond(at.as_millis()).map(|at| at.to_zoned(zone.clone()));
    let (Ok(then), Ok(now)) = (zoned(at), zoned(now)) else { return format!("{} ms", at.as_millis()) };
    let format = match (then.date() == now.date(), then.year() == now.year()) {
        (true, _) => "%H:%M:%S",
        (false, true) => "%b %e %H:%M",
        (false, false) => "%Y-%m-%d",
    };
    then.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_by_the_clock_today_and_by_the_date_before() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let told: Vec<String> = [-60, -86_400, -86_400 * 365].map(|s| moment(now.plus_seconds(s), now, &TimeZone::UTC)).into();
        assert_eq!(told, ["22:12:20", "Nov 13 22:13", "2022-11-14"]);
        assert_eq!(moment(Timestamp::from_millis(i64::MAX), now, &TimeZone::UTC), "9223372036854775807 ms");
    }

    #[test]
    fn a_time_is_told_by_its_distance() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let told: Vec<String> = [-90_000, -3_600, -59, 0, 61, 7_199, 86_400 * 30].map(|s| relative(now.plus_seconds(s), now)).into();
        assert_eq!(told, ["1 d ago", "1 h ago", "59 s ago", "now", "in 1 min", "in 1 h", "in 30 d"]);
    }
}
