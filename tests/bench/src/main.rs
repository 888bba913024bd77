//! `bench`: measures, and writes `bench.json` and a table.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use bench::{Wanted, measured};
use clap::Parser;

/// Measure the console on a large appliance; databases are kept below the folder between runs
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Arguments {
    /// The folder in which bench.json is written and databases are kept in bench/
    folder: PathBuf,

    /// How many shares are stored
    #[arg(long, default_value_t = 1_000_000)]
    shares: u64,

    /// How many audit events are stored
    #[arg(long, default_value_t = 10_000_000)]
    events: u64,

    /// How often the console is opened
    #[arg(long, default_value_t = 7)]
    runs: usize,

    /// How many pages are turned
    #[arg(long, default_value_t = 60)]
    pages: usize,
}

fn main() -> ExitCode {
    let Arguments { folder, shares, events, runs, pages } = Arguments::parse();
    let wanted = Wanted { folder: folder.join("bench"), shares, events, runs, pages, idle_millis: 5_000 };
    let report = measured(&wanted, &mut |words| say(words));
    say(&report.table());
    let file = folder.join("bench.json");
    match fs::write(&file, format!("{:#}\n", report.json())) {
        Ok(()) => {
            say(&format!("\n{}", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("bench: {}: {error}", file.display()));
            ExitCode::FAILURE
        }
    }
}

fn say(words: &str) {
    // Nobody is left to be told when standard error doesn't take it.
    let _ = writeln!(std::io::stderr(), "{words}");
}
