//! An owner at a real terminal: what they are asked, what is shown of what they type, and how the terminal is left.

use harness::screen::keys::{CTRL_C, ENTER};

use crate::appliance::{Appliance, Kind};
use crate::people::PASSWORD;

on_both_databases! {
    at_a_terminal_both_are_relayed_after_a_yes_and_nothing_after_anything_else
    a_password_is_typed_at_a_terminal_and_never_shown
    a_terminal_is_left_well_by_whoever_gives_up_in_the_middle
}

const RELAYING: &str = "[policy]\nrelay_both = true\n";

const RELAYED: &[&str] = &["share", "create", "Staging", "--to", "bob@example.org", "--deliver", "relay-both"];

fn at_a_terminal_both_are_relayed_after_a_yes_and_nothing_after_anything_else(kind: Kind) {
    let appliance = Appliance::with(kind, RELAYING);
    let ada = appliance.ada();
    for (no, why) in [(ENTER, "nothing"), ("n\r", "no"), ("maybe\r", "maybe"), (CTRL_C, "Ctrl-C")] {
        let screen = ada.at_terminal(RELAYED);
        screen.wait_for("Mail both? [y/N]");
        assert!(screen.shown().contains("not end to end"), "{}", screen.shown());
        screen.press(no);
        let (code, shown) = screen.finish();
        assert_eq!(code, if no == CTRL_C { 130 } else { 2 }, "{why}: {shown}");
        assert!(!shown.contains("For bob@example.org"), "{why}: {shown}");
    }
    assert!(ada.json(&["share", "list"], &[])["shares"].as_array().unwrap().is_empty());
    assert!(appliance.mail().all().is_empty());

    let screen = ada.at_terminal(RELAYED);
    screen.wait_for("Mail both? [y/N]");
    screen.press("y\r");
    let (code, shown) = screen.finish();
    assert!(code == 0 && shown.contains("mailed to bob@example.org") && !shown.contains('#'), "{shown}");
    let token = appliance.mail().wait_for_token("bob@example.org");
    assert!(!shown.contains(&token), "{shown}");
    assert_eq!(ada.json(&["share", "list"], &[])["shares"][0]["delivery"], "relay-both");
}

fn a_password_is_typed_at_a_terminal_and_never_shown(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let elsewhere = appliance.ada().elsewhere();
    let asked = |password: &str| {
        let screen = elsewhere.at_terminal(&["sign-in"]);
        screen.wait_for("Name");
        screen.press("ada\r");
        screen.wait_for("Password");
        screen.wait_until("stopped showing what is typed", |screen| !screen.echoes());
        screen.press(password);
        screen.press(ENTER);
        screen.finish()
    };
    let (code, shown) = asked("wrong horse battery staple");
    assert!(code == 1 && !shown.contains("horse") && shown.contains("ada"), "{code}: {shown}");
    assert_eq!(elsewhere.refused(&["item", "list"], &[]).0, 4);

    let (code, shown) = asked(PASSWORD);
    assert!(code == 0 && !shown.contains("horse"), "{code}: {shown}");
    assert_eq!(elsewhere.json(&["item", "list"], &[])["items"].as_array().unwrap().len(), 1);
}

fn a_terminal_is_left_well_by_whoever_gives_up_in_the_middle(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let elsewhere = appliance.ada().elsewhere();
    for given_up_at in ["Name", "Password"] {
        let screen = elsewhere.at_terminal(&["sign-in"]);
        screen.wait_for("Name");
        if given_up_at == "Password" {
            screen.press("ada\r");
            screen.wait_for("Password");
            screen.wait_until("stopped showing what is typed", |screen| !screen.echoes());
            screen.press("half a pass");
        }
        screen.press(CTRL_C);
        // As a signal ends it, so that a shell's script ends with it; the harness sees to how the terminal is left.
        let (code, shown) = screen.finish();
        assert!(code == 130 && !shown.contains("half"), "{given_up_at}, {code}: {shown}");
    }
    assert!(appliance.operator().events(&["--event", "account.refused"]).is_empty());
}
