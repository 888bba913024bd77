//! One write under way: its connection, its time, and its audit events.
//!
//! Nothing here commits; whatever is recorded stands or falls with what is written beside it.

use std::net::IpAddr;

use vault::event::{Chain, Event};
use vault::{Policy, Refusal, Timekeeper, Timestamp};

use super::{Broken, Call, Connection, lanes};
use crate::audit;

/// A write's transaction, lent to the closure that does it.
pub(crate) struct Tx<'a> {
    /// The connection, inside the transaction.
    pub conn: &'a mut Connection,
    pub(super) chain: Chain,
    pub(super) time: Timekeeper,
    pub(super) call: &'a Call,
    pub(super) policy: &'a Policy,
}

impl Tx<'_> {
    /// The time that counts and is recorded.
    pub fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// The time that counts, for reveals and for making something new.
    ///
    /// # Errors
    /// [`Refusal::ClockBehind`] when the clock can't be believed.
    pub fn trusted(&self) -> Result<Timestamp, Refusal> {
        self.time.trusted()
    }

    /// What the administrator decided.
    pub fn policy(&self) -> &Policy {
        self.policy
    }

    /// Appends an event to this lane's chain, at the time that counts, with the call's address and request.
    ///
    /// # Errors
    /// [`Broken`]: then the write it tells of must not happen either.
    pub fn record(&mut self, event: Event) -> Result<(), Broken> {
        self.record_from(event, self.call.address)
    }

    /// As [`Tx::record`], but from this address: for what began in an earlier request.
    ///
    /// # Errors
    /// As [`Tx::record`].
    pub fn record_from(&mut self, mut event: Event, address: Option<IpAddr>) -> Result<(), Broken> {
        event.at = self.time.now();
        event.address = address;
        event.request = Some(self.call.request);
        self.chain = audit::append(self.conn, self.chain, &event)?;
        Ok(())
    }

    /// Lets time continue at the call's clock, although later times were recorded. Answers both.
    pub(super) fn accept_clock(&mut self) -> Result<(Timestamp, Timestamp), Broken> {
        let (from, to) = (lanes::latest(self.conn)?, self.call.clock);
        lanes::set_back(self.conn, to)?;
        self.time = Timekeeper::new(to, to);
        Ok((from, to))
    }
}
