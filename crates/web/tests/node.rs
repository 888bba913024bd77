//! The tests of the browser's side: Node runs them, and fails this one with its words.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::process::Command;

#[test]
fn the_browsers_side_passes_its_own_tests() {
    let tests = ["--test", "--test-reporter=spec", "app/**/*.test.ts", "tests/**/*.test.ts"];
    let ran = Command::new("../../.ci/node/run").args([".", "node"]).args(tests).output().unwrap();
    let (said, erred) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}{erred}");
    assert!(said.contains("pass ") && !said.contains("pass 0\n"), "no test was found:\n{said}{erred}");
}
