//! The clock rule's two ways out: what health says, and the operator who accepts the clock.
//!
//! Nothing here reads a clock.

use vault::event::{Event, Kind};
use vault::{Timekeeper, Timestamp};

use super::{Answer, Broken, Call, Operator, Store, lanes};

/// How the daemon's clock stands against what the store remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The latest time recorded.
    pub latest: Timestamp,
    /// Whether the clock is so far behind that nothing is revealed or created.
    pub clock_behind: bool,
}

impl Store {
    /// How this clock stands against the latest time recorded.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn moment(&self, clock: Timestamp) -> Result<Moment, Broken> {
        self.read(move |conn| {
            let latest = lanes::latest(conn)?;
            Ok(Moment { latest, clock_behind: Timekeeper::new(clock, latest).trusted().is_err() })
        })
        .await
    }

    /// Lets time continue at the call's clock, although later times were recorded. Answers the latest time recorded, and the time from now on.
    ///
    /// # Errors
    /// [`Broken`], through [`super::Failure`].
    pub async fn accept_clock(&self, call: &Call, operator: &Operator) -> Answer<(Timestamp, Timestamp)> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let (from, to) = tx.accept_clock()?;
            let event = Event::new(Kind::ClockAccepted, to, operator.actor());
            tx.record(event.with("from", from.as_millis()).with("to", to.as_millis()))?;
            Ok((from, to))
        })
        .await
    }
}
