//! `posternctl health`
//!
//! Nothing here mends anything.

use api::admin::health::{Disk, Health as Told, Worker};
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::show::table;
use crate::terminal::Terminal;

/// Show how the appliance is: version, database, clock, mail, journal, disk, and what it does by itself
#[derive(Debug, Args)]
pub(crate) struct Health {}

impl Health {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let health = client.health()?;
        if terminal.json {
            return terminal.json(&health);
        }
        let lines = lines(terminal, &health);
        terminal.lines(lines)
    }
}

fn lines(terminal: &Terminal<'_>, health: &Told) -> Vec<String> {
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let behind = if health.clock_behind {
        " is later: nothing is revealed or created. Set the clock right; if it is right, run posternctl clock accept"
    } else {
        ""
    };
    let dropped = if health.journal_dropped > 0 { " (the audit log has them all)" } else { "" };
    let dead = if health.mail_dead > 0 { " (posternctl mail list --state dead says why)" } else { "" };
    let ends = match health.certificate_days {
        days if days < 0 => ": it has ended, and nobody gets in. Put a new one in place and reload posternd".to_owned(),
        days if health.certificate_ends_soon => format!(": {days} days are left. Put a new one in place and reload posternd"),
        _ => String::new(),
    };
    let waits = if health.mirror_behind > 0 { " wait for the journal" } else { "" };
    let mut rows = vec![
        row("posternd", health.version.clone()),
        row("database", format!("{}, schema {}", health.database, health.schema)),
        row("clock", terminal.second(health.clock)),
        row("latest record", format!("{}{behind}", terminal.second(health.latest))),
        row("mail waiting", health.mail_waiting.to_string()),
        row("mail given up", format!("{}{dead}", health.mail_dead)),
        row("certificate", format!("until {}{ends}", terminal.minute(health.certificate_until))),
        row("journal lines dropped", format!("{}{dropped}", health.journal_dropped)),
        row("events not mirrored", format!("{}{waits}", health.mirror_behind)),
        row("disk", health.disk.as_ref().map_or_else(|| "can't be asked".to_owned(), disk)),
    ];
    rows.extend(health.backup_at.map(|at| row("newest backup", terminal.minute(at))));
    rows.extend(health.workers.iter().map(|worker| row(&format!("worker {}", worker.name), beat(terminal, worker))));
    table::lines(None, &rows)
}

/// Below this, in percent, a disk is said to be nearly full.
const NEARLY_FULL_PERCENT: u8 = 10;

fn disk(disk: &Disk) -> String {
    let gib = |bytes: u64| {
        let tenths = u128::from(bytes) * 10 / (1 << 30);
        format!("{}.{} GiB", tenths / 10, tenths % 10)
    };
    let percent = disk.free_percent().unwrap_or(0);
    let advice = if percent < NEARLY_FULL_PERCENT { ": make room, a full disk stops everything that writes" } else { "" };
    format!("{} of {} free ({percent} %){advice}", gib(disk.free_bytes), gib(disk.total_bytes))
}

fn beat(terminal: &Terminal<'_>, worker: &Worker) -> String {
    let last = worker.last_at.map_or_else(|| "has done nothing yet".to_owned(), |at| terminal.second(at));
    if worker.ok { last } else { format!("{last}: failing or late, the journal says why") }
}

#[cfg(test)]
mod tests {
    use api::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    fn shown(clock_behind: bool) -> String {
        let health = Told {
            version: "0.1.0".to_owned(),
            database: "sqlite".to_owned(),
            clock: Timestamp::from_millis(1_700_000_000_000),
            latest: Timestamp::from_millis(1_700_000_900_000),
            clock_behind,
            mail_waiting: 2,
            mail_dead: 3,
            certificate_until: Timestamp::from_millis(1_703_000_000_000),
            certificate_days: if clock_behind { 13 } else { 34 },
            certificate_ends_soon: clock_behind,
            journal_dropped: 1,
            mirror_behind: 7,
            disk: Some(Disk { free_bytes: if clock_behind { 1 << 30 } else { 41 << 30 }, total_bytes: 100 << 30 }),
            workers: vec![
                Worker { name: "mail".to_owned(), last_at: Some(Timestamp::from_millis(1_700_000_000_000)), ok: true },
                Worker { name: "sweeper".to_owned(), last_at: None, ok: false },
            ],
            backup_at: Some(Timestamp::from_millis(1_700_000_000_000)),
            schema: "20261121000500".to_owned(),
        };
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        lines(&terminal, &health).join("\n")
    }

    #[test]
    fn health_is_a_short_table() {
        insta::assert_snapshot!(shown(false));
    }

    #[test]
    fn a_clock_behind_says_what_to_do() {
        assert!(shown(true).contains("posternctl clock accept"));
        assert!(!shown(false).contains("posternctl clock accept"));
        assert!(shown(true).contains("13 days are left") && !shown(false).contains("days are left"));
        assert!(shown(true).contains("make room") && !shown(false).contains("make room"));
    }
}
