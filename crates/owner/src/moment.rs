//! Points in time as people write and read them.
//!
//! Nothing here reads a clock; the time zone is this machine's, and what programs read is UTC.

use api::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const ADVICE: &str = "write it like 1h, 12h, 24h, 5d, 1w or 30d, or as a date with a time like \"2026-12-24 18:00\"";

/// When something begins or ends, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// This many seconds from now.
    In(i64),
    /// Exactly then.
    At(Timestamp),
}

impl Moment {
    /// Reads `12h` (minutes, hours, days, weeks), a date-time in this machine's time zone, or one with an offset.
    ///
    /// # Errors
    /// How to write it.
    pub fn read(text: &str) -> Result<Self, String> {
        Self::read_in(text, &TimeZone::system())
    }

    /// The moment, if this is now.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::In(seconds) => now.plus_seconds(seconds),
            Self::At(then) => then,
        }
    }

    fn read_in(text: &str, zone: &TimeZone) -> Result<Self, String> {
        let text = text.trim();
        if let Some(seconds) = span(text) {
            return Ok(Self::In(seconds));
        }
        if let Ok(exact) = text.parse::<jiff::Timestamp>() {
            return Ok(Self::At(stamp(exact)));
        }
        // A date alone could mean its beginning or its end; a recipient would find out too late.
        if !text.contains([' ', 'T', 't']) {
            return Err(ADVICE.to_owned());
        }
        let civil: DateTime = text.parse().map_err(|_| ADVICE.to_owned())?;
        let zoned = zone.to_ambiguous_zoned(civil).unambiguous();
        zoned.map(|zoned| Self::At(stamp(zoned.timestamp()))).map_err(|_| {
            "this time happens twice or never where the clocks change; add the offset, like 2026-10-25T02:30:00+01:00".to_owned()
        })
    }
}

/// The time for people, in this machine's time zone.
pub fn shown(time: Timestamp) -> String {
    match exact(time) {
        Some(exact) => exact.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z").to_string(),
        None => "at no time".to_owned(),
    }
}

/// The time for people elsewhere, who may live in another time zone and speak another language: `2026-12-24 18:00 (UTC+01:00)`.
pub fn exactly(time: Timestamp) -> String {
    exactly_in(time, TimeZone::system())
}

fn exactly_in(time: Timestamp, zone: TimeZone) -> String {
    let Some(exact) = exact(time) else { return "…".to_owned() };
    let zoned = exact.to_zoned(zone);
    let zone = if zoned.offset().seconds() == 0 { "UTC".to_owned() } else { zoned.strftime("UTC%:z").to_string() };
    format!("{} ({zone})", zoned.strftime("%Y-%m-%d %H:%M"))
}

/// The time for programs: RFC 3339, UTC.
pub fn written(time: Timestamp) -> String {
    exact(time).map(|exact| exact.to_string()).unwrap_or_default()
}

/// How long until then, roughly, for people.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let minutes = until.seconds_left(now) / 60;
    let some = |number: i64, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    match minutes {
        0 => "less than a minute".to_owned(),
        1..=119 => some(minutes, "minute"),
        120..=2879 => some(minutes / 60, "hour"),
        _ => some(minutes / 1440, "day"),
    }
}

fn exact(time: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(time.as_millis()).ok()
}

fn stamp(exact: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(exact.as_millisecond())
}

fn span(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let number = text.strip_suffix(unit)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    // Digits alone: no sign, and no number that a reader could take for another.
    let digits = !number.is_empty() && number.len() <= 5 && number.bytes().all(|b| b.is_ascii_digit());
    let count = number.parse::<i64>().ok().filter(|count| digits && *count > 0)?;
    Some(count * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(text: &str) -> Result<Moment, String> {
        Moment::read_in(text, &TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap())
    }

    #[test]
    fn the_spans_that_people_choose_from_are_read() {
        for (text, seconds) in
            [("1h", 3600), ("12h", 43_200), ("24h", 86_400), ("5d", 432_000), ("1w", 604_800), ("30d", 2_592_000), (" 90m ", 5400)]
        {
            assert_eq!(berlin(text), Ok(Moment::In(seconds)), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused_with_advice() {
        for wrong in ["", "h", "1", "0h", "-1h", "+1h", "1 h", "1y", "1H", "999999d", "tomorrow", "2026-12-24", "2026-13-01 10:00", "٣h"] {
            assert!(berlin(wrong).is_err_and(|said| said.contains("24h")), "{wrong}");
        }
        assert!(berlin("2026-10-25 02:30").is_err_and(|said| said.contains("offset")));
        assert!(berlin("2026-03-29 02:30").is_err());
    }

    #[test]
    fn a_date_with_a_time_is_local_unless_it_bears_an_offset() {
        let six = Moment::At(Timestamp::from_millis(1_798_131_600_000));
        for text in ["2026-12-24 18:00", "2026-12-24T18:00:00", "2026-12-24T17:00:00Z", "2026-12-24T19:00:00+02:00"] {
            assert_eq!(berlin(text), Ok(six), "{text}");
        }
    }

    #[test]
    fn people_elsewhere_are_told_the_offset() {
        let six = Timestamp::from_millis(1_798_131_600_000);
        assert_eq!(exactly_in(six, TimeZone::fixed(jiff::tz::offset(1))), "2026-12-24 18:00 (UTC+01:00)");
        assert_eq!(exactly_in(six, TimeZone::UTC), "2026-12-24 17:00 (UTC)");
    }

    #[test]
    fn programs_read_times_in_utc() {
        assert_eq!(written(Timestamp::from_millis(1_798_131_600_000)), "2026-12-24T17:00:00Z");
        assert_eq!(written(Timestamp::from_millis(i64::MAX)), "");
    }

    #[test]
    fn what_is_left_is_told_roughly() {
        let now = Timestamp::from_millis(0);
        for (seconds, told) in [(0, "less than a minute"), (61, "1 minute"), (7200, "2 hours"), (2_592_000, "30 days")] {
            assert_eq!(left(now.plus_seconds(seconds), now), told);
        }
    }
}
