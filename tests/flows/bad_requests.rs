//! Bodies that nobody should send, sent nevertheless: a clear problem, the right status, nothing spent, no panic.

use reqwest::Method;
use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::link::{Link, attempt};
use crate::people::{SECRET, text};
use crate::wire::{Reply, Wire};

pub const JSON: (&str, &str) = ("content-type", "application/json");

on_both_databases! {
    a_body_that_is_not_what_is_expected_is_refused_and_spends_nothing
    sealed_bytes_of_another_version_or_none_are_not_taken
    an_id_that_was_not_made_just_now_or_is_taken_is_refused
    altered_sealed_bytes_are_never_shown_by_the_recipients_program
}

/// After all that, the daemon is well, the share untouched, and nothing that was sent stands in the log.
pub fn unharmed(appliance: &Appliance, link: &Link, sent: &[&str]) {
    let said = appliance.said();
    assert!(!said.contains("panic"), "{said}");
    for text in sent {
        assert!(!said.contains(text), "the log repeats {text:?}:\n{said}");
    }
    let seen = appliance.recipient("at the end").see(link);
    assert_eq!((text(&seen, "/fields/password").as_str(), &seen["views_left"]), (SECRET, &json!(0)));
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

pub fn post(wire: &Wire, path: &str, body: impl Into<reqwest::blocking::Body>) -> Reply {
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
pub fn shared_at(wire: &Wire) -> i64 {
    let shares = wire.get("/api/v1/shares").right();
    shares["rows"][0]["created_at"].as_i64().unwrap()
}

/// An id that was made at this time (RFC 9562, section 5.7).
pub fn uuid_at(millis: i64) -> String {
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
