//! Time is a parameter. Only a file called `clock.rs` reads it, so every rule about time can be tested without waiting.
//! Never trusts the lint alone: a lint can be allowed in a line, and SQL has clocks of its own.

use std::path::Path;

use harness::tree::{files, text};

/// Ways to read a clock in Rust.
const RUST: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Utc::now",
    "Local::now",
    "OffsetDateTime::now",
    "Uuid::now_v7",
    "Uuid::now_v1",
];

/// Ways to read a clock in SQL, in small letters.
const SQL: &[&str] = &[
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "now()",
    "clock_timestamp",
    "strftime(",
    "datetime(",
    "julianday(",
    "unixepoch(",
];

/// What clippy must be told not to let pass.
const LINTED: &[&str] = &["std::time::SystemTime::now", "std::time::Instant::now", "jiff::Timestamp::now", "jiff::Zoned::now"];

#[test]
fn the_clock_is_read_only_in_a_file_called_clock() {
    let (mut read, mut clocks) = (0, 0);
    for file in files().into_iter().filter(|file| has_ending(file, "rs")) {
        let code = code_of(&file);
        let reads = RUST.iter().find(|way| code.contains(**way));
        if file.ends_with("clock.rs") {
            clocks += usize::from(reads.is_some());
        } else if !file.starts_with("tests/rules") {
            assert_eq!(reads, None, "{} reads the clock: take the time as a parameter", file.display());
        }
        read += 1;
    }
    assert!(read > 20 && clocks > 0, "the rule looked at {read} files and {clocks} clocks");
}

#[test]
fn no_migration_asks_the_database_for_the_time() {
    for file in files().into_iter().filter(|file| has_ending(file, "sql")) {
        let sql = text(&file).unwrap_or_default().to_lowercase();
        let reads = SQL.iter().find(|way| sql.contains(**way));
        assert_eq!(reads, None, "{} reads the database's clock", file.display());
    }
}

#[test]
fn clippy_refuses_to_let_the_clock_be_read_elsewhere() {
    let rules = text(Path::new("clippy.toml")).expect("clippy.toml is text");
    let listed = rules.split_once("disallowed-methods").expect("clippy.toml bans methods").1;
    for way in LINTED {
        assert!(listed.contains(&format!("\"{way}\"")), "clippy.toml doesn't ban {way}");
    }
    let manifest = text(Path::new("Cargo.toml")).expect("Cargo.toml is text");
    assert!(manifest.contains("disallowed_methods = \"deny\""), "the workspace doesn't deny what clippy.toml bans");
}

/// A file's lines without those that are comments only: documents may name what code mustn't call.
fn code_of(file: &Path) -> String {
    let all = text(file).unwrap_or_default();
    all.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn has_ending(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|found| found == ending)
}
