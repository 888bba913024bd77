//! A console that nobody touches sends nothing, whichever screen is in sight; what happens is sent once.

use std::time::Duration;

use harness::clock::Deadline;
use harness::screen::keys::ENTER;

use crate::appliance::{Appliance, Kind};
use crate::desk::{Desk, LARGE};

on_both_databases! {
    an_idle_console_sends_no_byte_and_what_happens_is_seen_at_once
}

/// Longer than any screen waits before it asks anew.
const WATCHED: Duration = Duration::from_secs(7);

fn an_idle_console_sends_no_byte_and_what_happens_is_seen_at_once(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&["--to", "bob@example.com", "--views", "9"]);
    let screens = [("1", "NEEDS SOMEBODY"), ("2", "bob@example.com"), ("4", "share.created"), ("7", "Journal")];
    // All of them at once, each on a screen of its own.
    let desks = screens.map(|(key, seen)| {
        let desk = Desk::of(&appliance.operator(), LARGE);
        desk.press(key);
        desk.wait_until(&format!("showed {seen}"), |screen| screen.shown().to_lowercase().contains(&seen.to_lowercase()));
        desk
    });
    let sent = || desks.each_ref().map(|desk| desk.sent());
    // Whatever was asked while a screen opened is answered and drawn once it has been silent for a while.
    desks.iter().for_each(Desk::rest);
    let last = sent();
    let spoke = Deadline::after(WATCHED).until(|| (sent() != last).then(&sent));
    assert_eq!(spoke, None, "an idle console spoke, where {last:?} bytes had been sent");

    appliance.recipient("bob").see(shared.link());
    desks[2].wait_for("link.revealed");
    desks[1].press_for("r", "1/9");
    let [one, two, three, four] = desks;
    two.press_for(ENTER, "revealed from");
    [one, two, three, four].into_iter().for_each(|desk| {
        desk.press("\x03");
        desk.wait_until("ended", |screen| screen.ended() == Some(0));
    });
}
