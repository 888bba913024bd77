//! Opening a link at a terminal: what is spent, what is shown, and what an appliance that lies can't do.

use std::process::Stdio;

use seal::Id;
use seal::item::Contents;
use seal::link::{LinkUrl, NewLink, Origin, SealedShare, Snapshot, seal_share};
use seal::text::encode;
use serde_json::{Value, json};

use crate::appliance::{Appliance, Said};
use crate::run::{Ended, Machine};

const SHARE: Id = [0x11; 16];
const LINK: Id = [0x22; 16];
const SECRET: &str = "s3cret \u{1b}]0;x\u{7}";

/// A share with one link, in somebody's hands.
struct Shared {
    appliance: Appliance,
    machine: Machine,
    link: String,
    token: String,
    sealed: SealedShare,
}

fn sealed(body: &str) -> SealedShare {
    let contents = Contents::Note { name: "A note".into(), body: body.into() };
    let snapshot = Snapshot { sharer: "Ada Lovelace".into(), starts_ms: 1, expires_ms: 2, views: Some(1), contents };
    seal_share(SHARE, &snapshot, &[NewLink { link: LINK, with_token: true }]).unwrap()
}

fn shared() -> Shared {
    let appliance = Appliance::new();
    let sealed = sealed(SECRET);
    let link = &sealed.links[0];
    let secret = seal::link::LinkSecret::from_bytes(*link.secret.expose());
    let url = LinkUrl { origin: Origin::parse(&appliance.url).unwrap(), link: LINK, secret };
    let token = link.token.as_ref().unwrap().show().to_string();
    appliance.on(&at("knock"), Said::Right(knocked("open")));
    let checked = json!({
        "sharer": "Ada\u{1b}[2J Lovelace", "sharer_email": "ada@example.com", "shared_at": 0, "expires_at": 1_800_000_000_000_i64,
        "views_left": 1, "openings": [{"at": 0, "address": "10.20.0.5"}], "failed_tokens": 0,
    });
    appliance.on(&at("check"), Said::Right(checked));
    appliance.on(&at("reveal"), Said::Right(revealed(&sealed.snapshot, &link.wrap)));
    let machine = Machine::new(&appliance);
    Shared { machine, link: url.to_text().to_string(), token, sealed, appliance }
}

fn at(act: &str) -> String {
    format!("/links/{}/{act}", seal::id::to_text(&LINK))
}

fn knocked(state: &str) -> Value {
    json!({"state": state, "with_token": true, "starts_at": 0})
}

fn revealed(snapshot: &[u8], wrap: &[u8]) -> Value {
    json!({
        "share": seal::id::to_text(&SHARE), "snapshot": encode(snapshot), "wrap": encode(wrap), "views_left": 0,
        "expires_at": 1_800_000_000_000_i64, "retry_until": 0,
    })
}

impl Shared {
    fn open(&self, more: &[&str]) -> Ended {
        let arguments: Vec<&str> = ["open"].into_iter().chain(more.iter().copied()).collect();
        self.machine.run(&arguments, &[&self.link, &self.token.to_lowercase().replace('-', " ")])
    }

    fn reveals(&self) -> Vec<Value> {
        self.appliance.calls(&at("reveal"))
    }
}

#[test]
fn a_link_and_its_token_open_what_was_sealed_once_and_nothing_of_them_is_repeated() {
    let shared = shared();
    let ended = shared.open(&["--yes"]);
    assert_eq!(ended.code, 0, "{}", ended.remarks);
    assert!(ended.results.contains("Text: s3cret"), "{}", ended.results);
    assert!(ended.remarks.contains("Ada<1B>[2J Lovelace <ada@example.com>") && ended.remarks.contains("from 10.20.0.5"));
    assert!(ended.remarks.contains("last view"));
    let said = ended.results + &ended.remarks;
    assert!(!said.contains(['\u{1b}', '\u{7}']), "something steers the terminal");
    for hidden in [shared.link.split('#').nth(1).unwrap(), &shared.token] {
        assert!(!said.contains(hidden));
    }
    assert_eq!((shared.reveals().len(), shared.machine.attempts()), (1, 0));
}

#[test]
fn programs_get_the_fields_exactly_as_they_were_sealed() {
    let ended = shared().open(&["--yes", "--json"]);
    let told: Value = serde_json::from_str(&ended.results).unwrap();
    assert_eq!(told["fields"]["body"], SECRET);
    assert_eq!((&told["sharer"], &told["kind"], &told["views_left"]), (&json!("Ada Lovelace"), &json!("note"), &json!(0)));
    assert_eq!(ended.remarks, "");
}

