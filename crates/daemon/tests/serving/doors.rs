//! The gate: who comes from where, how often, and what every answer carries.

use vault::gate::Networks;

use crate::support::{Ground, LINK, problem};

fn nobody() -> Networks {
    Networks::read(["10.0.0.0/8"]).unwrap()
}

/// The address of the pages' style.
fn style(ground: &Ground) -> String {
    let page = ground.get(&format!("/s/{LINK}")).text().unwrap();
    page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css")).unwrap().to_owned()
}

#[test]
fn an_owner_outside_their_networks_is_told_what_to_do_while_recipients_come_in() {
    let ground = Ground::with(|config| {
        config.gate.owners = nobody();
        config.gate.hint = "Join the VPN of the head office.".into();
    });
    let (status, name, body) = problem(ground.get("/api/v1/items"));
    assert_eq!((status, name.as_str()), (403, "outside-networks"));
    assert!(body["detail"].as_str().unwrap().contains("Join the VPN of the head office."), "{body}");
    assert_eq!(ground.get(&format!("/s/{LINK}")).status(), 200);
    assert_eq!(ground.get(&style(&ground)).status(), 200);
    assert_eq!(ground.get("/").status(), 403);
}

#[test]
fn a_recipient_outside_their_networks_gets_neither_page_nor_answer() {
    let ground = Ground::with(|config| config.gate.recipients = nobody());
    assert_eq!(ground.get(&format!("/s/{LINK}")).status(), 403);
    assert_eq!(ground.post(&format!("/api/v1/links/{LINK}/knock"), "{}").status(), 403);
    assert_eq!(ground.get("/").status(), 200);
}

#[test]
fn who_is_not_let_in_keeps_no_connection() {
    let ground = Ground::with(|config| {
        config.gate.owners = nobody();
        (config.limits.requests_at_once, config.limits.requests_per_minute) = (2, 1);
    });
    let style = style(&ground);
    let last = |path: &str| {
        let answer = crate::life::raw(&ground, format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes());
        (answer[9..12].to_owned(), answer.contains("\r\nconnection: close\r\n"))
    };
    assert_eq!(last("/"), ("403".into(), true));
    assert_eq!(last(&style), ("200".into(), false));
    assert_eq!(last(&style), ("429".into(), true));
}

#[test]
fn many_denials_of_one_address_are_two_events_with_their_number() {
    let ground = Ground::with(|config| config.gate.owners = nobody());
    for _ in 0..30 {
        assert_eq!(ground.get("/").status(), 403);
    }
    let events = ground.events("gate.denied");
    assert_eq!(events.len(), 1);
    assert_eq!((&events[0]["details"]["count"], &events[0]["details"]["door"]), (&"1".into(), &"owners".into()));
    assert_eq!((&events[0]["address"], &events[0]["refusal"]), (&"127.0.0.1".into(), &"outside-networks".into()));
    ground.pass(60);
    assert_eq!(ground.get("/").status(), 403);
    let counts: Vec<String> = loop {
        let events = ground.events("gate.denied");
        if events.len() == 3 {
            break events.iter().map(|event| event["details"]["count"].as_str().unwrap().to_owned()).collect();
        }
        std::thread::yield_now();
    };
    assert!(counts.contains(&"29".to_owned()), "{counts:?}");
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let ground = Ground::with(|config| (config.limits.requests_at_once, config.limits.requests_per_minute) = (3, 6));
    for _ in 0..3 {
        assert_eq!(ground.get("/").status(), 200);
    }
    let refused = ground.get("/");
    assert_eq!(refused.headers()["retry-after"], "10");
    let (status, name, body) = problem(refused);
    assert_eq!((status, name.as_str(), &body["retry_seconds"]), (429, "too-many-requests", &10.into()));
    assert_eq!(ground.events("gate.limited").len(), 1);
    ground.pass(10);
    assert_eq!(ground.get("/").status(), 200);
}

#[test]
fn every_answer_carries_its_headers_the_daemons_time_and_an_id_of_its_own() {
    let ground = Ground::plain();
    let answers = [ground.get("/"), ground.get("/nowhere"), ground.get("/api/v1/account"), ground.post("/api/v1/links/x/knock", "{")];
    let mut ids = std::collections::BTreeSet::new();
    for answer in &answers {
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert!(header("content-security-policy").contains("default-src 'none'"));
        assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store", "no-referrer"));
        assert_eq!(header("date"), "Sun, 01 Mar 2026 12:00:00 GMT");
        assert!(answer.headers().get("strict-transport-security").is_none(), "never for localhost");
        ids.insert(header("postern-request").to_owned());
    }
    assert_eq!(ids.len(), answers.len());
    let named = ground.https.get(ground.url("/")).header("host", "postern.example.com").send().unwrap();
    assert!(named.headers().contains_key("strict-transport-security"));
}

#[test]
fn a_path_with_tricks_in_it_leads_nowhere() {
    let ground = Ground::plain();
    for path in ["/%73/x", "/s/%2e%2e/api/v1/account", "//s/x", "/s/x/y", "/api/v1/links/x/y/knock", "/assets/../etc/passwd", "/S/x"] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = crate::life::raw(&ground, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    let long = format!("/s/{}", "x".repeat(3000));
    assert_eq!(ground.get(&long).status(), 404);
}

#[test]
fn a_service_worker_is_never_served() {
    let ground = Ground::plain();
    let asked = ground.https.get(ground.url(&style(&ground))).header("service-worker", "script").send().unwrap();
    assert_eq!(asked.status(), 403);
}
