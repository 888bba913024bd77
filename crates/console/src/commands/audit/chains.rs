//! Walking every lane of the audit log and computing its hashes anew.
//!
//! Nothing here believes a hash that the daemon tells: a record counts when its hash follows from its own bytes and the one before it.

use api::admin::audit::{Entry, LaneHead};
use api::page::MAXIMUM_ROWS;
use api::{Fixed, Page, Timestamp};
use client::{Answer, Client, Error};
use serde::Serialize;
use vault::Digest;
use vault::event::Chain;

/// Where the log is read from.
pub(crate) trait Log {
    /// Where each chain stands, as the appliance says.
    fn heads(&self) -> Answer<Vec<LaneHead>>;
    /// The next records of a lane.
    fn after(&self, lane: u32, seq: u64, limit: u32) -> Answer<Page<Entry>>;
}

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// No change, no gap, every head fits.
    pub(crate) whole: bool,
    /// How many records were verified.
    pub(crate) records: u64,
    /// Lane by lane.
    pub(crate) lanes: Vec<Walked>,
}

/// One lane, as far as it could be followed.
#[derive(Debug, Serialize)]
pub(crate) struct Walked {
    pub(crate) lane: u32,
    /// How many records were verified: the place of the last good one.
    pub(crate) records: u64,
    /// The hash of the last good record, computed here.
    pub(crate) head: Fixed<32>,
    /// The time of the first record.
    pub(crate) from: Option<Timestamp>,
    /// The time of the last good record.
    pub(crate) until: Option<Timestamp>,
    /// What is wrong, and where first.
    pub(crate) broken: Option<Broken>,
}

/// Where a lane stops being what was written.
#[derive(Debug, Serialize)]
pub(crate) struct Broken {
    /// The first place that is not as it was written.
    pub(crate) seq: u64,
    /// A sentence for the security team.
    pub(crate) why: String,
}

impl Log for Client {
    fn heads(&self) -> Answer<Vec<LaneHead>> {
        self.audit_lanes()
    }

    fn after(&self, lane: u32, seq: u64, limit: u32) -> Answer<Page<Entry>> {
        self.audit_lane(lane, seq, limit)
    }
}

/// Walks every lane. `progress` is told the number of records verified so far, after each page.
pub(crate) fn verify(log: &impl Log, mut progress: impl FnMut(u64)) -> Answer<Report> {
    let mut walk = Walk::default();
    loop {
        match walk.asks() {
            Some(Asks::Heads) => walk.heads(log.heads())?,
            Some(Asks::After { lane, seq, limit }) => {
                walk.entries(log.after(lane, seq, limit))?;
                progress(walk.records());
            }
            None => return Ok(walk.report()),
        }
    }
}

/// What is to be asked next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Where each chain stands.
    Heads,
    /// The next records of a lane.
    After { lane: u32, seq: u64, limit: u32 },
}

/// A verification under way, one answer at a time: who drives it asks what it asks, in whatever way and pace.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The lanes that were followed to their ends.
    done: Vec<Walked>,
    /// The lane that is followed now.
    now: Option<Lane>,
    /// The heads of the lanes that come after it, the next one last.
    left: Vec<LaneHead>,
    /// How many records the heads promised in the beginning.
    promised: u64,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Beginning,
    Walking,
    /// Records were added while this walked: a head that stands behind what was read, or differs, was not written with it.
    Comparing,
    Done,
}

/// The lane that is followed now.
#[derive(Debug)]
struct Lane {
    head: LaneHead,
    chain: Chain,
    limit: u32,
    /// A record can't be read: whether it is the record or the database, its heads show.
    doubt: bool,
    walked: Walked,
}

impl Walk {
    /// What is to be asked next; nothing once all is known.
    pub(crate) fn asks(&self) -> Option<Asks> {
        match (self.stage, &self.now) {
            (Stage::Done, _) => None,
            (Stage::Walking, Some(lane)) if !lane.doubt => {
                Some(Asks::After { lane: lane.head.lane.0, seq: lane.chain.seq, limit: lane.limit })
            }
            _ => Some(Asks::Heads),
        }
    }

    /// How many records were verified so far.
    pub(crate) fn records(&self) -> u64 {
        self.done.iter().map(|lane| lane.records).sum::<u64>() + self.now.as_ref().map_or(0, |lane| lane.chain.seq)
    }

    /// How many records there were when it began; 0 until that is known.
    pub(crate) fn promised(&self) -> u64 {
        self.promised
    }

    /// What was found so far; all of it once nothing is left to ask.
    pub(crate) fn report(self) -> Report {
        let records = self.records();
        Report { whole: self.done.iter().all(|lane| lane.broken.is_none()), records, lanes: self.done }
    }

