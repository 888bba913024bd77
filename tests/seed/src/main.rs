//! `seed`: makes a database as a full appliance has one after years.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use seed::{Failed, Wanted, clock, make};

/// Make a large SQLite database: owners, shares, links and audit events of two years, whose chain verifies
///
/// The file may be new or made by `posternd init`; nobody may have an account in it yet. The same numbers make the same rows.
#[derive(Debug, Parser)]
#[command(name = "seed", after_help = "Example:\n  seed --shares 100000 --events 1000000 target/large.db")]
struct Arguments {
    /// The database's file
    file: PathBuf,

    /// How many owners
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    owners: u64,

    /// How many shares
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    shares: u64,

    /// How many links; as many as shares unless said
    #[arg(long)]
    links: Option<u64>,

    /// How many audit events
    #[arg(long, default_value_t = 10_000_000)]
    events: u64,

    /// Over how many days
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,

    /// Another number makes another database of the same kind
    #[arg(long, default_value_t = 1)]
    number: u64,
}

fn main() -> ExitCode {
    let Arguments { file, owners, shares, links, events, days, number } = Arguments::parse();
    let links = links.unwrap_or(shares).max(shares);
    let wanted = Wanted { file, owners, shares, links, events, days, until: clock::now(), number };
    match make(&wanted, &mut |words| say(words)) {
        Ok(made) => {
            say(&format!(
                "{} shares, {} links ({} living), {} openings, {} events in {:.0} s and their indexes in {:.0} s; {} MiB",
                made.shares,
                made.links,
                made.living,
                made.openings,
                made.events,
                made.rows_seconds,
                made.indexes_seconds,
                made.bytes / 1_048_576,
            ));
            ExitCode::SUCCESS
        }
        Err(Failed(why)) => {
            say(&format!("seed: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn say(words: &str) {
    // Nobody is left to be told when standard error doesn't take it.
    let _ = writeln!(std::io::stderr(), "{words}");
}
