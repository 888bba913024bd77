//! The daemon's time, carried on by this machine's steady clock.
//!
//! Nothing here believes this machine's date once the daemon was heard: ids made here must fit the daemon's clock, whatever the time is on a desk.

use std::time::Instant;

use api::Timestamp;

/// Four minutes: a daemon takes five.
const FAR_MILLIS: u64 = 240_000;

/// What the daemon's clock said, and when that was heard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    said: Timestamp,
    heard: Instant,
}

impl Heard {
    /// Takes a `Date` header (RFC 9110, section 5.6.7); nothing for one that is none.
    #[expect(clippy::disallowed_methods, reason = "this is the client's clock.rs")]
    pub(crate) fn date(header: &str) -> Option<Self> {
        let zoned = jiff::fmt::rfc2822::parse(header).ok()?;
        Some(Self { said: Timestamp::from_millis(zoned.timestamp().as_millisecond()), heard: Instant::now() })
    }

    /// What the daemon's clock says by now, to a second.
    pub(crate) fn now(&self) -> Timestamp {
        let since = i64::try_from(self.heard.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.said.plus_millis(since)
    }
}

/// What this machine's clock says. Only for what has to bear a time before the daemon was ever heard.
pub(crate) fn machine() -> Timestamp {
    Timestamp::from_millis(now().as_millisecond())
}

/// Whether this time is farther from this machine's than a daemon takes a request's id for.
pub(crate) fn far(at: Timestamp) -> bool {
    at.as_millis().abs_diff(machine().as_millis()) > FAR_MILLIS
}

#[expect(clippy::disallowed_methods, reason = "this is the client's clock.rs")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemons_date_is_read_and_goes_on() {
        let heard = Heard::date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert!((784_111_777_000..784_111_837_000).contains(&heard.now().as_millis()));
    }

    #[test]
    fn what_is_no_date_is_no_time() {
        for wrong in ["", "yesterday", "784111777", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert!(Heard::date(wrong).is_none(), "{wrong}");
        }
    }
}
