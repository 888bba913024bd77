//! Shares, at the console: one is found by the filter language and revoked, several are frozen and brought back, two operators want the same.

use harness::screen::keys::{BACKSPACE, ENTER, RIGHT, TAB};
use serde_json::json;

use crate::appliance::Kind;
use crate::desk::{Desk, LARGE, SMALL, watched, witnessed};
use crate::people::text;

on_both_databases! {
    a_share_is_found_by_the_filter_language_and_revoked_after_its_id_is_typed
    what_an_owner_shares_is_counted_and_frozen_and_comes_back
    marked_links_are_frozen_each_by_itself
    two_operators_revoke_the_same_share_at_once_and_both_are_told
}

fn a_share_is_found_by_the_filter_language_and_revoked_after_its_id_is_typed(kind: Kind) {
    let (appliance, journal, operator) = watched(kind, "");
    let ada = appliance.ada();
    let (kept, ended) = (ada.share(&["--to", "bob@example.com"]), ada.share(&["--to", "carol@example.com"]));
    let desk = Desk::of(&operator, SMALL);
    desk.press_for("2", "carol@example.com");
    // Keys and values complete themselves.
    desk.press_for(&format!("/rec{TAB}"), "recipient:");
    desk.press_for(&format!("car{TAB}"), "recipient:carol@example.com");
    desk.press_for(&format!(" st{TAB}op{TAB}"), "state:open");
    desk.press_for(ENTER, "1 of 1");
    assert!(!desk.shown().contains("bob@example.com"), "{}", desk.shown());

    desk.press_for("x", "This can't be undone");
    let id = &ended.link().id;
    let short = text(&operator.json(&["share", "list", "--link", id]), "/rows/0/link")[28..].to_owned();
    assert!(desk.shown().contains(&format!("Type {short} to confirm")) && desk.shown().contains("posternctl share revoke --link"));
    desk.press_for(&format!("yes{ENTER}"), "nothing has been done");
    assert!(operator.records(&["--event", "link.revoked"]).is_empty());
    desk.press(&BACKSPACE.repeat(3));
    desk.press_for(&format!("{short}{ENTER}"), "Revoked: 1 link ended.");
    desk.press_for(ENTER, "No link fits this filter.");

    assert_eq!(appliance.recipient("carol").refused(ended.link()).1, "revoked");
    appliance.recipient("bob").see(kept.link());
    assert_eq!(operator.json(&["share", "list", "--link", id])["rows"][0]["state"], "revoked");
    let record = witnessed(&operator, &journal, "link.revoked", "share.revoke");
    assert_eq!(text(&record, "/link"), *id);
    desk.quit();
}

fn what_an_owner_shares_is_counted_and_frozen_and_comes_back(kind: Kind) {
    let (appliance, journal, operator) = watched(kind, "");
    let ada = appliance.ada();
    let shares = ["bob@example.com", "carol@example.com", "dave@example.com"].map(|to| ada.share(&["--to", to, "--views", "9"]));
    let desk = Desk::of(&operator, LARGE);
    desk.press_for("2", "dave@example.com");
    desk.press_for("f", "It takes 1 living link.");
    // This link, its share, everything of its owner.
    desk.press(&RIGHT.repeat(2));
    desk.wait_for("It takes 3 living links.");
    desk.press(&format!("{TAB}{TAB}"));
    desk.press_for("a lost laptop", "--reason='a lost laptop'");
    assert!(operator.records(&["--event", "freeze.placed"]).is_empty(), "counting freezes nothing");
    desk.press_for(ENTER, "Frozen: 3 living links.");
    assert!(desk.shown().contains("This can be undone until"), "{}", desk.shown());
    let bob = appliance.recipient("bob");
    assert_eq!(bob.refused(shares[0].link()).1, "frozen");
    let placed = witnessed(&operator, &journal, "freeze.placed", "share.freeze");
    assert!(placed.to_string().contains("a lost laptop"), "{placed}");
    desk.press(ENTER);
    desk.wait_until("showed three frozen links", |screen| screen.shown().matches("‖ frozen").count() == 3);

    desk.press_for("u", "Freezes that hold");
    desk.wait_for("3 links");
    desk.press_for(ENTER, "It was placed because: a lost laptop");
    desk.press_for(ENTER, "Lifted: the freeze");
    desk.press(ENTER);
    desk.wait_until("showed three open links", |screen| screen.shown().matches("● open").count() == 3);
    bob.see(shares[0].link());
    witnessed(&operator, &journal, "freeze.lifted", "share.unfreeze");
    assert!(operator.json(&["share", "freezes"])["rows"][0]["lifted_at"].is_i64());
    desk.quit();
}

