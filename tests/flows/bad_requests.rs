//! What nobody should send, sent nevertheless: a clear problem, the right status, nothing spent, no panic.

use reqwest::Method;
use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::link::{Link, attempt};
use crate::people::{SECRET, text};
use crate::wire::{Reply, Wire};

const JSON: (&str, &str) = ("content-type", "application/json");

on_both_databases! {
    a_body_that_is_not_what_is_expected_is_refused_and_spends_nothing
    sealed_bytes_of_another_version_or_none_are_not_taken
    an_address_that_is_none_leads_nowhere
    a_method_or_a_type_of_body_that_is_not_meant_is_refused
    what_is_too_large_is_refused_before_it_is_read
    an_id_that_was_not_made_just_now_or_is_taken_is_refused
    altered_sealed_bytes_are_never_shown_by_the_recipients_program
    every_answer_carries_the_headers_that_protect_a_page
}

/// After all that, the daemon is well, the share untouched, and nothing that was sent stands in the log.
fn unharmed(appliance: &Appliance, link: &Link, sent: &[&str]) {
    let said = appliance.said();
    assert!(!said.contains("panic"), "{said}");
    for text in sent {
        assert!(!said.contains(text), "the log repeats {text:?}:\n{said}");
    }
    let seen = appliance.recipient("at the end").see(link);
    assert_eq!((text(&seen, "/fields/password").as_str(), &seen["views_left"]), (SECRET, &json!(0)));
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

fn post(wire: &Wire, path: &str, body: impl Into<reqwest::blocking::Body>) -> Reply {
    wire.send(Method::POST, path, &[JSON], body)
}

fn a_body_that_is_not_what_is_expected_is_refused_and_spends_nothing(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let wire = appliance.wire();
    let shared = appliance.ada().share(&[]);
    let link = shared.link();
    let path = link.path("reveal");
    let right = link.reveal(attempt());
    let with = |name: &str, value: Value| {
        let mut body = right.clone();
        body[name] = value;
        body.to_string()
    };
    let whole = right.to_string();
    let knock = text(&right, "/knock");
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("no JSON", b"knock=1&proof=2".to_vec()),
        ("half of it", whole.as_bytes()[..whole.len() - 4].to_vec()),
        ("more than it", format!("{whole}{whole}").into_bytes()),
        ("no UTF-8", [b"{\"knock\":\"\xff\xfe", &whole.as_bytes()[10..]].concat()),
        ("an array", b"[1,2,3]".to_vec()),
        ("a text", b"\"reveal\"".to_vec()),
        ("null", b"null".to_vec()),
        ("deep nesting", "[".repeat(10_000).into_bytes()),
        ("a missing field", json!({"knock": knock, "proof": knock}).to_string().into_bytes()),
        ("an unknown field", with("views", json!(9)).into_bytes()),
        ("a field twice", whole.replacen('{', &format!("{{\"knock\":\"{knock}\","), 1).into_bytes()),
        ("a number for bytes", with("attempt", json!(7)).into_bytes()),
        ("null for bytes", with("attempt", Value::Null).into_bytes()),
        ("bytes too short", with("attempt", json!("AAAA")).into_bytes()),
        ("bytes too long", with("attempt", json!(seal::text::encode(&[7; 33]))).into_bytes()),
        ("bytes with padding", with("attempt", json!(format!("{}=", seal::text::encode(&[7; 32])))).into_bytes()),
        ("another alphabet", with("attempt", json!(format!("+/{}", &seal::text::encode(&[7; 32])[2..]))).into_bytes()),
        ("stray bits", with("attempt", json!(format!("{}B", "A".repeat(42)))).into_bytes()),
        ("a NUL", with("attempt", json!("\0".repeat(43))).into_bytes()),
    ];
    for (what, body) in bodies {
        let reply = post(&wire, &path, body);
        assert_eq!(reply.refusal(), (400, "bad-request".to_owned()), "{what}");
        let said = reply.text();
        assert!(!said.contains(&knock), "{what}: the problem repeats what was sent: {said}");
    }
    assert_eq!(appliance.ada().views_used(&shared), 0);
    unharmed(&appliance, link, &[&knock, "knock=1"]);
}

