//! Addresses, methods, sizes and headers that nobody should send; and the headers that every answer has, whatever was sent.

use reqwest::Method;
use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::bad_requests::{JSON, post, unharmed};
use crate::link::attempt;

on_both_databases! {
    an_address_that_is_none_leads_nowhere
    a_method_or_a_type_of_body_that_is_not_meant_is_refused
    what_is_too_large_is_refused_before_it_is_read
    every_answer_carries_the_headers_that_protect_a_page
}

fn an_address_that_is_none_leads_nowhere(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let wire = appliance.wire();
    let shared = appliance.ada().share(&[]);
    let link = shared.link();
    let long = "a".repeat(4000);
    for id in [
        "0",
        "x",
        "..%2f..",
        "%00",
        "%ff%fe",
        "0190163D-8694-739B-AEA5-966C26F8AD91",
        &link.id.replace('-', ""),
        &long,
        "0190163d-8694-739b-aea5-966c26f8ad91%20",
    ] {
        let reply = post(&wire, &format!("/api/v1/links/{id}/knock"), link.knock().to_string());
        assert!(matches!(reply.status, 404 | 414), "{id}: {}", reply.status);
        reply.problem();
    }
    for path in [
        "/api",
        "/api/v1",
        "/api/v2/links",
        "/api/v1/links",
        "/s",
        "/s/",
        "/S/x",
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/assets/..",
        "//",
        "/favicon.ico",
        "/api/v1/links/%2e%2e/knock",
    ] {
        let reply = wire.get(path);
        assert!(
            reply.status == 404 || (reply.status == 200 && reply.header("content-type").starts_with("text/html")),
            "{path}: {}",
            reply.status
        );
        assert!(!reply.text().contains("root:"));
    }
    let session = wire.session(&appliance.ada().session());
    for query in ["?limit=-1", "?limit=x", "?after=x", "?what=1", "?limit=1&limit=2", "?limit=99999999999999999999", "?%ff"] {
        assert_eq!(session.get(&format!("/api/v1/items{query}")).refusal(), (400, "bad-request".to_owned()), "{query}");
    }
    assert_eq!(session.get("/api/v1/items/x").refusal(), (404, "not-found".to_owned()));
    assert_eq!(session.get(&format!("/api/v1/items/{}/versions/0", link.id)).refusal().0, 404);
    unharmed(&appliance, link, &[&long]);
}

fn a_method_or_a_type_of_body_that_is_not_meant_is_refused(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let wire = appliance.wire();
    let shared = appliance.ada().share(&[]);
    let link = shared.link();
    let body = link.reveal(attempt()).to_string();
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        let reply = wire.send(method.clone(), &link.path("reveal"), &[JSON], body.clone());
        assert_eq!(reply.status, 405, "{method}");
        assert!(reply.header("allow").contains("POST"), "{method}: {:?}", reply.headers);
        assert_eq!(reply.refusal().1, "method-not-allowed", "{method}");
    }
    assert_eq!(wire.send(Method::POST, &link.page(), &[JSON], body.clone()).status, 405);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=latin1", ""] {
        let reply = wire.send(Method::POST, &link.path("reveal"), &[("content-type", kind)], body.clone());
        assert_eq!(reply.status, 415, "{kind}");
        reply.problem();
    }
    assert_eq!(wire.send(Method::POST, &link.path("reveal"), &[], body).status, 415);
    unharmed(&appliance, link, &[]);
}

fn what_is_too_large_is_refused_before_it_is_read(kind: Kind) {
    let appliance = Appliance::with(kind, "[limits]\nbody_bytes = 16384\n[policy]\nmaximum_sealed_bytes = 8192\n");
    let ada = appliance.ada();
    let wire = appliance.wire();
    let shared = ada.share(&[]);
    let link = shared.link();
    let large = format!("{{\"knock\":\"{}\"}}", "A".repeat(20_000));
    assert_eq!(post(&wire, &link.path("knock"), large.clone()).refusal(), (413, "too-large".to_owned()));
    // Without saying beforehand how much it will be.
    let unannounced = reqwest::blocking::Body::new(std::io::Cursor::new(large.into_bytes()));
    assert_eq!(post(&wire, &link.path("knock"), unannounced).refusal(), (413, "too-large".to_owned()));
    let note = "x".repeat(20_000);
    assert_eq!(ada.refused(&["item", "add", "note", "--name", "Large"], &[&note]), (1, "too-large".to_owned()));
    assert_eq!(ada.json(&["item", "list"], &[])["items"].as_array().unwrap().len(), 1);
    let header = "h".repeat(200_000);
    // Ended without an answer is as good a refusal.
    if let Ok(reply) = wire.try_send(Method::GET, "/", &[("x-large", &header)], "") {
        assert!((400..500).contains(&reply.status), "{}", reply.status);
    }
    unharmed(&appliance, link, &[&header[..100], &note[..100]]);
}

fn every_answer_carries_the_headers_that_protect_a_page(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let wire = appliance.wire();
    let shared = appliance.ada().share(&[]);
    let link = shared.link();
    let answers = [
        wire.get("/"),
        wire.get(&link.page()),
        wire.get("/nowhere"),
        wire.post(&link.path("knock"), &link.knock()),
        wire.post(&link.path("knock"), &json!({})),
        wire.get(&link.path("reveal")),
        wire.get("/api/v1/items"),
    ];
    let mut requests = std::collections::BTreeSet::new();
    for answer in &answers {
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{answer:?}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("strict-transport-security"), "", "never for localhost");
        assert!(!answer.header("date").is_empty() && answer.header("server").is_empty());
        requests.insert(answer.header("postern-request").to_owned());
    }
    assert_eq!(requests.len(), answers.len(), "each request has an id of its own");
    let named = wire.send(Method::GET, "/", &[("host", "postern.example.com"), ("postern-request", "mine")], "");
    assert!(named.header("strict-transport-security").starts_with("max-age="));
    assert_ne!(named.header("postern-request"), "mine");
}
