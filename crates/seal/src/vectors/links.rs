//! Links: what is derived from secret and token, and shares with their links.

use serde_json::{Value, json};

use super::{File, altered, bytes, damaged, fixed, hex, list, malformed, same, text, with, word};
use crate::item::Contents;
use crate::link::{Attempt, LinkSecret, NewLink, OpenFailure, SealedLink, Snapshot, Token, open_link, seal_share};
use crate::{Id, aead, ctx::ctx, padding, sha256};

const SHARE: Id = [0x5a; 16];
const LINKS: [NewLink; 2] = [NewLink { link: [0x11; 16], with_token: true }, NewLink { link: [0x12; 16], with_token: false }];

pub(super) fn files() -> [File; 2] {
    [
        File {
            name: "link",
            about: "What is derived from a link's secret and token ('' is no token), and the hashes that the daemon stores.",
            good: || {
                let token = Token::from_bytes([8; 10]);
                [Some(&token), None]
                    .map(|token| {
                        let (link, secret, attempt) = ([0x11; 16], LinkSecret::random().unwrap(), Attempt::random().unwrap());
                        let (knock, proof) = (secret.knock(&link).unwrap(), secret.proof(token, &link).unwrap());
                        json!({
                            "link": hex(&link),
                            "secret": hex(secret.expose()),
                            "token": token.map_or(String::new(), |token| token.show().to_string()),
                            "fragment": *secret.to_fragment(),
                            "knock": hex(knock.expose()),
                            "knock_hash": hex(&knock.hash()),
                            "proof": hex(proof.expose()),
                            "proof_hash": hex(&proof.hash()),
                            "kek": hex(secret.kek(token, &link).unwrap().expose()),
                            "attempt": hex(attempt.expose()),
                            "attempt_hash": hex(&attempt.hash(&link)),
                        })
                    })
                    .to_vec()
            },
            malformed: Vec::new,
            read: |case| {
                let (link, secret) = (fixed(case, "link"), LinkSecret::from_bytes(fixed(case, "secret")));
                same(&LinkSecret::from_fragment(text(case, "fragment")).map_err(word)?, &secret)?;
                let token = token(case);
                let (knock, proof) = (secret.knock(&link).unwrap(), secret.proof(token.as_ref(), &link).unwrap());
                same(*knock.expose(), fixed(case, "knock"))?;
                same(knock.hash(), fixed(case, "knock_hash"))?;
                same(*proof.expose(), fixed(case, "proof"))?;
                same(proof.hash(), fixed(case, "proof_hash"))?;
                same(*secret.kek(token.as_ref(), &link).unwrap().expose(), fixed(case, "kek"))?;
                same(Attempt::from_bytes(fixed(case, "attempt")).hash(&link), fixed(case, "attempt_hash"))
            },
        },
        File {
            name: "share",
            about: "A share as one link opens it: wrap and snapshot are what a reveal answers, 'text' is the snapshot's JSON.",
            good: || contents().into_iter().flat_map(|it| cases(&it)).collect(),
            malformed: malformed_shares,
            read: |case| {
                let (secret, token) = (LinkSecret::from_fragment(text(case, "fragment")).map_err(word)?, token(case));
                let (wrap, sealed) = (bytes(case, "wrap"), bytes(case, "snapshot"));
                let opened = open_link(fixed(case, "share"), fixed(case, "link"), &secret, token.as_ref(), &wrap, &sealed);
                let opened = opened.map_err(|error| match error {
                    OpenFailure::Sealed(error) => word(error),
                    OpenFailure::OtherSnapshot => "other snapshot".to_owned(),
                })?;
                same(serde_json::to_string(&opened).unwrap(), text(case, "text").to_owned())
            },
        },
    ]
}

fn contents() -> Vec<Snapshot> {
    let all = [
        Contents::Account {
            name: "Mail".into(),
            url: "https://mail.example/".into(),
            username: "olga".into(),
            password: "pä\"ss\\\u{1}\u{7f}/\u{2028}😀".into(),
            mfa_key: "JBSWY3DPEHPK3PXP".into(),
            notes: "two\nlines\t".into(),
        },
        Contents::Note { name: "Door".into(), body: "x".repeat(600) },
        Contents::ApiSecret {
            name: String::new(),
            application_url: String::new(),
            key: String::new(),
            secret: String::new(),
            notes: String::new(),
        },
    ];
    let views = [Some(1), None, Some(crate::json::MOST)];
    all.into_iter()
        .zip(views)
        .map(|(contents, views)| Snapshot { sharer: "Ólga Owner".into(), starts_ms: 0, expires_ms: 1_750_086_400_000, views, contents })
        .collect()
}

