//! Strangers and guessers: who doesn't hold the link learns nothing, and who holds it has ten tries at its token.

use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::link::{Link, attempt, wrong_token};
use crate::people::text;
use crate::wire::{Reply, Wire};

on_both_databases! {
    ten_wrong_tokens_lock_a_link_and_its_owner_unlocks_it
    an_unknown_link_and_a_wrong_knock_look_alike_and_lock_nothing
    strangers_at_links_are_told_once_a_minute_and_counted
    a_dead_link_still_answers_its_holder_truthfully_and_nobody_else
}

fn ten_wrong_tokens_lock_a_link_and_its_owner_unlocks_it(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire, bob) = (appliance.ada(), appliance.wire(), appliance.recipient("bob"));
    let shared = ada.share(&[]);
    let link = shared.link();
    let wrong = link.with_token(&wrong_token());
    assert_eq!(bob.refused(&wrong), (18, "wrong-token".to_owned()));
    for tries_left in (0..9).rev() {
        let action = if tries_left % 2 == 0 { "check" } else { "burn" };
        let problem = wire.post(&link.path(action), &wrong.check()).problem();
        assert_eq!((&problem["name"], &problem["tries_left"]), (&json!("wrong-token"), &json!(tries_left)));
    }
    // From here on the right token is worth as little as a wrong one.
    for held in [link, &wrong] {
        assert_eq!(held.revealed(&wire, attempt()).refusal(), (423, "locked".to_owned()));
        assert_eq!(bob.refused(held), (15, "locked".to_owned()));
    }
    assert_eq!(wire.post(&link.path("knock"), &link.knock()).right()["state"], "locked");
    appliance.mail().wait_for("ada@example.com", "lock");
    assert_eq!((ada.state_of(&shared).as_str(), ada.views_used(&shared)), ("locked", 0));
    let told = appliance.operator().events(&["--link", &link.id]);
    assert_eq!(told.iter().filter(|event| *event == "link.refused: wrong-token").count(), 10);
    assert_eq!(told.iter().filter(|event| *event == "link.locked").count(), 1);
    let unlocked = ada.json(&["share", "unlock", &shared.share], &[]);
    assert_eq!((text(&unlocked, "/links/0/state").as_str(), &unlocked["links"][0]["failed_tokens"]), ("open", &json!(0)));
    assert_eq!(ada.refused(&["share", "unlock", &shared.share], &[]), (1, "not-locked".to_owned()));
    assert_eq!(bob.see(link)["views_left"], 0);
}

/// All that somebody outside can see of an answer, but for what differs in every one.
fn seen(reply: &Reply) -> (u16, Value, Vec<(String, String)>) {
    let mut problem = reply.problem();
    problem.as_object_mut().unwrap().remove("request");
    let apart = ["date", "postern-request"];
    let headers = reply.headers.iter().filter(|(name, _)| !apart.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (reply.status, problem, headers.collect())
}

fn asked(wire: &Wire, link: &Link, action: &str, body: &Value) -> (u16, Value, Vec<(String, String)>) {
    seen(&wire.post(&link.path(action), body))
}

fn an_unknown_link_and_a_wrong_knock_look_alike_and_lock_nothing(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&["--to", "bob@example.org", "--to", "carol@example.org"]);
    let link = &shared.links[0];
    // The other link's secret, and so its knock, at this link's address; and both of it at an address where nothing is.
    let stranger = Link { id: link.id.clone(), ..shared.links[1].clone() };
    let nowhere = Link { id: "0190163d-8694-739b-aea5-966c26f8ad91".to_owned(), ..link.clone() };
    for (action, body) in link.calls() {
        let other = json!({"knock": shared.links[1].knock()["knock"]});
        let mut wrong = body.clone();
        wrong["knock"] = other["knock"].clone();
        for _ in 0..4 {
            let known = asked(&wire, &stranger, action, &wrong);
            let unknown = asked(&wire, &nowhere, action, &body);
            assert_eq!(known, unknown, "{action}");
            assert_eq!((known.0, &known.1["name"]), (404, &json!("unknown-link")));
        }
    }
    assert_eq!(ada.look_at(&shared)["links"][0]["failed_tokens"], 0);
    let mut cut = link.clone();
    cut.url.truncate(cut.url.len() - 3);
    assert_eq!(appliance.recipient("bob").refused(&cut), (17, "unknown-link".to_owned()));
    appliance.recipient("bob").see(link);
    appliance.recipient("carol").see(&shared.links[1]);
}

fn strangers_at_links_are_told_once_a_minute_and_counted(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let (wire, operator) = (appliance.wire(), appliance.operator());
    let nowhere = "/api/v1/links/0190163d-8694-739b-aea5-966c26f8ad91/knock";
    let knock = json!({"knock": seal::text::encode(&[7; 32])});
    for _ in 0..20 {
        assert_eq!(wire.post(nowhere, &knock).refusal(), (404, "unknown-link".to_owned()));
    }
    // What is counted is told when its minute is over, or the daemon ends.
    appliance.stop();
    appliance.start();
    let told = operator.records(&["--event", "link.unknown"]);
    let count: u64 = told.iter().map(|record| record["details"]["count"].as_str().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(count, 20);
    assert!((2..=4).contains(&told.len()), "{told:?}");
    assert!(told.iter().all(|record| record["address"] == "127.0.0.1" && record["link"] == "" && record["actor"] == "stranger"));
}

fn a_dead_link_still_answers_its_holder_truthfully_and_nobody_else(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--expires", "1h"]);
    let link = shared.link();
    ada.json(&["share", "revoke", &shared.share], &[]);
    // By then its sealed bytes are long gone.
    appliance.restart_later(48 * 3600);
    let wire = appliance.wire();
    assert_eq!(wire.post(&link.path("knock"), &link.knock()).right()["state"], "revoked");
    assert_eq!(wire.post(&link.path("check"), &link.check()).refusal(), (410, "revoked".to_owned()));
    assert_eq!(wire.post(&link.path("knock"), &json!({"knock": seal::text::encode(&[7; 32])})).refusal(), (404, "unknown-link".to_owned()));
}
