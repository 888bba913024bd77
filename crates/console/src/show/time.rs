//! Times as people read them: in a time zone, with its offset.
//!
//! Nothing here reads a clock.

use api::Timestamp;
use jiff::tz::TimeZone;

/// Like `2026-11-20 23:57 +01:00`.
pub(crate) fn minute(at: Timestamp, zone: &TimeZone) -> String {
    shown(at, zone, "%Y-%m-%d %H:%M %:z")
}

/// Like `2026-11-20 23:57:08 +01:00`.
pub(crate) fn second(at: Timestamp, zone: &TimeZone) -> String {
    shown(at, zone, "%Y-%m-%d %H:%M:%S %:z")
}

fn shown(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    // A number that is no time of any calendar is shown as the number it is.
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map_or_else(|_| format!("{} ms", at.as_millis()), |time| time.to_zoned(zone.clone()).strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use jiff::tz;

    use super::*;

    #[test]
    fn a_time_bears_its_offset() {
        let zone = TimeZone::fixed(tz::offset(-3));
        assert_eq!(minute(Timestamp::from_millis(1_700_000_000_000), &zone), "2023-11-14 19:13 -03:00");
        assert_eq!(second(Timestamp::from_millis(1_700_000_000_000), &TimeZone::UTC), "2023-11-14 22:13:20 +00:00");
    }

    #[test]
    fn a_number_beyond_all_calendars_is_shown_as_it_is() {
        assert_eq!(minute(Timestamp::from_millis(i64::MAX), &TimeZone::UTC), "9223372036854775807 ms");
    }
}
