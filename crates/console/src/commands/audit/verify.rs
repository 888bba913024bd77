//! `posternctl audit verify`
//!
//! Nothing here takes the daemon's word for a hash.

use clap::Args;
use client::Client;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::chains::{self, Report, Walked};
use crate::failure::Failure;
use crate::show::text::wrapped;
use crate::show::time::minute;
use crate::terminal::Terminal;

/// How many records lie between two remarks on how far it is.
const RECORDS_BETWEEN_REMARKS: u64 = 100_000;

/// What this can't see, said each time so that nobody believes more than is proved.
const NOT_SEEN: &str = "a tail that was cut off or written anew together with its head, or a whole lane taken out; \
    that needs signed checkpoints, which this release doesn't make yet";

/// Read the whole audit log and compute every hash anew
///
/// Each record's hash covers the one before it, so a change, a gap or an insertion shows. Every lane is read page by page
/// and compared with its head. A broken chain ends with exit code 5 and names the lane and the number where it breaks.
///
/// What this can't see: a tail that was cut off or written anew together with its head, or a whole lane taken out. That
/// needs signed checkpoints, which this release doesn't make yet. Lines mirrored to the systemd journal bear lane and number too.
#[derive(Debug, Args)]
pub(crate) struct Verify {}

/// The answer for programs.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    report: &'a Report,
    not_seen: &'static str,
}

impl Verify {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let mut told = 0;
        let report = chains::verify(client, |records| {
            if records / RECORDS_BETWEEN_REMARKS > told {
                told = records / RECORDS_BETWEEN_REMARKS;
                // A closed standard error is no reason to stop verifying.
                let _ = terminal.remark(&format!("{records} records so far"));
            }
        })?;
        let shown = show(&report, terminal).and_then(|()| terminal.flush());
        // The verdict counts, whoever reads it.
        if report.whole { shown } else { Err(Failure::Integrity) }
    }
}

fn show(report: &Report, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    if terminal.json {
        return terminal.json(&Told { report, not_seen: NOT_SEEN });
    }
    sentences(report, &terminal.zone).into_iter().try_for_each(|(indent, sentence)| terminal.lines(wrapped(&sentence, indent)))
}

/// What was found, in sentences: each with the spaces that it begins with. The verdict comes last but one, what can't be seen last.
pub(crate) fn sentences(report: &Report, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let mut told: Vec<_> = report.lanes.iter().flat_map(|walked| lane(walked, zone)).collect();
    let counted = counted(report);
    let verdict = if report.whole {
        format!("Whole: {counted}; every hash was computed anew and fits.")
    } else {
        format!("BROKEN. Only {counted} could be verified. Keep the database as it is, and compare with the systemd journal.")
    };
    told.push(("", verdict));
    told.push(("", format!("Not seen by this: {NOT_SEEN}.")));
    told
}

/// How much was verified.
pub(crate) fn counted(report: &Report) -> String {
    format!("{} in {}", many(report.records, "record"), many(report.lanes.len() as u64, "lane"))
}

fn lane(lane: &Walked, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let times = match (lane.from, lane.until) {
        (Some(from), Some(until)) => format!(", {} to {}", minute(from, zone), minute(until, zone)),
        _ => String::new(),
    };
    let broken = lane.broken.as_ref().map(|broken| {
        // The sentence names its lane for those who read it alone.
        let why = broken.why.strip_prefix(&format!("lane {}: ", lane.lane)).unwrap_or(&broken.why);
        ("  ", format!("BROKEN at number {}: {why}", broken.seq))
    });
    let good = ("", format!("lane {}: {}{times}", lane.lane, many(lane.records, "good record")));
    std::iter::once(good).chain(broken).collect()
}

pub(super) fn many(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use api::{Fixed, Timestamp};

    use super::super::chains::Broken;
    use super::*;

    fn shown(broken: Option<Broken>, json: bool) -> String {
        let (from, until) = (Some(Timestamp::from_millis(1_700_000_000_000)), Some(Timestamp::from_millis(1_700_086_400_000)));
        let whole = Walked { lane: 1, records: 12_345, head: Fixed([7; 32]), from, until, broken: None };
        let second = Walked { lane: 2, records: 2, head: Fixed([8; 32]), from, until, broken };
        let report = Report { whole: second.broken.is_none(), records: 12_347, lanes: vec![whole, second] };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json, zone: TimeZone::UTC };
        show(&report, &mut terminal).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn broken() -> Option<Broken> {
        Some(Broken { seq: 3, why: "lane 2: number 3 or its hash was changed".to_owned() })
    }

    #[test]
    fn a_whole_log_is_said_to_be_whole_and_what_can_not_be_seen_is_said_too() {
        insta::assert_snapshot!(shown(None, false));
    }

    #[test]
    fn a_broken_log_names_lane_and_number() {
        insta::assert_snapshot!(shown(broken(), false));
    }

    #[test]
    fn programs_read_the_same() {
        insta::assert_snapshot!(shown(broken(), true));
    }
}
