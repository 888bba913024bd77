//! The screen of the gate as people use it: what is asked, what is drawn, what is tried.

use api::admin::audit::Entry;
use api::admin::gate::{Decided, Explained, Hop, Networks};
use api::{Fixed, LinkId, Page};
use ratatui::crossterm::event::KeyCode;
use vault::Refusal;
use vault::event::{Actor, Event, Kind, Lane};
use vault::gate::Door;
use vault::operator::Role;

use crate::commands::gate::proposed::Proposed;
use crate::console::call::{Answer, Call};
use crate::console::driver::{Driver, NOW, refused};
use crate::failure::Failure;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn networks() -> Networks {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Networks {
        recipients: list(&["10.20.0.0/16", "10.30.0.0/16", "2001:db8:20::/48"]),
        owners: list(&["10.20.0.0/16"]),
        trusted_proxies: list(&["10.0.0.2/32"]),
        client_certificates: "owners".to_owned(),
        hint: "Connect to the office network, or start the VPN.".to_owned(),
        loaded_at: NOW.plus_seconds(-86_400 * 3),
    }
}

fn entry(n: u64, event: Event) -> Entry {
    Entry { record: event.record(Lane(1), n), hash: Fixed([0; 32]) }
}

fn denied(n: u64, kind: Kind, address: &str, door: &str, count: &str) -> Entry {
    let mut event = Event::new(kind, NOW.plus_seconds(-60 * i64::try_from(n).unwrap()), Actor::Stranger);
    event.address = Some(address.parse().unwrap());
    let event = event.with("count", count).refused(Refusal::OutsideNetworks);
    entry(n, if door.is_empty() { event } else { event.with("door", door) })
}

fn seen(n: u64, address: &str) -> Entry {
    let mut event = Event::new(Kind::LinkChecked, NOW.plus_seconds(-86_400), Actor::Recipient(LinkId::from_bytes([1; 16])));
    event.address = Some(address.parse().unwrap());
    entry(n, event)
}

fn of(name: &str) -> Vec<Entry> {
    match name {
        "gate.denied" => vec![
            denied(2, Kind::GateDenied, "203.0.113.7", "recipients", "1"),
            denied(9, Kind::GateDenied, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "owners", "41"),
            denied(12, Kind::GateDenied, "0.0.0.0", "recipients", "9999"),
        ],
        "gate.certificate_refused" => vec![denied(5, Kind::CertificateRefused, "10.20.0.9", "owners", "1")],
        "proxy.refused" => vec![denied(1, Kind::ProxyRefused, "192.0.2.1", "", "3")],
        _ => Vec::new(),
    }
}

fn answer_denials(driver: &mut Driver) {
    while let Some(Call::Audit(filter, _)) = driver.asked.iter().map(|(_, call)| call).find(|call| matches!(call, Call::Audit(..))) {
        let rows = of(filter.event.as_deref().unwrap());
        driver.answer(|call| matches!(call, Call::Audit(..)), Ok(Answer::Entries(Page { rows, next: None })));
    }
}

fn shown(size: (u16, u16), role: Role) -> Driver {
    let mut driver = Driver::known(size, role);
    driver.type_in("6");
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(networks())));
    answer_denials(&mut driver);
    driver
}

#[test]
fn the_networks_and_who_was_turned_away_stand_on_one_screen() {
    insta::assert_snapshot!("gate_80", shown(SMALL, Role::Operator).drawn());
    insta::assert_snapshot!("gate_120", shown(LARGE, Role::Auditor).drawn());
}

#[test]
fn closed_doors_and_a_quiet_gate_are_said_in_words() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("6");
    let closed = Networks { recipients: Vec::new(), owners: Vec::new(), trusted_proxies: Vec::new(), hint: String::new(), ..networks() };
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(closed)));
    for _ in 0..5 {
        driver.answer(|call| matches!(call, Call::Audit(..)), Ok(Answer::Entries(Page { rows: Vec::new(), next: None })));
    }
    insta::assert_snapshot!("gate_empty", driver.drawn());
}

#[test]
fn many_networks_leave_the_denials_their_place() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("6");
    let many = Networks { recipients: (0..200).map(|n| format!("10.{n}.0.0/16")).collect(), ..networks() };
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(many)));
    answer_denials(&mut driver);
    assert!(driver.shows("More than fits here") && driver.shows("203.0.113.7") && driver.shows("1 of 5"), "{}", driver.drawn());
}