fn cases(snapshot: &Snapshot) -> Vec<Value> {
    let sealed = seal_share(SHARE, snapshot, &LINKS).unwrap();
    let text = serde_json::to_string(snapshot).unwrap();
    let case = |link: &SealedLink| {
        json!({
            "share": hex(&SHARE),
            "link": hex(&link.link),
            "fragment": *link.secret.to_fragment(),
            "token": link.token.as_ref().map_or(String::new(), |token| token.show().to_string()),
            "wrap": hex(&link.wrap),
            "snapshot": hex(&sealed.snapshot),
            "text": text,
        })
    };
    sealed.links.iter().map(case).collect()
}

fn malformed_shares() -> Vec<Value> {
    let good = &cases(&contents()[1])[0];
    let mut all = damaged(good, "wrap");
    all.extend(altered(good, "wrap", "length"));
    let mut snapshot = bytes(good, "snapshot");
    *snapshot.last_mut().unwrap() ^= 1;
    all.push(malformed(with(good, "snapshot", hex(&snapshot)), "other snapshot", "an altered snapshot"));
    all.push(malformed(with(good, "snapshot", ""), "other snapshot", "no snapshot"));
    let other = &cases(&contents()[0])[0];
    all.push(malformed(with(good, "snapshot", text(other, "snapshot")), "other snapshot", "another share's snapshot"));
    all.push(malformed(with(good, "token", "0000-0000-0000-0000"), "opening", "another token"));
    all.push(malformed(with(good, "token", ""), "opening", "no token"));
    all.push(malformed(with(good, "fragment", text(other, "fragment")), "opening", "another secret"));
    all.push(malformed(with(good, "share", hex(&[0x5b; 16])), "opening", "another share"));
    all.push(malformed(with(good, "link", hex(&[0x13; 16])), "opening", "another link"));
    let padded = |text: &str| padding::pad(text.as_bytes()).unwrap().to_vec();
    let note = r#"{"kind":"note","name":"","body":""}"#;
    let around = |members: &str| padded(&format!("{{{members},\"contents\":{note}}}"));
    let right = r#""sharer":"","starts_ms":1,"expires_ms":2,"views":1"#;
    let texts = [
        (around(&format!("{right},\"more\":1")), "form", "an unknown member"),
        (around(&format!("{right},\"views\":1")), "form", "a member twice"),
        (around(r#""sharer":"","starts_ms":1,"expires_ms":2"#), "form", "a member too few"),
        (around(r#""sharer":"","starts_ms":1,"expires_ms":2,"views":0"#), "form", "no views at all"),
        (around(r#""sharer":"","starts_ms":2,"expires_ms":2,"views":1"#), "form", "expired before it starts"),
        (around(r#""sharer":"","starts_ms":1,"expires_ms":2.0,"views":1"#), "form", "another spelling of a number"),
        (around(r#""sharer":"","starts_ms":1,"expires_ms":9007199254740992,"views":1"#), "form", "a number beyond 2^53 - 1"),
        (around(r#""starts_ms":1,"sharer":"","expires_ms":2,"views":1"#), "form", "another order"),
        (padded(&format!("{{{right},\"contents\":{{\"kind\":\"spell\",\"name\":\"\"}}}}")), "form", "an unknown kind"),
        (padded(&format!("{{{right},\"contents\":{{\"name\":\"\",\"kind\":\"note\",\"body\":\"\"}}}}")), "form", "the kind not first"),
        (padded("hello"), "form", "no JSON"),
        (vec![0xff; 256], "padding", "no padding"),
    ];
    all.extend(texts.into_iter().map(|(padded, error, why)| malformed(hand_made(&padded), error, why)));
    let mut not_utf8 = around(right);
    not_utf8[15] = 0xff;
    all.push(malformed(hand_made(&not_utf8), "form", "not UTF-8"));
    all
}

/// A share whose padded text is whatever it is told to be.
fn hand_made(padded: &[u8]) -> Value {
    let (key, secret, link) = ([3; 32], LinkSecret::from_bytes([4; 32]), LINKS[1].link);
    let snapshot = aead::seal(&key, padded, &ctx("snapshot", &[&SHARE])).unwrap();
    let inside = [key, sha256(&snapshot)].concat();
    let kek = secret.kek(None, &link).unwrap();
    let wrap = aead::seal(kek.expose(), &inside, &ctx("link-wrap", &[&SHARE, &link])).unwrap();
    json!({
        "share": hex(&SHARE),
        "link": hex(&link),
        "fragment": *secret.to_fragment(),
        "token": "",
        "wrap": hex(&wrap),
        "snapshot": hex(&snapshot),
        "text": "",
    })
}

fn token(case: &Value) -> Option<Token> {
    let shown = text(case, "token");
    if shown.is_empty() { None } else { Some(Token::read(shown).unwrap()) }
}

#[test]
fn every_kind_of_contents_has_a_vector() {
    let good = (files()[1].good)();
    for kind in ["account", "note", "api_secret"] {
        let has = |case: &Value| text(case, "text").contains(&format!("\"kind\":\"{kind}\""));
        assert!(good.iter().any(has), "{kind}");
    }
    assert!(list(&json!({ "good": good }), "good").len() == 6);
}