fn marked_links_are_frozen_each_by_itself(kind: Kind) {
    let (appliance, journal, operator) = watched(kind, "");
    let ada = appliance.ada();
    let shares = ["bob@example.com", "carol@example.com", "dave@example.com"].map(|to| ada.share(&["--to", to]));
    let desk = Desk::of(&operator, SMALL);
    desk.press_for("2", "dave@example.com");
    // The newest comes first: dave's and carol's are marked.
    desk.press_for("  ", "2 marked");
    desk.press_for("f", "the 2 marked links");
    desk.press(&format!("{TAB}{TAB}"));
    desk.press_for("a reason", "--reason='a reason'");
    desk.press_for(ENTER, "Frozen: 1 living link.");
    desk.press(ENTER);
    desk.wait_until("showed two frozen links", |screen| screen.shown().matches("‖ frozen").count() == 2);
    let states = shares.each_ref().map(|shared| ada.state_of(shared));
    assert_eq!(states, ["open", "frozen", "frozen"]);
    assert_eq!(operator.records(&["--event", "freeze.placed"]).len(), 2);
    witnessed(&operator, &journal, "freeze.placed", "share.freeze");
    desk.quit();
}

fn two_operators_revoke_the_same_share_at_once_and_both_are_told(kind: Kind) {
    let (appliance, _journal, operator) = watched(kind, "");
    let shared = appliance.ada().share(&["--to", "bob@example.com", "--to", "carol@example.com"]);
    let short = &shared.share[28..];
    let desks = [0; 2].map(|_| {
        let desk = Desk::of(&operator, SMALL);
        desk.press_for("2", "carol@example.com");
        desk.press_for("X", &format!("Type {short} to confirm"));
        desk.press_for(short, &format!("Confirm  {short}"));
        desk
    });
    desks.iter().for_each(|desk| desk.press(ENTER));
    let told = |desk: &Desk| {
        desk.wait_until("told what came of it", |screen| {
            ["Revoked: 2 links ended.", "Nothing was left"].iter().any(|word| screen.shown().contains(word))
        });
        desk.shown().contains("Revoked: 2 links ended.")
    };
    let first = desks.each_ref().map(told);
    assert_eq!(first.iter().filter(|first| **first).count(), 1, "one of them ended it");
    let late = &desks[usize::from(first[0])];
    assert!(late.shown().contains("Nothing was left to end"), "{}", late.shown());
    // Each of them acted, under a request of their own; one of the acts did something.
    let acts = operator.records(&["--event", "share.revoked"]);
    let mut effects: Vec<String> = acts.iter().map(|act| act["details"]["links"].to_string()).collect();
    effects.sort();
    let ended: Vec<_> = operator.json(&["share", "list", "--state", "revoked"])["rows"].as_array().unwrap().clone();
    assert_eq!((effects.join(" ").replace('"', ""), ended.len()), ("0 2".to_owned(), 2), "{acts:?}");
    assert_ne!(acts[0]["request"], acts[1]["request"]);
    assert_eq!(ended[0]["share"], json!(shared.share));
    desks.into_iter().for_each(|desk| {
        desk.press(ENTER);
        desk.wait_until("closed the dialog", |screen| !screen.shown().contains("Revoke share"));
        desk.quit();
    });
}