#[test]
fn the_denials_are_narrowed_by_what_happened_and_from_where() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("/event:gate.d\taddress:203.0.113.7\n");
    let asked: Vec<_> = driver.asked.iter().map(|(_, call)| call.clone()).collect();
    let [Call::Audit(filter, _)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((filter.event.as_deref(), filter.address.as_deref()), (Some("gate.denied"), Some("203.0.113.7")));
    driver.type_in("r");
    assert!(driver.asked.len() > 1, "a newer question is asked beside");
    driver.type_in("/ 10.20.0.0/16\n");
    assert!(driver.shows("that word narrows nothing"), "{}", driver.drawn());
}

fn explained() -> Explained {
    let hop = |address: &str, trusted: Option<&str>| Hop { address: address.to_owned(), trusted: trusted.map(str::to_owned) };
    let networks = networks();
    Explained {
        address: "10.20.0.5".to_owned(),
        hops: vec![hop("10.0.0.2", Some("10.0.0.2/32"))],
        refusal: None,
        doors: vec![
            Decided { door: Door::Recipients, matched: Some("10.20.0.0/16".to_owned()), networks: networks.recipients, certificate: false },
            Decided { door: Door::Owners, matched: None, networks: networks.owners, certificate: true },
        ],
    }
}

#[test]
fn an_address_is_explained_with_its_hops_and_the_command() {
    for (name, size) in [("gate_explain_80", SMALL), ("gate_explain_120", LARGE)] {
        let mut driver = shown(size, Role::Auditor);
        driver.type_in("e10.20.0.5\t192.0.2.300\n");
        assert!(driver.shows("is no address") && driver.asked.is_empty(), "{}", driver.drawn());
        driver.control('u');
        driver.type_in("192.0.2.9, 10.0.0.2\n");
        let hops = vec!["192.0.2.9".to_owned(), "10.0.0.2".to_owned()];
        driver.answer(|call| *call == Call::ExplainGate("10.20.0.5".to_owned(), hops.clone()), Ok(Answer::Explained(explained())));
        insta::assert_snapshot!(name, driver.drawn());
        driver.control('y');
        assert_eq!(driver.copied, ["posternctl gate explain 10.20.0.5 --via=192.0.2.9 --via=10.0.0.2"]);
        // An answer belongs to what was asked: once something else is typed, it goes.
        driver.type_in("1");
        assert!(!driver.shows("let in by"), "{}", driver.drawn());
    }
}

#[test]
fn the_address_of_a_denial_is_asked_about_by_enter_and_many_others_are_no_address() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("\n");
    driver.answer(|call| *call == Call::ExplainGate("192.0.2.1".to_owned(), Vec::new()), Ok(Answer::Explained(explained())));
    driver.press(KeyCode::Esc);
    driver.press(KeyCode::End);
    driver.type_in("\n");
    assert!(driver.shows("There is no address in this row"), "{}", driver.drawn());
}

/// The log as a replay reads it: two pages.
fn answer_log(driver: &mut Driver) {
    let first = [of("gate.denied"), vec![seen(20, "10.20.0.5"), seen(21, "10.20.0.5"), seen(22, "10.30.0.6")]].concat();
    driver.answer(|call| matches!(call, Call::Audit(..)), Ok(Answer::Entries(Page { rows: first, next: Some("more".to_owned()) })));
    assert!(driver.shows("Reading the audit log: 6 records"), "{}", driver.drawn());
    let Some(Call::Audit(_, from)) = driver.ever.last() else { panic!() };
    assert_eq!(from.after.as_deref(), Some("more"));
    driver.answer(|call| matches!(call, Call::Audit(..)), Ok(Answer::Entries(Page { rows: vec![seen(30, "2001:db8:20::7")], next: None })));
}

#[test]
fn typed_networks_are_tried_and_who_would_be_cut_off_or_let_in_is_listed() {
    for (name, size) in [("gate_replay_80", SMALL), ("gate_replay_120", LARGE)] {
        let mut driver = shown(size, Role::Auditor);
        driver.type_in("p");
        driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(networks())));
        assert!(driver.shows("10.20.0.0/16 10.30.0.0/16 2001:db8:20::/48"), "what holds now is there to be changed: {}", driver.drawn());
        driver.control('u');
        driver.event(crate::console::event::Event::Paste("[\"10.30.0.0/16\",\n \"203.0.113.0/24\"]".to_owned()));
        driver.type_in("\n\n\n");
        insta::assert_snapshot!(format!("{name}_asked"), driver.drawn());
        driver.type_in("\n");
        answer_log(&mut driver);
        insta::assert_snapshot!(name, driver.drawn());
        assert!(!driver.ever.iter().any(Call::acts));
        driver.type_in("\n");
        assert!(driver.shows("203.0.113.0/24"), "the proposal is still there to be changed");
    }
}

