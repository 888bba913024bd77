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
        self.audit_lanes().map(|page| page.rows)
    }

    fn after(&self, lane: u32, seq: u64, limit: u32) -> Answer<Page<Entry>> {
        self.audit_lane(lane, seq, limit)
    }
}

/// Walks every lane. `progress` is told the number of records verified so far, after each page.
pub(crate) fn verify(log: &impl Log, mut progress: impl FnMut(u64)) -> Answer<Report> {
    let heads = log.heads()?;
    let mut lanes = Vec::with_capacity(heads.len());
    let mut records = 0;
    for head in &heads {
        let walked = walk(log, head, |lane| progress(records + lane))?;
        records += walked.records;
        lanes.push(walked);
    }
    // Records were added while this walked. A head that stands behind what was read, or differs, was not written with it.
    let heads = log.heads()?;
    for lane in lanes.iter_mut().filter(|lane| lane.broken.is_none()) {
        lane.broken = behind(lane, heads.iter().find(|head| head.lane.0 == lane.lane));
    }
    Ok(Report { whole: lanes.iter().all(|lane| lane.broken.is_none()), records, lanes })
}

fn walk(log: &impl Log, head: &LaneHead, mut progress: impl FnMut(u64)) -> Answer<Walked> {
    let mut chain = Chain::empty(head.lane);
    let mut walked = Walked { lane: head.lane.0, records: 0, head: Fixed([0; 32]), from: None, until: None, broken: misfit(&chain, head) };
    let mut limit = MAXIMUM_ROWS;
    while walked.broken.is_none() {
        let page = match log.after(head.lane.0, chain.seq, limit) {
            Ok(page) => page,
            // A record that can't be read is found one by one; that it is the record and not the database, its heads show.
            Err(error) if unreadable(&error) && limit > 1 => {
                limit = 1;
                continue;
            }
            Err(error) if unreadable(&error) && log.heads().is_ok() => {
                let why = format!("lane {}: number {} can't be read; posternd's journal says why", head.lane.0, chain.next_seq());
                walked.broken = Some(Broken { seq: chain.next_seq(), why });
                break;
            }
            Err(error) => return Err(error),
        };
        for entry in &page.rows {
            match chain.verify(&entry.record, Digest::from_bytes(entry.hash.0)) {
                Ok(next) => chain = next,
                Err(why) => {
                    walked.broken = Some(Broken { seq: chain.next_seq(), why });
                    break;
                }
            }
            walked.from = walked.from.or(Some(entry.record.at));
            walked.until = Some(entry.record.at);
            walked.broken = misfit(&chain, head);
            if walked.broken.is_some() {
                break;
            }
        }
        progress(chain.seq);
        if page.rows.is_empty() || page.next.is_none() {
            break;
        }
    }
    walked.records = chain.seq;
    walked.head = Fixed(*chain.head.as_bytes());
    if walked.broken.is_none() && chain.seq < head.seq {
        let why = format!("lane {}: it ends at number {}, but its head stands at {}", head.lane.0, chain.seq, head.seq);
        walked.broken = Some(Broken { seq: chain.next_seq(), why });
    }
    Ok(walked)
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
