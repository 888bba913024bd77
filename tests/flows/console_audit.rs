//! What only looks, at the console: the whole log is verified with its progress in sight, and a proposed gate is tried from a file.

use std::fs;

use harness::screen::keys::{ENTER, TAB};
use reqwest::Method;

use crate::appliance::{Appliance, Kind};
use crate::desk::{Desk, LARGE, SMALL};
use crate::people::Shared;

on_both_databases! {
    the_whole_log_is_verified_while_its_progress_is_shown
    a_proposed_gate_is_tried_from_a_file_and_nothing_changes
}

/// An appliance that believes this machine what it says about who comes, and a share that somebody asks about from these addresses.
fn visited(kind: Kind, visits: &[(&str, usize)]) -> (Appliance, Shared) {
    let mut appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&[]);
    let gate = "recipients = [\"10.20.0.0/16\", \"10.30.0.0/16\"]\nowners = [\"127.0.0.0/8\"]\ntrusted_proxies = [\"127.0.0.1\"]\n";
    appliance.reload(&format!("[gate]\n{gate}"));
    let wire = appliance.wire();
    for (from, times) in visits {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", *from)];
        for _ in 0..*times {
            wire.send(Method::POST, &shared.link().path("check"), &headers, shared.link().check().to_string());
        }
    }
    (appliance, shared)
}

fn the_whole_log_is_verified_while_its_progress_is_shown(kind: Kind) {
    // More records than a page of the log holds, so that there is something to be seen on the way.
    let (appliance, _) = visited(kind, &[("10.20.0.5", 650)]);
    let operator = appliance.operator();
    let desk = Desk::of(&operator, SMALL);
    desk.press_for("4", "link.checked");
    desk.press_for("v", "Whole:");
    let told = operator.json(&["audit", "verify"]);
    let (records, lanes) = (told["records"].as_u64().unwrap(), told["lanes"].as_array().unwrap().len());
    assert!(records > 650, "{told}");
    desk.wait_for(&format!("Whole: {records} records in {lanes} lane"));
    let progress = |percent: u64| {
        desk.ever(|screen| {
            let shown = screen.contents();
            let line = shown.lines().find(|line| line.contains("Verifying:")).unwrap_or_default();
            line.contains(&format!("of {records} records")) && line.contains(&format!(" {percent} %"))
        })
    };
    let seen: Vec<u64> = (1..100).filter(|percent| progress(*percent)).collect();
    assert!(!seen.is_empty(), "its progress was never shown");
    desk.press_for("V", "every hash was computed anew and fits");
    desk.leave("every hash");
    desk.quit();
}

fn a_proposed_gate_is_tried_from_a_file_and_nothing_changes(kind: Kind) {
    let (appliance, shared) = visited(kind, &[("10.20.0.5", 2), ("10.30.0.5", 1), ("10.40.0.5", 1), ("203.0.113.7", 1)]);
    let operator = appliance.operator();
    let file = appliance.folder().join("proposed.toml");
    fs::write(&file, "[gate]\nrecipients = [\"10.30.0.0/16\", \"10.40.0.0/16\"]\n").unwrap();
    let file = file.to_str().unwrap();
    let before = operator.records(&[]).len();
    let desk = Desk::of(&operator, LARGE);
    desk.press_for("6", "10.20.0.0/16");
    desk.press_for("p", "Try other networks");
    desk.wait_for("10.20.0.0/16 10.30.0.0/16");
    desk.press(&format!("{TAB}{TAB}"));
    desk.press_for(&format!("{file}.not{TAB}"), "posternctl gate replay");
    desk.press_for(ENTER, "proposed.toml.not");
    desk.wait_until("said that there is no such file", |screen| screen.shown().contains("No such file"));
    // What was typed is still there, and mended where it is wrong.
    desk.press(&format!("\x1b[Z{}", "\x7f".repeat(4)));
    desk.wait_until("took the end away", |screen| !screen.shown().contains("proposed.toml.not"));
    desk.press_for(&format!("{TAB}{ENTER}"), "Would be cut off: 1");
    let shown = desk.shown();
    let line = |address: &str| shown.lines().find(|line| line.contains(address) && line.contains("x, last")).map(str::to_owned);
    assert!(line("10.20.0.5").is_some_and(|line| line.contains("came in 2x")), "{shown}");
    assert!(shown.contains("Would be let in: 1") && line("10.40.0.5").is_some_and(|line| line.contains("denied 1x")), "{shown}");
    assert_eq!(operator.records(&[]).len(), before, "trying leaves no trace and changes nothing");
    let headers = [("content-type", "application/json"), ("x-forwarded-for", "10.20.0.5")];
    let check = shared.link().check().to_string();
    assert_eq!(appliance.wire().send(Method::POST, &shared.link().path("check"), &headers, check).status, 200);
    desk.leave("Try other networks");
    desk.quit();
}
