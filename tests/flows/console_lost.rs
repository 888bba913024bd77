//! A daemon that goes away under an open console and comes back: the console says so and loses nothing that was typed.

use harness::screen::keys::{ENTER, TAB};

use crate::appliance::{Appliance, Kind};
use crate::desk::{Desk, SMALL};

on_both_databases! {
    a_half_typed_filter_outlives_a_lost_daemon
    a_dialog_outlives_a_lost_daemon_and_acts_once
    a_verification_goes_on_where_the_daemon_was_lost
}

const LOST: &str = "No answer from posternd";

fn a_half_typed_filter_outlives_a_lost_daemon(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::of(&appliance.operator(), SMALL);
    desk.press_for("4", "share.created");
    desk.press_for("/event:share.cre", "event:share.cre");
    appliance.kill();
    desk.wait_for(LOST);
    assert!(desk.shown().contains("event:share.cre") && desk.shown().contains("posternd is lost"), "{}", desk.shown());
    // What is typed meanwhile counts, too.
    desk.press_for("ate", "event:share.create");
    appliance.start();
    desk.wait_for("posternd answers again.");
    desk.wait_until("took the banner away", |screen| !screen.shown().contains(LOST));
    desk.press_for(&format!("d{ENTER}"), "1 of 1");
    desk.quit();
}

fn a_dialog_outlives_a_lost_daemon_and_acts_once(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::of(&appliance.operator(), SMALL);
    desk.press_for("2", "bob@example.com");
    desk.press_for("f", "It takes 1 living link.");
    desk.press_for(&format!("{TAB}{TAB}a lost laptop"), "--reason='a lost laptop'");
    appliance.stop();
    desk.press_for(ENTER, "It was not done: nobody could be asked");
    desk.wait_for(LOST);
    desk.press_for(" again", "a lost laptop");
    appliance.start();
    desk.wait_for("posternd answers again.");
    assert!(desk.shown().contains("a lost laptop"), "{}", desk.shown());
    assert!(appliance.operator().records(&["--event", "freeze.placed"]).is_empty(), "what acts is not asked again by itself");
    desk.press_for(ENTER, "Frozen: 1 living link.");
    let placed = appliance.operator().records(&["--event", "freeze.placed"]);
    assert!(placed.len() == 1 && placed[0].to_string().contains("a lost laptop"), "{placed:?}");
    assert_eq!(appliance.ada().state_of(&shared), "frozen");
    desk.press(ENTER);
    desk.wait_for("‖ frozen");
    desk.quit();
}

fn a_verification_goes_on_where_the_daemon_was_lost(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let desk = Desk::of(&appliance.operator(), SMALL);
    desk.press_for("4", "daemon.started");
    appliance.kill();
    desk.press("v");
    desk.wait_for(LOST);
    assert!(!desk.shown().contains("Whole:"), "{}", desk.shown());
    appliance.start();
    desk.wait_for("Whole:");
    desk.quit();
}
