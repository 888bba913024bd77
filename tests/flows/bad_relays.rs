//! What an owner's program could send wrongly where the appliance is to mail link and token: everything is refused in words, and
//! nothing is mailed, waits to be mailed, or is stored.

use seal::link::{LinkSecret, Token};
use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::bad_requests::{shared_at, uuid_at};
use crate::people::text;

on_both_databases! {
    a_fragment_that_is_none_or_another_links_is_refused_and_nothing_is_mailed_or_stored
}

const RELAYING: &str = "[policy]\nrelay_both = true\n";

/// A link with all that is relayed of it, made as an owner's program makes it.
fn link(id: [u8; 16], secret: &LinkSecret, token: &Token) -> Value {
    let encode = seal::text::encode;
    json!({
        "id": seal::id::to_text(&id),
        "recipient": "bob@example.org",
        "knock_hash": encode(&secret.knock(&id).unwrap().hash()),
        "proof_hash": encode(&secret.proof(Some(token), &id).unwrap().hash()),
        "wrap": encode(&[1; 93]),
        "token": token.show().to_string(),
        "fragment": secret.to_fragment().to_string(),
    })
}

fn a_fragment_that_is_none_or_another_links_is_refused_and_nothing_is_mailed_or_stored(kind: Kind) {
    let appliance = Appliance::with(kind, RELAYING);
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let wire = appliance.wire().session(&ada.session());
    let before = ada.share(&[]);
    let item = text(&ada.look_at(&before), "/item");
    let now = shared_at(&wire);
    let (secret, other) = (LinkSecret::from_bytes([7; 32]), LinkSecret::from_bytes([9; 32]));
    let token = Token::from_bytes([8; 10]);
    let new = |delivery: &str, links: Vec<Value>| {
        json!({
            "id": uuid_at(now), "item": item, "starts_at": now, "expires_at": now + 3_600_000, "views": {"limited": 1},
            "delivery": delivery, "with_token": true, "snapshot": seal::text::encode(&[1; 300]), "links": links,
        })
    };
    let id = || seal::id::from_text(&uuid_at(now)).unwrap();
    let with = |fragment: Value| {
        let mut link = link(id(), &secret, &token);
        link["fragment"] = fragment;
        link
    };
    let versioned = |version: u8| seal::text::encode(&[&[version][..], secret.expose()].concat());
    let right = secret.to_fragment().to_string();
    let fragments = [
        ("nothing", json!("")),
        ("too short", json!(&right[..43])),
        ("too short by a group", json!(&right[..40])),
        ("too long", json!(format!("{right}AAAA"))),
        ("far too long", json!("A".repeat(8000))),
        ("version 0", json!(versioned(0))),
        ("version 2", json!(versioned(2))),
        ("the secret without its version", json!(seal::text::encode(secret.expose()))),
        ("another alphabet", json!(format!("{}+/", &right[..42]))),
        ("padding", json!(format!("{right}="))),
        ("a line's end", json!(format!("{right}\n"))),
        ("another header", json!(format!("{}\r\nBcc: x@example.org", &right[..20]))),
        ("a whole link", json!(format!("https://evil.example/s/x#{right}"))),
        ("letters beyond ASCII", json!(format!("{}é", &right[..43]))),
        ("a number", json!(7)),
        ("a list", json!([right])),
        ("another link's", json!(other.to_fragment().to_string())),
    ];
    for (what, fragment) in fragments {
        let reply = wire.post("/api/v1/shares", &new("relay-both", vec![with(fragment.clone())]));
        assert_eq!(reply.refusal(), (400, "bad-request".to_owned()), "{what}");
        assert!(!reply.text().contains(&right[2..40]), "{what}: the problem repeats it: {}", reply.text());
    }
    // Two links whose secrets were swapped; one right link beside a wrong one; one that comes along or is missing against what was said.
    let (mut first, mut second) = (link(id(), &secret, &token), link(id(), &other, &token));
    second["recipient"] = "eve@example.org".into();
    (first["fragment"], second["fragment"]) = (second["fragment"].clone(), first["fragment"].clone());
    assert_eq!(wire.post("/api/v1/shares", &new("relay-both", vec![first, second])).status, 400);
    let good = link(id(), &secret, &token);
    assert_eq!(wire.post("/api/v1/shares", &new("relay-both", vec![good.clone(), with(json!(versioned(2)))])).status, 400);
    for (delivery, link) in [("relay-both", with(Value::Null)), ("hand-over", good.clone()), ("by-hand", good.clone())] {
        let refused = wire.post("/api/v1/shares", &new(delivery, vec![link])).refusal();
        assert_eq!(refused, (403, "delivery-not-allowed".to_owned()), "{delivery}");
    }
    assert!(ada.json(&["share", "list"], &[])["shares"].as_array().unwrap().len() == 1);
    assert!(operator.json(&["mail", "list"])["rows"].as_array().unwrap().is_empty());
    assert!(appliance.mail().all().is_empty());
    assert!(!appliance.said().contains(&right[2..40]));

    // The same with nothing wrong is taken, so it was the fragment that was refused.
    wire.post("/api/v1/shares", &new("relay-both", vec![good])).right();
    assert_eq!(appliance.mail().wait_for_token("bob@example.org"), token.show().to_string());
    assert_eq!(operator.json(&["mail", "list", "--state", "waiting"])["rows"].as_array().unwrap().len(), 1);
}
