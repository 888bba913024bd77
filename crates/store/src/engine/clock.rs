//! The clock rule's way out: an operator accepts the clock.
//!
//! Nothing here reads a clock.

use vault::Timestamp;
use vault::event::{Event, Kind};

use super::{Answer, Call, Operator, Store};

impl Store {
    /// Lets time continue at the call's clock, although later times were recorded. Answers the latest time recorded, and the time from now on.
    ///
    /// # Errors
    /// Only [`super::Broken`].
    pub async fn accept_clock(&self, call: &Call, operator: &Operator) -> Answer<(Timestamp, Timestamp)> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let (from, to) = tx.accept_clock()?;
            let event = Event::new(Kind::ClockAccepted, to, operator.actor());
            tx.record(event.with("from", from).with("to", to))?;
            Ok((from, to))
        })
        .await
    }
}
