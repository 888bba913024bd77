//! The main story: a secret travels, sealed, from its owner to a recipient.

use reqwest::Method;
use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::mail::token_in;
use crate::people::{PASSWORD, SECRET, STAGING, text};

on_both_databases! {
    a_secret_travels_from_its_owner_to_a_recipient_and_is_seen_once
    looking_at_a_link_spends_nothing_and_tells_nothing
    each_recipient_has_a_link_and_a_token_of_their_own
    a_recipient_who_is_done_destroys_the_link
    every_kind_of_item_arrives_as_it_was_typed
}

fn a_secret_travels_from_its_owner_to_a_recipient_and_is_seen_once(kind: Kind) {
    let appliance = Appliance::empty(kind);
    let (operator, grace) = (appliance.operator(), appliance.owner("grace"));
    let invitation = grace.invite(&operator, &["--external"]);
    let registered = grace.register(&invitation);
    assert_eq!(text(&registered, "/recovery_code").len(), 39);
    assert_eq!(text(&grace.sign_in(PASSWORD), "/name"), "grace");
    let item = text(&grace.json(&["item", "add", "account"], STAGING), "/id");
    assert_eq!(text(&grace.json(&["item", "list"], &[]), "/items/0/name"), "Staging");

    let shared = grace.share_item("Staging", &["--to", "bob@example.org", "--label", "for Monday"]);
    let link = shared.link();
    assert_eq!(link.token, None, "the token isn't printed beside the link");
    let token = appliance.mail().wait_for_token("bob@example.org");
    for message in appliance.mail().all() {
        assert!(!message.contains(link.fragment()) && !message.contains(&link.id) && !message.contains("https://"), "{message}");
    }
    let message = appliance.mail().to("bob@example.org", &token).pop().unwrap();
    assert!(message.contains("grace Example") && message.contains(&link.id[28..]), "{message}");

    let bob = appliance.recipient("bob");
    let link = link.with_token(&token);
    let seen = bob.see(&link);
    assert_eq!(text(&seen, "/fields/password"), SECRET);
    assert_eq!((text(&seen, "/sharer"), text(&seen, "/name")), ("grace Example".to_owned(), "Staging".to_owned()));
    assert_eq!(seen["views_left"], 0);
    assert_eq!(bob.refused(&link), (11, "used-up".to_owned()));
    assert_eq!(appliance.recipient("carol").refused(&link), (11, "used-up".to_owned()));

    let looked = grace.look_at(&shared);
    assert_eq!(looked["links"][0]["openings"].as_array().unwrap().len(), 1);
    assert_eq!(text(&looked, "/links/0/openings/0/address"), "127.0.0.1");
    let notice = appliance.mail().wait_for("grace@example.com", "bob@example.org");
    assert!(notice.contains("for Monday"), "{notice}");
    let told = operator.events(&["--share", &shared.share]);
    let told: Vec<&str> = told.iter().map(String::as_str).filter(|event| !event.starts_with("mail.")).collect();
    let too_late = "link.refused: used-up";
    assert_eq!(told, ["share.created", "link.checked", "link.revealed", "link.used_up", too_late, too_late]);
    let revealed = operator.records(&["--event", "link.revealed"]).pop().unwrap();
    assert_eq!((&revealed["actor"], &revealed["address"], &revealed["item"]), (&json!("recipient"), &json!("127.0.0.1"), &json!(item)));
    let of_grace = operator.events(&["--user", "grace"]);
    for event in ["account.invited", "account.registered", "account.signed_in", "item.created"] {
        assert!(of_grace.iter().any(|told| told == event), "{event} is not among {of_grace:?}");
    }
    assert_eq!(operator.run(&["audit", "verify"]).code, 0);
}