    /// The heads came, or did not.
    pub(crate) fn heads(&mut self, answer: Answer<Vec<LaneHead>>) -> Answer<()> {
        let heads = answer?;
        match self.stage {
            Stage::Beginning => {
                self.promised = heads.iter().map(|head| head.seq).sum();
                self.left = heads.into_iter().rev().collect();
                self.stage = Stage::Walking;
                self.turn();
            }
            Stage::Walking => {
                // The database answers, so it was the record.
                if let Some(lane) = &mut self.now {
                    let seq = lane.chain.next_seq();
                    let why = format!("lane {}: number {seq} can't be read; posternd's journal says why", lane.head.lane.0);
                    lane.walked.broken = Some(Broken { seq, why });
                }
                self.turn();
            }
            Stage::Comparing => {
                for lane in self.done.iter_mut().filter(|lane| lane.broken.is_none()) {
                    lane.broken = behind(lane, heads.iter().find(|head| head.lane.0 == lane.lane));
                }
                self.stage = Stage::Done;
            }
            Stage::Done => {}
        }
        Ok(())
    }

    /// The next records of the lane came, or did not.
    pub(crate) fn entries(&mut self, answer: Answer<Page<Entry>>) -> Answer<()> {
        let Some(lane) = &mut self.now else { return answer.map(drop) };
        match answer {
            // A record that can't be read is found one by one.
            Err(error) if unreadable(&error) && lane.limit > 1 => lane.limit = 1,
            Err(error) if unreadable(&error) => lane.doubt = true,
            Err(error) => return Err(error),
            Ok(page) => {
                if lane.take(&page) {
                    self.turn();
                }
            }
        }
        Ok(())
    }

    /// The lane that was followed has ended: on to the next one.
    fn turn(&mut self) {
        self.done.extend(self.now.take().map(Lane::ended));
        while let Some(head) = self.left.pop() {
            let chain = Chain::empty(head.lane);
            let broken = misfit(&chain, &head);
            let walked = Walked { lane: head.lane.0, records: 0, head: Fixed([0; 32]), from: None, until: None, broken };
            let lane = Lane { head, chain, limit: MAXIMUM_ROWS, doubt: false, walked };
            if lane.walked.broken.is_none() {
                self.now = Some(lane);
                return;
            }
            self.done.push(lane.ended());
        }
        self.stage = Stage::Comparing;
    }
}

impl Lane {
    /// Takes records. True: the lane goes no further.
    fn take(&mut self, page: &Page<Entry>) -> bool {
        for entry in &page.rows {
            match self.chain.verify(&entry.record, Digest::from_bytes(entry.hash.0)) {
                Ok(next) => self.chain = next,
                Err(why) => {
                    self.walked.broken = Some(Broken { seq: self.chain.next_seq(), why });
                    return true;
                }
            }
            self.walked.from = self.walked.from.or(Some(entry.record.at));
            self.walked.until = Some(entry.record.at);
            self.walked.broken = misfit(&self.chain, &self.head);
            if self.walked.broken.is_some() {
                return true;
            }
        }
        page.rows.is_empty() || page.next.is_none()
    }

    fn ended(self) -> Walked {
        let Self { head, chain, mut walked, .. } = self;
        walked.records = chain.seq;
        walked.head = Fixed(*chain.head.as_bytes());
        if walked.broken.is_none() && chain.seq < head.seq {
            let why = format!("lane {}: it ends at number {}, but its head stands at {}", head.lane.0, chain.seq, head.seq);
            walked.broken = Some(Broken { seq: chain.next_seq(), why });
        }
        walked
    }
}

/// Whether the head, at its own place, is not what was computed.
fn misfit(chain: &Chain, head: &LaneHead) -> Option<Broken> {
    let differs = chain.seq == head.seq && chain.head != Digest::from_bytes(head.head.0);
    differs.then(|| Broken { seq: chain.seq, why: format!("lane {}: its head doesn't fit number {}", head.lane.0, chain.seq) })
}

/// Whether the head read afterwards stands before what was verified, differs from it, or is gone.
fn behind(lane: &Walked, head: Option<&LaneHead>) -> Option<Broken> {
    let Some(head) = head else {
        return Some(Broken { seq: lane.records, why: format!("lane {}: its head has vanished", lane.lane) });
    };
    if head.seq < lane.records {
        let why = format!("lane {}: its head stands at number {}, but records follow", lane.lane, head.seq);
        return Some(Broken { seq: head.seq + 1, why });
    }
    let differs = head.seq == lane.records && Digest::from_bytes(head.head.0) != Digest::from_bytes(lane.head.0);
    differs.then(|| Broken { seq: lane.records, why: format!("lane {}: its head doesn't fit number {}", lane.lane, lane.records) })
}

fn unreadable(error: &Error) -> bool {
    matches!(error, Error::Refused(problem) if problem.status >= 500)
}

#[cfg(test)]
#[path = "chains_tests.rs"]
mod tests;