#[test]
fn a_named_file_is_read_and_gives_the_whole_command() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("p");
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(networks())));
    driver.type_in("\t\t/tmp/new gate.toml\n");
    driver.control('u');
    driver.type_in("7\n");
    let call = Call::Proposal("/tmp/new gate.toml".to_owned(), 7);
    assert_eq!(driver.ever.last(), Some(&call));
    driver.answer(|one| *one == call, Err(Failure::Usage("/tmp/new gate.toml: No such file".to_owned())));
    assert!(driver.shows("No such file") && driver.shows("/tmp/new gate.toml"), "{}", driver.drawn());
    driver.type_in("\n");
    let proposed = Proposed::of(Some(vault::gate::Networks::read(["10.30.0.0/16"]).unwrap()), None);
    driver.answer(|one| *one == call, Ok(Answer::Proposed(proposed)));
    answer_log(&mut driver);
    assert!(driver.shows("Would be cut off: 2") && driver.shows("Would be let in: nobody"), "{}", driver.drawn());
    driver.control('y');
    assert_eq!(driver.copied, ["posternctl gate replay --days=7 '/tmp/new gate.toml'"]);
}

#[test]
fn a_proposal_that_makes_no_sense_or_changes_nothing_is_not_tried() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("p");
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(networks())));
    driver.type_in("\n\n\n\n");
    assert!(driver.shows("These are the networks that hold now"), "{}", driver.drawn());
    driver.type_in("0000\n");
    assert!(driver.shows("Days: a number from 1 to 3660"), "{}", driver.drawn());
    driver.control('u');
    driver.type_in("30\t 10.20.0.1/16\n\n\n\n");
    assert!(driver.shows("Recipients:") && driver.shows("10.20.0.0/16"), "{}", driver.drawn());
    assert!(!driver.asked.iter().any(|(_, call)| matches!(call, Call::Audit(..))));
}

#[test]
fn a_log_that_can_not_be_read_loses_nothing_typed_and_reading_can_be_stopped() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("p");
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(networks())));
    driver.type_in(" 192.0.2.0/24\n\n\n\n");
    driver.answer(|call| matches!(call, Call::Audit(..)), Err(refused(500, "broken", "the database is away")));
    assert!(driver.shows("the database is away") && driver.shows("192.0.2.0/24"), "{}", driver.drawn());
    driver.type_in("\n");
    assert!(driver.shows("Reading the audit log"), "{}", driver.drawn());
    driver.press(KeyCode::Esc);
    assert!(driver.shows("192.0.2.0/24") && !driver.shows("Reading"), "{}", driver.drawn());
    driver.answer(|call| matches!(call, Call::Audit(..)), Ok(Answer::Entries(Page { rows: Vec::new(), next: None })));
    assert!(!driver.shows("No difference"), "an answer to what was stopped changes nothing");
    driver.press(KeyCode::Esc);
    assert!(!driver.shows("Try other networks"));
}

#[test]
fn a_file_that_comes_after_it_was_stopped_is_not_tried() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("p");
    driver.answer(|call| *call == Call::Networks, Ok(Answer::Networks(networks())));
    driver.type_in("\t\t/slow/gate.toml\n\n\u{1b}");
    let proposed = Proposed::of(Some(vault::gate::Networks::default()), None);
    driver.answer(|call| matches!(call, Call::Proposal(..)), Ok(Answer::Proposed(proposed)));
    assert!(driver.shows("/slow/gate.toml") && !driver.shows("Reading"), "{}", driver.drawn());
    assert!(driver.asked.is_empty());
}

#[test]
fn networks_that_can_not_be_asked_for_are_said_to_be_missing() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("6");
    driver.answer(|call| *call == Call::Networks, Err(refused(404, "not-found", "there is nothing here")));
    answer_denials(&mut driver);
    assert!(driver.shows("there is nothing here") && driver.shows("203.0.113.7"), "{}", driver.drawn());
}