fn looking_at_a_link_spends_nothing_and_tells_nothing(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&[]);
    let link = shared.link();
    let before = appliance.operator().records(&[]).len();
    let page = wire.get(&link.page());
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let unknown = wire.get("/s/0190163d-8694-739b-aea5-966c26f8ad91");
    assert_eq!((unknown.status, &unknown.bytes), (200, &page.bytes), "the page doesn't tell whether there is such a link");
    for _ in 0..5 {
        assert_eq!(wire.get(&link.page()).status, 200);
        let head = wire.send(Method::HEAD, &link.page(), &[], "");
        assert_eq!((head.status, head.bytes.len()), (200, 0));
    }
    for action in ["knock", "check", "watch", "reveal", "burn", "report"] {
        assert_eq!(wire.get(&link.path(action)).status, 405, "{action}");
        assert_eq!(wire.send(Method::HEAD, &link.path(action), &[], "").status, 405, "{action}");
    }
    let knocked = wire.post(&link.path("knock"), &link.knock()).right();
    assert_eq!((&knocked["state"], &knocked["with_token"]), (&json!("open"), &json!(true)));
    assert_eq!(appliance.operator().records(&[]).len(), before, "looking at a link is nothing that audit tells");
    assert_eq!((ada.views_used(&shared), ada.state_of(&shared).as_str()), (0, "open"));
    let checked = wire.post(&link.path("check"), &link.check()).right();
    assert_eq!((&checked["sharer"], &checked["views_left"]), (&json!("ada Example"), &json!(1)));
    assert_eq!(ada.views_used(&shared), 0);
    assert_eq!(text(&appliance.recipient("bob").see(link), "/fields/password"), SECRET);
}

fn each_recipient_has_a_link_and_a_token_of_their_own(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share_item("Staging", &["--to", "bob@example.org", "--to", "carol@example.net"]);
    let tokens = ["bob@example.org", "carol@example.net"].map(|whom| appliance.mail().wait_for_token(whom));
    assert_ne!(tokens[0], tokens[1]);
    for message in appliance.mail().all() {
        assert!(token_in(&message).is_none() || !message.contains(shared.links[0].fragment()));
    }
    let [bob, carol] = [0, 1].map(|at| shared.links[at].with_token(&tokens[at]));
    let crossed = shared.links[0].with_token(&tokens[1]);
    assert_eq!(appliance.recipient("mallory").refused(&crossed), (18, "wrong-token".to_owned()));
    appliance.recipient("bob").see(&bob);
    let seen = appliance.recipient("carol").see(&carol);
    assert_eq!((text(&seen, "/fields/password").as_str(), &seen["views_left"]), (SECRET, &json!(0)));
}

fn a_recipient_who_is_done_destroys_the_link(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&["--views", "5"]);
    let link = shared.link();
    let attempt = attempt();
    link.revealed(&wire, attempt).right();
    let burnt = wire.post(&link.path("burn"), &link.check());
    assert_eq!((burnt.status, burnt.bytes.len()), (204, 0));
    assert_eq!(link.revealed(&wire, attempt).refusal(), (410, "burnt".to_owned()), "not even the same attempt gets it again");
    assert_eq!(appliance.recipient("bob").refused(link), (16, "burnt".to_owned()));
    assert_eq!(ada.state_of(&shared), "burnt");
    assert!(appliance.operator().events(&["--link", &link.id]).contains(&"link.burnt".to_owned()));
}

fn every_kind_of_item_arrives_as_it_was_typed(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    ada.json(&["item", "add", "note"], &["Wi-Fi", "first line", "", "zweite Zeile: πα$$wört \u{1f511}"]);
    ada.json(&["item", "add", "api-secret"], &["Billing", "https://billing.example.com", "key-1", "secret-\"1\\", "note"]);
    let see = |item: &str| appliance.recipient(item).see(ada.share_item(item, &["--by-hand"]).link());
    let note = see("Wi-Fi");
    assert_eq!(text(&note, "/fields/body"), "first line\n\nzweite Zeile: πα$$wört \u{1f511}");
    let api = see("Billing");
    assert_eq!((text(&api, "/kind"), text(&api, "/fields/secret")), ("api-secret".to_owned(), "secret-\"1\\".to_owned()));
    // What was shared is a copy: a later change doesn't reach it.
    let shared = ada.share(&[]);
    ada.json(&["item", "edit", "Staging", "--field", "password"], &["another one"]);
    assert_eq!(text(&appliance.recipient("bob").see(shared.link()), "/fields/password"), SECRET);
    assert_eq!(text(&ada.json(&["item", "show", "Staging"], &[]), "/fields/password"), "another one");
}
