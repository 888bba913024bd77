//! The gate: from where recipients and owners are let in, what those outside are told, and what is written down.

use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::people::text;

const HINT: &str = "Join the network Castle, or call 4711.";

on_both_databases! {
    outside_the_recipients_networks_nothing_opens_and_the_denial_is_recorded
    who_is_outside_a_shares_own_networks_is_told_where_to_go
    outside_the_owners_networks_nobody_signs_in_and_links_still_open
    what_a_header_says_about_an_address_counts_for_nothing
    the_gate_explains_which_network_decides
    an_address_that_asks_too_much_is_slowed_down_and_told_when_to_come_back
}

fn outside_the_recipients_networks_nothing_opens_and_the_denial_is_recorded(kind: Kind) {
    let settings = format!("[gate]\nrecipients = [\"10.99.0.0/16\", \"2001:db8::/32\"]\nhint = \"{HINT}\"\n");
    let mut appliance = Appliance::with(kind, &settings);
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&[]);
    let link = shared.link();
    for (action, body) in link.calls() {
        let reply = wire.post(&link.path(action), &body);
        assert_eq!(reply.refusal(), (403, "outside-networks".to_owned()), "{action}");
        assert!(text(&reply.problem(), "/detail").contains(HINT));
        assert_eq!(text(&reply.problem(), "/hint"), HINT);
    }
    let page = wire.get(&link.page());
    assert_eq!(page.status, 403);
    assert!(page.text().contains(HINT), "{}", page.text());
    assert_eq!(appliance.recipient("bob").refused(link), (19, "outside-networks".to_owned()));
    let said = appliance.recipient("bob").program(&["open", "--yes"], &[&link.url]).finish().stderr;
    assert!(said.contains(HINT), "{said}");
    assert_eq!((ada.views_used(&shared), ada.state_of(&shared).as_str()), (0, "open"));
    let denied = appliance.operator().records(&["--event", "gate.denied"]);
    assert!((1..=2).contains(&denied.len()), "the first of a minute is told at once, the rest counted: {denied:?}");
    assert_eq!((&denied[0]["address"], &denied[0]["details"]["door"]), (&json!("127.0.0.1"), &json!("recipients")));
    appliance.stop();
    appliance.start();
    let denied = appliance.operator().records(&["--event", "gate.denied"]);
    let count: u32 = denied.iter().map(|record| text(record, "/details/count").parse::<u32>().unwrap()).sum();
    assert_eq!(count, 6 + 1 + 2, "and no denial is lost when the daemon ends");
}

fn who_is_outside_a_shares_own_networks_is_told_where_to_go(kind: Kind) {
    let appliance = Appliance::with(kind, &format!("[gate]\nhint = \"{HINT}\"\n"));
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&["--network", "10.20.7.0/24"]);
    let link = shared.link();
    for (action, body) in [("knock", link.knock()), ("watch", link.check()), ("report", link.check())] {
        let reply = wire.post(&link.path(action), &body);
        assert_eq!(reply.refusal(), (403, "outside-share-networks".to_owned()), "{action}");
        assert_eq!(text(&reply.problem(), "/hint"), HINT);
    }
    let mut stranger = link.knock();
    stranger["knock"] = seal::text::encode(&[7; 32]).into();
    let reply = wire.post(&link.path("knock"), &stranger);
    assert_eq!((reply.refusal().1.as_str(), reply.problem().get("hint")), ("unknown-link", None), "a stranger learns nothing of it");
    assert_eq!((ada.views_used(&shared), ada.state_of(&shared).as_str()), (0, "open"));
    assert_eq!(appliance.operator().records(&["--event", "freeze.placed"]).len(), 0);
}

fn outside_the_owners_networks_nobody_signs_in_and_links_still_open(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    appliance.settle("[gate]\nowners = []\n");
    assert_eq!(ada.refused(&["item", "list"], &[]), (19, "outside-networks".to_owned()));
    assert_eq!(ada.elsewhere().refused(&["sign-in"], &["ada", "x"]), (19, "outside-networks".to_owned()));
    assert_eq!(appliance.wire().get("/api/v1/items").refusal(), (403, "outside-networks".to_owned()), "before it is asked who it is");
    appliance.recipient("bob").see(shared.link());
    let denied = appliance.operator().records(&["--event", "gate.denied"]);
    assert!(!denied.is_empty() && denied.iter().all(|record| record["details"]["door"] == "owners"), "{denied:?}");
}

fn what_a_header_says_about_an_address_counts_for_nothing(kind: Kind) {
    let appliance = Appliance::with(kind, "[gate]\nrecipients = [\"10.99.0.0/16\"]\n");
    let shared = appliance.ada().share(&[]);
    let link = shared.link();
    let inside = "10.99.0.5";
    let forwarded = format!("for={inside};proto=https");
    for header in [("x-forwarded-for", inside), ("x-real-ip", inside), ("forwarded", forwarded.as_str()), ("host", inside)] {
        let json = ("content-type", "application/json");
        let reply = appliance.wire().send(reqwest::Method::POST, &link.path("knock"), &[json, header], link.knock().to_string());
        assert_eq!(reply.status, 403, "{header:?}");
    }
    let denied = appliance.operator().records(&["--event", "gate.denied"]);
    assert!(denied.iter().all(|record| record["address"] == "127.0.0.1"), "{denied:?}");
}

fn the_gate_explains_which_network_decides(kind: Kind) {
    let appliance = Appliance::with(kind, "[gate]\nrecipients = [\"10.99.0.0/16\", \"2001:db8::/32\"]\nowners = [\"10.99.7.0/24\"]\n");
    let explain = |address: &str| {
        let explained = appliance.operator().json(&["gate", "explain", address]);
        let matched = |at: usize| explained["doors"][at]["matched"].clone();
        (text(&explained, "/address"), matched(0), matched(1))
    };
    assert_eq!(explain("10.99.7.5"), ("10.99.7.5".to_owned(), json!("10.99.0.0/16"), json!("10.99.7.0/24")));
    assert_eq!(explain("::ffff:10.99.1.5"), ("10.99.1.5".to_owned(), json!("10.99.0.0/16"), json!(null)));
    assert_eq!(explain("2001:db8::7"), ("2001:db8::7".to_owned(), json!("2001:db8::/32"), json!(null)));
    assert_eq!(explain("127.0.0.1"), ("127.0.0.1".to_owned(), json!(null), json!(null)));
    assert_eq!(appliance.operator().run(&["gate", "explain", "castle"]).code, 2);
}

fn an_address_that_asks_too_much_is_slowed_down_and_told_when_to_come_back(kind: Kind) {
    let appliance = Appliance::with(kind, "[limits]\nrequests_per_minute = 1\nrequests_at_once = 5\n");
    let wire = appliance.wire();
    let statuses: Vec<u16> = (0..8).map(|_| wire.get("/").status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    let refused = wire.post("/api/v1/links/0190163d-8694-739b-aea5-966c26f8ad91/knock", &json!({"knock": seal::text::encode(&[7; 32])}));
    assert_eq!(refused.refusal(), (429, "too-many-requests".to_owned()));
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    assert!(!appliance.operator().events(&["--event", "gate.limited"]).is_empty());
}
