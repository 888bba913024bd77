//! The audit log read through proposed networks: page by page, until it reaches back far enough.
//!
//! Nothing here asks the daemon: what is to be asked next is said. The gate's own rule decides.

use api::admin::audit::Entry;
use api::{Page, Timestamp};
use vault::gate::{Door, Gate};

use crate::commands::gate::proposed::Proposed;
use crate::commands::gate::visits::{Log, Outcome as Fate};

/// The most records of the log that are read.
const MOST: u32 = 200_000;

/// The log being read through a proposal.
pub(super) struct Reading {
    gate: Gate,
    doors: Vec<Door>,
    since: Timestamp,
    log: Log,
    /// How many records were read.
    pub(super) records: u32,
    /// The time of the last record that was read.
    pub(super) back_to: Option<Timestamp>,
}

/// What came of it.
pub(super) struct Done {
    pub(super) fate: Fate,
    pub(super) addresses: usize,
    pub(super) since: Timestamp,
    pub(super) complete: bool,
}

/// What a page of the log leads to.
pub(super) enum Next {
    /// The page behind this cursor is to be read, too.
    Page(String),
    /// The log was read as far as is wished for.
    Done(Done),
}

impl Reading {
    /// Begins with nothing read: this proposal instead of the present gate, for everybody who came since then.
    pub(super) fn new(proposed: Proposed, present: Gate, since: Timestamp) -> Self {
        let doors = proposed.doors();
        Self { gate: proposed.over(present), doors, since, log: Log::default(), records: 0, back_to: None }
    }

    /// Counts a page, the newest records first.
    pub(super) fn take(&mut self, page: Page<Entry>) -> Next {
        let mut over = page.rows.is_empty();
        for entry in &page.rows {
            if entry.record.at < self.since {
                over = true;
                break;
            }
            self.log.count(&entry.record);
            self.records += 1;
            self.back_to = Some(entry.record.at);
        }
        match page.next {
            Some(next) if !over && self.records < MOST => Next::Page(next),
            next => {
                let complete = (over || next.is_none()) && !self.log.uncounted;
                let fate = self.log.through(&self.gate, &self.doors);
                Next::Done(Done { fate, addresses: self.log.len(), since: self.since, complete })
            }
        }
    }
}
