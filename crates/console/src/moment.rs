//! A time as an operator writes it: with its offset, or as clocks show it here.
//!
//! Nothing here reads a clock, and nothing is guessed at: a time that a change of clocks left out or repeated is asked for with its offset.

use std::str::FromStr;

use api::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// How a time is written.
const ADVICE: &str =
    "write a time like 2026-11-20T14:05Z, 2026-11-20T14:05+01:00 or 2026-11-20T14:05; without an offset it is this machine's";

/// A time that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// With its offset from UTC.
    Anywhere(jiff::Timestamp),
    /// As clocks show it here.
    Here(DateTime),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        text.parse().map(Self::Anywhere).or_else(|_| text.parse().map(Self::Here)).map_err(|_| ADVICE.to_owned())
    }
}

/// Reads a time where one without an offset is this machine's.
///
/// # Errors
/// How to write it.
pub(crate) fn read(text: &str) -> Result<Timestamp, String> {
    text.parse::<Moment>()?.at(&TimeZone::system())
}

impl Moment {
    /// The point in time, where times without an offset are this zone's.
    ///
    /// # Errors
    /// Clocks here never showed it, or showed it twice.
    pub(crate) fn at(self, zone: &TimeZone) -> Result<Timestamp, String> {
        let time = match self {
            Self::Anywhere(time) => time,
            Self::Here(civil) => zone
                .to_ambiguous_zoned(civil)
                .unambiguous()
                .map_err(|_| format!("clocks here were changed at {civil}: write it with its offset from UTC"))?
                .timestamp(),
        };
        Ok(Timestamp::from_millis(time.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz;

    use super::*;

    #[test]
    fn a_time_is_read_with_its_offset_or_as_clocks_show_it_here() {
        let zone = TimeZone::fixed(tz::offset(2));
        let read = |text: &str| text.parse::<Moment>().unwrap().at(&zone).unwrap().to_string();
        assert_eq!(read("2026-11-20T14:05Z"), "2026-11-20T14:05:00.000Z");
        assert_eq!(read("2026-11-20 14:05:01+01:00"), "2026-11-20T13:05:01.000Z");
        assert_eq!(read(" 2026-11-20T14:05 "), "2026-11-20T12:05:00.000Z");
        assert_eq!(read("2026-11-20"), "2026-11-19T22:00:00.000Z");
        for wrong in ["", "yesterday", "14:05", "2026-13-01T00:00"] {
            assert!(wrong.parse::<Moment>().unwrap_err().contains("2026-11-20T14:05Z"), "{wrong}");
        }
    }

    #[test]
    fn a_time_that_clocks_here_showed_twice_is_asked_for_with_its_offset() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        assert!("2026-10-25T02:30".parse::<Moment>().unwrap().at(&zone).unwrap_err().contains("with its offset"));
    }
}
