//! `posternctl health`
//!
//! Nothing here mends anything.

use api::admin::health::Health as Told;
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::show::table;
use crate::terminal::Terminal;

/// Show how the appliance is: version, database, clock, mail, journal
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
    table::lines(
        None,
        &[
            row("posternd", health.version.clone()),
            row("database", health.database.clone()),
            row("clock", terminal.second(health.clock)),
            row("latest record", format!("{}{behind}", terminal.second(health.latest))),
            row("mail waiting", health.mail_waiting.to_string()),
            row("mail given up", format!("{}{dead}", health.mail_dead)),
            row("certificate", format!("until {}{ends}", terminal.minute(health.certificate_until))),
            row("journal lines dropped", format!("{}{dropped}", health.journal_dropped)),
        ],
    )
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
    }
}
