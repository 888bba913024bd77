//! Accounts, at the console: somebody is invited and registers with what the QR code holds; the permission to share outside is granted.

use harness::screen::keys::{CTRL_C, ENTER, ESCAPE};
use serde_json::json;

use crate::appliance::Kind;
use crate::desk::{Desk, LARGE, SMALL, watched, witnessed};
use crate::people::{PASSWORD, text};

on_both_databases! {
    an_operator_invites_somebody_who_registers_with_what_the_qr_code_holds
    an_operator_grants_the_permission_to_share_outside
}

fn an_operator_invites_somebody_who_registers_with_what_the_qr_code_holds(kind: Kind) {
    let (appliance, journal, operator) = watched(kind, "");
    let desk = Desk::of(&operator, SMALL);
    desk.press_for("3", "ada Example");
    desk.press_for("n", "Invite somebody");
    desk.press(&format!("bob{ENTER}Bob Shaw{ENTER}bob@example.com{ENTER} {ENTER}"));
    desk.wait_for("--email=bob@example.com --external");
    desk.press_for(ENTER, "Invitation for bob");
    let shown = desk.shown();
    let invitation = shown.split_whitespace().find(|word| word.len() == 29 && word.matches('-').count() == 5).unwrap();
    let code = desk.code();
    assert_eq!(code, invitation);
    // Enter was the last key before: once too often takes nothing away. A smaller terminal hides the code, a larger one shows it again.
    desk.press(ENTER);
    desk.resize(20, 80);
    desk.wait_for("too small");
    desk.resize(LARGE.0, LARGE.1);
    desk.wait_for(invitation);
    assert_eq!(desk.code(), invitation);
    desk.leave("Shown this once");
    desk.wait_for("bob@example.com");
    assert!(!desk.shown().contains(invitation) && desk.shown().contains("invited"), "{}", desk.shown());

    let bob = appliance.owner("bob");
    bob.register(&code);
    bob.sign_in(PASSWORD);
    desk.press("r");
    desk.wait_until("showed bob as active", |screen| {
        screen.shown().lines().any(|line| line.contains("active") && line.contains("Bob Shaw"))
    });
    let users = operator.json(&["user", "list", "--name", "bob"]);
    assert_eq!((text(&users, "/rows/0/full_name").as_str(), &users["rows"][0]["external_share"]), ("Bob Shaw", &json!(true)));
    let invited = witnessed(&operator, &journal, "account.invited", "user.invite");
    assert!(text(&invited, "/who").starts_with("root("), "{invited}");
    let told = format!("{:?}{:?}", journal.entries(&[]), operator.records(&[]));
    assert!(told.contains("user invite bob") && !told.contains(invitation));
    desk.quit();
}

fn an_operator_grants_the_permission_to_share_outside(kind: Kind) {
    let (appliance, journal, operator) = watched(kind, "");
    let ada = appliance.ada();
    operator.json(&["user", "deny-external", "ada"]);
    assert_eq!(ada.refused(&["share", "create", "Staging", "--to", "bob@example.com"], &[]).1, "external-share-not-allowed");
    let desk = Desk::of(&operator, SMALL);
    desk.press_for("3", "ada Example");
    desk.narrow("name:ada external:no", "1 of 1");
    desk.press_for("e", "posternctl user allow-external ada");
    // Left and asked again: nothing was done by looking.
    desk.leave("Sharing outside");
    assert!(operator.records(&["--event", "account.external_allowed"]).is_empty());
    desk.press_for("e", "posternctl user allow-external ada");
    desk.press_for(ENTER, "may share with people outside the vault.");
    desk.press_for(ENTER, "No account fits");
    ada.share(&[]);
    assert_eq!(operator.json(&["user", "list"])["rows"][0]["external_share"], json!(true));
    witnessed(&operator, &journal, "account.external_allowed", "user.allow-external");

    // Whoever typed something is asked before Ctrl-C takes it away.
    desk.press_for("n", "Invite somebody");
    desk.press_for("carol", "carol");
    desk.press_for(CTRL_C, "Ctrl-C again leaves");
    desk.press(ESCAPE);
    desk.wait_until("closed the dialog", |screen| !screen.shown().contains("Invite somebody"));
    desk.press(CTRL_C);
    desk.wait_until("ended", |screen| screen.ended() == Some(0));
}
