//! The recipient's page in real browsers, against the real programs. The stories themselves are TypeScript and stand beside this file;
//! here is the door through which `cargo test` runs them.
//! Nothing is skipped: a missing browser, or fewer stories than there should be, is a failure.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may end where something is wrong"
)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use harness::clock::Deadline;
use harness::{Finished, Program, program, tree};
use serde_json::Value;

/// The stories in Chromium. Raise it with every story: it is what shows that none was lost.
const STORIES_IN_CHROMIUM: u64 = 89;

/// The same in Firefox.
const STORIES_IN_FIREFOX: u64 = 2;

/// Only turns a hang into a failure; a whole run takes a few minutes.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

#[test]
fn the_recipients_page_in_chromium() {
    let results = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let report = results.join("report.json");
    let _none = fs::remove_file(&report);
    let ran = run(&["playwright", "test", "--project=stories", "--reporter=line,json"], &results, &report);
    assert!(ran.success(), "{}\n{}", ran.stdout, ran.stderr);
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    let count = |what: &str| report["stats"][what].as_u64().unwrap();
    assert_eq!((count("unexpected"), count("flaky"), count("skipped")), (0, 0, 0));
    assert!(count("expected") >= STORIES_IN_CHROMIUM, "only {} stories ran", count("expected"));
}

#[test]
fn the_recipients_page_in_firefox() {
    let results = Path::new(env!("CARGO_TARGET_TMPDIR")).join("firefox");
    let ran = run(&["node", "--test", "--test-reporter=tap", "firefox/*.test.ts"], &results, &results);
    assert!(ran.success(), "{}\n{}", ran.stdout, ran.stderr);
    let passed = ran.stdout.lines().find_map(|line| line.strip_prefix("# pass ")?.parse().ok());
    assert!(passed >= Some(STORIES_IN_FIREFOX), "{passed:?} stories ran:\n{}", ran.stdout);
}

/// Runs a command of the browser tests' folder with the programs that were built beside this test.
fn run(command: &[&str], results: &Path, report: &Path) -> Finished {
    let posternd = program("posternd");
    let programs = posternd.path().parent().unwrap();
    Program::at(tree::top().join(".ci/node/run"))
        .arg(tree::top().join("tests/browser"))
        .args(command)
        .env("POSTERN_PROGRAMS", programs)
        .env("POSTERN_BROWSER_RESULTS", results)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", report)
        .spawn()
        .finish_by(Deadline::after(PATIENCE))
}
