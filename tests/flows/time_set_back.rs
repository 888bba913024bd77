//! A clock that was set back could bring expired links back to life: nothing is revealed or made until somebody has looked at it.

use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::people::PASSWORD;

on_both_databases! {
    after_the_clock_was_set_back_nothing_is_revealed_or_made_until_an_operator_accepts_it
    a_clock_a_little_behind_stops_nothing
}

fn after_the_clock_was_set_back_nothing_is_revealed_or_made_until_an_operator_accepts_it(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let shared = ada.share(&["--expires", "24h"]);
    let link = shared.link();
    appliance.restart_later(2 * 3600);
    ada.json(&["item", "show", "Staging"], &[]);
    assert_eq!(operator.json(&["health"])["clock_behind"], json!(false));
    appliance.restart_later(-2 * 3600);
    assert_eq!(operator.json(&["health"])["clock_behind"], json!(true));
    assert_eq!(link.revealed(&appliance.wire(), attempt()).refusal(), (503, "clock-behind".to_owned()));
    let opened = appliance.recipient("bob").open(link);
    assert!(!opened.success() && opened.stderr.contains("clock"), "{}", opened.stderr);
    let create = ada.run(&["share", "create", "Staging", "--to", "b@example.org", "--by-hand"], &[]);
    assert!(!create.success() && create.stderr.contains("clock"), "{}", create.stderr);
    let add = ada.run(&["item", "add", "note"], &["Name", "text"]);
    assert!(!add.success() && add.stderr.contains("clock"), "{}", add.stderr);
    // Who only looks, or ends something, is still let in.
    ada.elsewhere().sign_in(PASSWORD);
    assert_eq!(ada.views_used(&shared), 0);
    assert_eq!(operator.run(&["clock", "accept"]).code, 1, "nobody said yes");
    let accepted = operator.json(&["clock", "accept", "--yes"]);
    assert!(accepted["to"].as_i64() < accepted["from"].as_i64());
    assert_eq!(operator.json(&["health"])["clock_behind"], json!(false));
    appliance.recipient("bob").see(link);
    ada.share(&[]);
    let told = operator.events(&[]);
    assert!(told.iter().any(|event| event == "clock.accepted"), "{told:?}");
    assert!(told.iter().any(|event| event == "clock.behind"), "{told:?}");
    assert_eq!(operator.run(&["audit", "verify"]).code, 0);
}

fn a_clock_a_little_behind_stops_nothing(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--views", "2"]);
    appliance.restart_later(240);
    appliance.recipient("bob").see(shared.link());
    appliance.restart_later(-240);
    appliance.recipient("bob").see(shared.link());
    let times: Vec<i64> =
        appliance.operator().records(&["--link", &shared.link().id]).iter().map(|record| record["at"].as_i64().unwrap()).collect();
    assert!(times.windows(2).all(|two| two[0] <= two[1]), "time never runs backwards in the log: {times:?}");
}
