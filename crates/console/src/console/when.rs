//! Times as a list shows them: how far away, in as few letters as say it.
//!
//! Nothing here reads a clock. Details show times in full, with their offset.

use api::Timestamp;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_by_its_distance() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let told: Vec<String> = [-90_000, -3_600, -59, 0, 61, 7_199, 86_400 * 30].map(|s| relative(now.plus_seconds(s), now)).into();
        assert_eq!(told, ["1 d ago", "1 h ago", "59 s ago", "now", "in 1 min", "in 1 h", "in 30 d"]);
    }
}