fn sealed_bytes_of_another_version_or_none_are_not_taken(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let wire = appliance.wire().session(&ada.session());
    let shared = ada.share(&[]);
    let item = text(&ada.look_at(&shared), "/item");
    let blob = |bytes: &[u8]| json!(seal::text::encode(bytes));
    let version =
        |body: Value| json!({"version": {"version": 2, "epoch": 1, "record": blob(&[1, 2]), "details": blob(&[1, 2])}, "body": body});
    let path = format!("/api/v1/items/{item}/versions");
    for wrong in [blob(&[]), blob(&[0, 1, 2]), blob(&[2, 1, 2]), blob(&[0xff; 40])] {
        assert_eq!(wire.post(&path, &version(wrong)).refusal(), (400, "bad-request".to_owned()));
    }
    let newer = wire.post(&path, &version(blob(&[2, 1, 2]))).problem();
    assert!(text(&newer, "/detail").contains("version 2"), "{newer}");
    let stale = json!({"version": {"version": 9, "epoch": 1, "record": blob(&[1]), "details": blob(&[1])}, "body": blob(&[1])});
    assert_eq!(wire.post(&path, &stale).refusal(), (409, "stale-version".to_owned()));
    let stale = json!({"version": {"version": 2, "epoch": 7, "record": blob(&[1]), "details": blob(&[1])}, "body": blob(&[1])});
    assert_eq!(wire.post(&path, &stale).refusal(), (409, "stale-epoch".to_owned()));
    assert_eq!(ada.json(&["item", "show", "Staging"], &[])["version"], 1);
    unharmed(&appliance, shared.link(), &[]);
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
    match wire.try_send(Method::GET, "/", &[("x-large", &header)], "") {
        Ok(reply) => assert!((400..500).contains(&reply.status), "{}", reply.status),
        // Ended without an answer: as good a refusal.
        Err(_) => {}
    }
    unharmed(&appliance, link, &[&header[..100], &note[..100]]);
}

fn an_id_that_was_not_made_just_now_or_is_taken_is_refused(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let wire = appliance.wire().session(&ada.session());
    let shared = ada.share(&[]);
    let looked = ada.look_at(&shared);
    let item = text(&looked, "/item");
    let now = shared_at(&wire);
    let new = |id: &str, link: &str| {
        json!({
            "id": id, "item": item, "starts_at": now, "expires_at": now + 3_600_000, "views": {"limited": 1}, "delivery": "by-hand", "with_token": true,
            "snapshot": seal::text::encode(&[1; 300]),
            "links": [{"id": link, "recipient": "x@example.org", "knock_hash": seal::text::encode(&[7; 32]), "proof_hash": seal::text::encode(&[8; 32]), "wrap": seal::text::encode(&[1; 93])}],
        })
    };
    let create = |id: &str, link: &str| wire.post("/api/v1/shares", &new(id, link));
    let fresh = || uuid_at(now);
    for old in [
        "0190163d-8694-739b-aea5-966c26f8ad91",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        &uuid_at(now + 3_600_000),
    ] {
        assert_eq!(create(old, &fresh()).refusal(), (422, "id-off-clock".to_owned()), "{old}");
        assert_eq!(create(&fresh(), old).refusal(), (422, "id-off-clock".to_owned()), "{old}");
    }
    assert_eq!(create(&shared.share, &fresh()).refusal(), (409, "id-reused".to_owned()));
    assert_eq!(create(&fresh(), &shared.link().id).refusal(), (409, "id-reused".to_owned()));
    let (id, link) = (fresh(), fresh());
    let first = create(&id, &link).right();
    assert_eq!(create(&id, &link).right(), first, "the same again is a success");
    assert_eq!(create(&id, &fresh()).refusal(), (409, "id-reused".to_owned()));
    assert_eq!(ada.json(&["share", "list"], &[])["shares"].as_array().unwrap().len(), 2);
    unharmed(&appliance, shared.link(), &[]);
}

/// The daemon's time, as an owner's program takes it from an answer.
fn shared_at(wire: &Wire) -> i64 {
    let shares = wire.get("/api/v1/shares").right();
    shares["rows"][0]["created_at"].as_i64().unwrap()
}

/// An id that was made at this time (RFC 9562, section 5.7).
fn uuid_at(millis: i64) -> String {
    let mut id = attempt();
    id[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    id[6] = 0x70 | (id[6] & 0x0f);
    id[8] = 0x80 | (id[8] & 0x3f);
    seal::id::to_text(id[..16].try_into().unwrap())
}

fn altered_sealed_bytes_are_never_shown_by_the_recipients_program(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&["--views", "3"]);
    appliance.stop();
    let value = if kind == Kind::Sqlite {
        "CAST(substr(snapshot, 1, length(snapshot) - 1) || x'00' AS BLOB)"
    } else {
        "overlay(snapshot placing '\\x00' from octet_length(snapshot))"
    };
    crate::audit::change(&appliance, &format!("UPDATE snapshots SET snapshot = {value}"));
    appliance.start();
    let opened = appliance.recipient("bob").open(shared.link());
    assert_eq!((opened.code, opened.stdout.as_str()), (5, ""), "{}", opened.stderr);
    assert!(!opened.stderr.contains(SECRET));
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