#[test]
fn without_a_yes_nothing_is_spent() {
    let shared = shared();
    let ended = shared.open(&[]);
    assert_eq!(ended.code, 2);
    assert!(ended.remarks.contains("nothing was spent") && ended.remarks.contains("shared something with you"), "{}", ended.remarks);
    assert_eq!((shared.reveals().len(), shared.machine.attempts()), (0, 0));
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again_with_the_same_attempt() {
    let shared = shared();
    let right = revealed(&shared.sealed.snapshot, &shared.sealed.links[0].wrap);
    shared.appliance.on(&at("reveal"), vec![Said::Cut, Said::Cut, Said::Right(right)]);
    let ended = shared.open(&["--yes"]);
    assert_eq!((ended.code, ended.results.as_str()), (3, ""), "{}", ended.remarks);
    assert_eq!(shared.machine.attempts(), 1);
    // The view is spent by now, and the same attempt gets its answer nevertheless.
    shared.appliance.on(&at("knock"), Said::Right(knocked("used-up")));
    let ended = shared.open(&[]);
    assert_eq!(ended.code, 0, "{}", ended.remarks);
    assert!(ended.results.contains("s3cret"));
    let attempts: Vec<Value> = shared.reveals().into_iter().map(|body| body["attempt"].clone()).collect();
    assert!(attempts.len() == 3 && attempts.iter().all(|attempt| *attempt == attempts[0]));
    assert_eq!(shared.machine.attempts(), 0);
}

#[test]
fn a_secret_that_nobody_could_read_is_not_done() {
    let shared = shared();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ca = shared.machine.home().with_file_name("ca.pem");
    let arguments = ["--ca", ca.to_str().unwrap(), "open", "--yes"];
    let ended = shared.machine.run_bare(&arguments, &[&shared.link, &shared.token], Stdio::from(writer));
    assert_eq!(ended.code, 141, "{}", ended.remarks);
    assert_eq!(shared.machine.attempts(), 1);
}

#[test]
fn altered_or_exchanged_bytes_are_never_shown() {
    let shared = shared();
    let wrap = &shared.sealed.links[0].wrap;
    let other = sealed("another secret");
    let mut altered = shared.sealed.snapshot.clone();
    *altered.last_mut().unwrap() ^= 1;
    let short = &shared.sealed.snapshot[..40];
    for (snapshot, wrap) in [
        (altered.as_slice(), wrap),
        (short, wrap),
        (&other.snapshot, wrap),
        (&shared.sealed.snapshot, &other.links[0].wrap),
        (&other.snapshot, &other.links[0].wrap),
    ] {
        shared.appliance.on(&at("reveal"), Said::Right(revealed(snapshot, wrap)));
        let ended = shared.open(&["--yes"]);
        assert_eq!((ended.code, ended.results.as_str()), (5, ""), "{}", ended.remarks);
    }
}

#[test]
fn every_dead_end_is_told_before_a_token_is_asked_for() {
    for (state, code, words) in [
        ("waiting", 10, "opens 1970-01-01"),
        ("used-up", 11, "all its views are spent"),
        ("expired", 12, "expired"),
        ("revoked", 13, "revoked"),
        ("frozen", 14, "frozen"),
        ("locked", 15, "unlock"),
        ("burnt", 16, "destroyed"),
    ] {
        let shared = shared();
        shared.appliance.on(&at("knock"), Said::Right(knocked(state)));
        let ended = shared.machine.run(&["open", "--yes"], &[&shared.link]);
        assert_eq!(ended.code, code, "{}", ended.remarks);
        assert!(ended.remarks.contains(words), "{}", ended.remarks);
        assert!(shared.reveals().is_empty() && shared.appliance.calls(&at("check")).is_empty());
    }
}

#[test]
fn what_the_appliance_refuses_is_told_with_its_own_code_and_spends_nothing() {
    for (path, status, name, code) in [
        ("knock", 404, "unknown-link", 17),
        ("check", 403, "wrong-token", 18),
        ("knock", 403, "outside-networks", 19),
        ("check", 429, "too-many-requests", 20),
        ("reveal", 410, "used-up", 11),
        ("knock", 500, "broken", 7),
    ] {
        let shared = shared();
        shared.appliance.on(&at(path), Said::No(status, name));
        let ended = shared.open(&["--yes", "--json"]);
        assert_eq!((ended.code, ended.results.as_str()), (code, ""), "{name}: {}", ended.remarks);
        let told: Value = serde_json::from_str(&ended.remarks).unwrap();
        assert_eq!((&told["error"]["name"], &told["error"]["exit"]), (&json!(name), &json!(code)));
        assert_eq!(shared.machine.attempts(), 0);
    }
}

#[test]
fn what_is_not_postern_is_told_apart_from_what_refuses() {
    let shared = shared();
    shared.appliance.on(&at("knock"), Said::Raw("<html>Welcome to the intranet</html>"));
    let ended = shared.open(&["--yes"]);
    assert_eq!(ended.code, 7);
    assert!(!ended.remarks.contains("intranet"));
}

#[test]
fn an_appliance_whose_certificate_nobody_vouches_for_gets_nothing() {
    let shared = shared();
    let ended = shared.machine.run_bare(&["open", "--yes"], &[&shared.link, &shared.token], Stdio::piped());
    assert_eq!(ended.code, 3, "{}", ended.remarks);
    assert!(ended.remarks.contains("--ca FILE") && !ended.remarks.contains("error:"), "{}", ended.remarks);
    assert!(shared.appliance.calls(&at("knock")).is_empty());
}

#[test]
fn a_link_in_the_arguments_is_refused_without_being_repeated() {
    let shared = shared();
    for arguments in [&["open", &shared.link][..], &["open", "--yes", &shared.token], &["item", "show", &shared.link], &[&shared.link]] {
        let ended = shared.machine.run(arguments, &[]);
        assert_eq!(ended.code, 2, "{}", ended.remarks);
        let told = ended.results + &ended.remarks;
        assert!(told.contains("history") && !told.contains('#') && !told.contains(&shared.token), "{told}");
    }
}

#[test]
fn a_token_of_the_wrong_form_is_not_sent_and_not_counted() {
    let shared = shared();
    let ended = shared.machine.run(&["open", "--yes"], &[&shared.link, "ABCD-EFGH"]);
    assert_eq!(ended.code, 18);
    assert!(ended.remarks.contains("nothing was counted"), "{}", ended.remarks);
    assert!(shared.appliance.calls(&at("check")).is_empty());
}

#[test]
fn whoever_says_that_it_was_not_them_sees_what_happened_and_views_nothing() {
    let shared = shared();
    shared.appliance.on(&at("report"), Said::Right(Value::Null));
    let ended = shared.open(&["--not-me"]);
    assert_eq!(ended.code, 2, "{}", ended.remarks);
    assert!(ended.remarks.contains("from 10.20.0.5") && ended.remarks.contains("nothing was reported"), "{}", ended.remarks);
    assert!(shared.appliance.calls(&at("report")).is_empty());
    let ended = shared.open(&["--not-me", "--yes"]);
    assert_eq!((ended.code, ended.results.as_str()), (0, ""), "{}", ended.remarks);
    assert!(ended.remarks.contains("from 10.20.0.5") && ended.remarks.contains("Reported."), "{}", ended.remarks);
    let (reports, checks) = (shared.appliance.calls(&at("report")), shared.appliance.calls(&at("check")));
    assert_eq!(reports, checks[1..], "with the same knock and proof");
    assert_eq!((shared.reveals().len(), shared.machine.attempts()), (0, 0));
    let told: Value = serde_json::from_str(&shared.open(&["--not-me", "--yes", "--json"]).results).unwrap();
    assert_eq!(told, json!({"link": seal::id::to_text(&LINK), "reported": true}));
    assert_eq!(shared.open(&["--not-me", "--burn", "--yes"]).code, 2, "an alarm destroys nothing that would tell what happened");
}

#[test]
fn a_link_that_somebody_else_used_up_can_still_be_reported_and_a_locked_one_can_not() {
    for (state, words) in [("used-up", "used up"), ("expired", "expired"), ("burnt", "destroyed"), ("frozen", "frozen")] {
        let shared = shared();
        shared.appliance.on(&at("knock"), Said::Right(knocked(state))).on(&at("report"), Said::Right(Value::Null));
        let ended = shared.open(&["--not-me", "--yes"]);
        assert_eq!(ended.code, 0, "{}", ended.remarks);
        assert!(ended.remarks.contains(words), "{}", ended.remarks);
        assert_eq!((shared.appliance.calls(&at("report")).len(), shared.appliance.calls(&at("check")).len()), (1, 0));
    }
    let shared = shared();
    shared.appliance.on(&at("knock"), Said::Right(knocked("locked")));
    assert_eq!(shared.open(&["--not-me", "--yes"]).code, 15);
    assert!(shared.appliance.calls(&at("report")).is_empty());
}
