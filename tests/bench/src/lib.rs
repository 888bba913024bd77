//! `make bench`: the real daemon on a large database, the real console in a real terminal, measured.
//!
//! Nothing here passes or fails: it writes down what was measured, beside what the same machine did in the same minute.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that can't go on says why and ends, as the harness does"
)]

pub mod appliance;
pub mod clock;
pub mod links;
pub mod lists;
pub mod log;
pub mod numbers;
pub mod report;
pub mod terminal;

use std::path::PathBuf;

use appliance::Appliance;
use report::Report;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where databases are kept between runs.
    pub folder: PathBuf,
    /// How many shares, with a link each.
    pub shares: u64,
    /// How many audit events.
    pub events: u64,
    /// How often the console is opened.
    pub runs: usize,
    /// How many pages of each list are asked for, and how often the console turns one.
    pub pages: usize,
    /// For how long an idle console is watched, in milliseconds.
    pub idle_millis: u64,
}

/// Measures. `say` hears how far it is.
pub fn measured(wanted: &Wanted, say: &mut dyn FnMut(&str)) -> Report {
    let appliance = Appliance::start(wanted, say);
    say("lists, through the API");
    let client = client::Client::admin(&appliance.socket()).expect("the socket's name is short enough");
    let baseline = lists::baseline(&client, wanted.pages);
    let lists = lists::all(&client, wanted.pages);
    say("the console, in a terminal");
    let console = terminal::console(&appliance, wanted);
    let report = Report { shares: wanted.shares, events: wanted.events, started_ms: appliance.started_ms, baseline, lists, console };
    appliance.stop();
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_appliance_is_seeded_started_and_measured_like_a_large_one() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().to_owned();
        let wanted = Wanted { folder, shares: 1_000, events: 10_000, runs: 1, pages: 3, idle_millis: 300 };
        let report = measured(&wanted, &mut |_| ());
        let json = report.json();
        for figure in ["console_open_ms", "console_page_ms", "console_mib"] {
            assert!(json[figure].as_f64().unwrap() > 0.0, "{figure}: {json}");
        }
        assert_eq!(json["console_idle_bytes"], 0, "an idle console says nothing");
        assert!(report.lists.iter().all(|list| list.pages.count() > 0), "{json}");
        let all = report.lists.iter().find(|list| list.name == "shares").unwrap();
        assert_eq!(all.rows, 300, "three full pages");
        let table = report.table();
        assert!(table.contains("console_open_ms") && table.contains("audit, refused"), "{table}");
    }
}
