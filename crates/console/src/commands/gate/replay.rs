//! `posternctl gate replay`
//!
//! Nothing here changes anything: the log is read, and the gate's own rule is asked about the networks in the file.

use std::path::PathBuf;

use api::Timestamp;
use api::page::MAXIMUM_ROWS;
use clap::Args;
use client::Client;
use client::admin::audit::Filter;
use serde::Serialize;
use vault::gate::{Door, Gate, Networks};

use super::proposed::Proposed;
use super::visits::{Changed, Log, Outcome};
use crate::failure::Failure;
use crate::show::table;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// Run the visits that the audit log tells of through proposed networks
///
/// Lists who came in lately and would be cut off, and who was denied and would be let in, by address, with how often and when
/// last. Nothing is changed. Who never came stands in no log: a network that nobody has used yet shows no difference.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A configuration of posternd, or its section [gate] alone; a door that it doesn't name stays as it is
    file: PathBuf,

    /// How many days back
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,

    /// At most this many records of the log, the latest first
    #[arg(long, value_name = "RECORDS", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    most: u32,
}

/// The answer for programs.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    outcome: &'a Outcome,
    doors: &'a [Door],
    since: Timestamp,
    records: u32,
    /// Whether every record since then was read.
    complete: bool,
}

impl Replay {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let proposed = Proposed::read(&self.file)?;
        let doors = proposed.doors();
        let gate = proposed.over(present(client)?);
        let since = client.health()?.clock.plus_seconds(-i64::from(self.days) * 86_400);
        let (log, records, all) = self.read(client, since)?;
        let outcome = log.through(&gate, &doors);
        let complete = all && !log.uncounted;
        if terminal.json {
            return terminal.json(&Told { outcome: &outcome, doors: &doors, since, records, complete });
        }
        let lines = lines(terminal, &outcome, log.len(), since, complete);
        terminal.lines(lines)
    }

    /// Reads the log back to then. Answers also how many records that were, and whether these were all.
    fn read(&self, client: &Client, since: Timestamp) -> Result<(Log, u32, bool), Failure> {
        let (mut log, mut records, mut after) = (Log::default(), 0, None);
        loop {
            let page = client.audit(&Filter::default(), after.as_deref(), MAXIMUM_ROWS.min(self.most - records))?;
            for entry in &page.rows {
                if entry.record.at < since {
                    return Ok((log, records, true));
                }
                log.count(&entry.record);
                records += 1;
            }
            after = if page.rows.is_empty() { None } else { page.next };
            if after.is_none() {
                return Ok((log, records, true));
            }
            if records >= self.most {
                return Ok((log, records, false));
            }
        }
    }
}

/// The gate as it is. Asking about any address tells the networks.
fn present(client: &Client) -> Result<Gate, Failure> {
    let explained = client.explain_gate("::1", &[])?;
    let networks = |door| {
        let of_door = explained.doors.iter().find(|decided| decided.door == door);
        Networks::read(of_door.map(|decided| decided.networks.as_slice()).unwrap_or_default()).unwrap_or_default()
    };
    Ok(Gate { recipients: networks(Door::Recipients), owners: networks(Door::Owners) })
}

fn lines(terminal: &Terminal<'_>, outcome: &Outcome, addresses: usize, since: Timestamp, complete: bool) -> Vec<String> {
    let addresses = if addresses == 1 { "1 address".to_owned() } else { format!("{addresses} addresses") };
    let mut lines = wrapped(&format!("{addresses} came since {} (each door counted apart).", terminal.minute(since)), "");
    if !complete {
        lines.extend(wrapped("Not all of the log was read: --most RECORDS reads more of it, --days DAYS asks for less.", ""));
    }
    let lists = [("Would be cut off", "came in", &outcome.cut_off), ("Would be let in", "denied", &outcome.let_in)];
    for (title, what, list) in lists {
        if list.is_empty() {
            lines.push(format!("{title}: nobody."));
            continue;
        }
        lines.push(format!("{title}: {}.", list.len()));
        let row = |one: &Changed| {
            let times = format!("{what} {}x", one.visits);
            vec![one.door.to_string(), one.address.to_string(), times, format!("last {}", terminal.minute(one.last_seen))]
        };
        lines.extend(table::lines(None, &list.iter().map(row).collect::<Vec<_>>()).into_iter().map(|line| format!("  {line}")));
    }
    lines.push(format!("No difference: {}.", outcome.unchanged));
    lines
}
