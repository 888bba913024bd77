//! One account, two clients: `postern`, and the code with which an owner's browser will register, sign in and seal.
//! The second runs in Node here (`tests/browser/owner`), against the same daemon over HTTPS.

use harness::{Program, tree};
use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::people::{PASSWORD, STAGING, text};

const NEW: &str = "ein neues Passwort für ein neues Jahr";

on_both_databases! {
    who_registers_in_a_browser_signs_in_and_recovers_at_the_command_line
    who_registers_at_the_command_line_signs_in_with_a_browser
}

/// Does one thing as an owner's browser would. Answers with what came of it.
#[track_caller]
fn browser(appliance: &Appliance, task: Value) -> Value {
    let mut task = task;
    task["server"] = appliance.url().into();
    let run = tree::top().join(".ci/node/run");
    let program = tree::top().join("tests/browser/owner/owner.ts");
    let finished = Program::at(run)
        .args(["crates/web", "node", "--disable-warning=ExperimentalWarning"])
        .arg(program)
        .env("NODE_EXTRA_CA_CERTS", appliance.ca())
        .in_folder(tree::top())
        .input(task.to_string())
        .finish();
    assert!(finished.success(), "the browser's half failed: {}", finished.stderr);
    serde_json::from_str(&finished.stdout).unwrap()
}

fn who_registers_in_a_browser_signs_in_and_recovers_at_the_command_line(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let grace = appliance.owner("grace");
    let invitation = grace.invite(&appliance.operator(), &[]);
    let joined = browser(&appliance, json!({"do": "register", "invitation": invitation, "password": PASSWORD}));
    let door = json!({"kind": "note", "name": "Door", "body": "zweite Zeile: πα$$wört \u{1f511}"});
    let add = json!({"do": "add", "name": "grace", "password": PASSWORD, "contents": door});
    assert_eq!(browser(&appliance, add)["fingerprint"], joined["fingerprint"]);

    assert_eq!(grace.sign_in(PASSWORD)["user"], joined["user"]);
    assert_eq!(grace.json(&["item", "show", "Door"], &[])["fields"]["body"], door["body"]);
    // The recovery code that the browser showed is the one that counts.
    let elsewhere = grace.elsewhere();
    elsewhere.json(&["recover"], &["grace", &text(&joined, "/recovery_code"), NEW, NEW]);
    elsewhere.sign_in(NEW);
    assert_eq!(elsewhere.json(&["item", "show", "Door"], &[])["fields"]["body"], door["body"]);
}

fn who_registers_at_the_command_line_signs_in_with_a_browser(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let grace = appliance.owner("grace");
    let joined = grace.join(&appliance.operator(), &[]);
    let item = text(&grace.json(&["item", "add", "account"], STAGING), "/id");
    let task = |what: &str, password: &str| json!({"do": what, "name": "grace", "password": password, "item": item});

    assert_eq!(browser(&appliance, task("look", "a guess")), json!({"refused": "wrong password"}));
    let seen = browser(&appliance, task("look", PASSWORD));
    assert_eq!(seen["fingerprint"], joined["fingerprint"]);
    let [name, url, username, password, ..] = STAGING else { panic!("an account has these") };
    let contents = json!({
        "kind": "account", "name": name, "url": url, "username": username, "password": password, "mfa_key": "", "notes": "",
    });
    assert_eq!(seen["contents"], contents);

    // The browser seals it under a new key; whoever has seen the old one reads on, the history too.
    grace.json(&["item", "show", &item], &[]);
    assert_eq!(browser(&appliance, task("turn", PASSWORD)), json!({"epoch": 2, "version": 2}));
    for version in [&["--version", "1"][..], &[]] {
        let shown = grace.json(&[&["item", "show", &item], version].concat(), &[]);
        assert_eq!(text(&shown, "/fields/password"), *password);
    }
    // A password that was changed at the command line is the browser's too.
    grace.json(&["password"], &[PASSWORD, NEW, NEW]);
    assert_eq!(browser(&appliance, task("look", PASSWORD)), json!({"refused": "wrong password"}));
    assert_eq!(browser(&appliance, task("look", NEW))["contents"], contents);
}
