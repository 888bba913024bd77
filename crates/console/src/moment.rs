//! Points in time as people write them: in this machine's time zone, or with an offset.
//!
//! Nothing here reads a clock.

use api::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Reads a date (its beginning), a date with a time, or one with an offset.
///
/// # Errors
/// How to write it.
pub(crate) fn read(text: &str) -> Result<Timestamp, String> {
    read_in(text, &TimeZone::system())
}

fn read_in(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(exact) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp::from_millis(exact.as_millisecond()));
    }
    let midnight = || text.parse::<Date>().map(|date| date.at(0, 0, 0, 0));
    let civil = text.parse::<DateTime>().or_else(|_| midnight());
    let civil = civil.map_err(|_| "write it like 2026-12-24, \"2026-12-24 18:00\" or 2026-12-24T18:00:00Z".to_owned())?;
    // A time that happens twice is taken for the first, and one that never happens for the moment after: a list loses nothing by it.
    let zoned = zone.to_ambiguous_zoned(civil).compatible().map_err(|_| "this is no time of any calendar".to_owned())?;
    Ok(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use jiff::tz;

    use super::*;

    #[test]
    fn a_date_is_its_beginning_here_and_an_offset_counts() {
        let zone = TimeZone::fixed(tz::offset(1));
        let read = |text: &str| read_in(text, &zone).map(Timestamp::as_millis);
        assert_eq!(read("2023-11-15"), Ok(1_700_002_800_000));
        assert_eq!(read("2023-11-15 00:30"), Ok(1_700_004_600_000));
        assert_eq!(read("2023-11-14T23:00:00Z"), Ok(1_700_002_800_000));
        assert_eq!(read(&Timestamp::from_millis(1_700_002_800_001).to_string()), Ok(1_700_002_800_001));
        for wrong in ["", "yesterday", "2023-13-01", "12"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
