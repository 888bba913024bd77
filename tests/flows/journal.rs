//! The systemd journal as security teams read it: every audit record arrives, under its MESSAGE_ID and with its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harness::clock::{Deadline, PATIENCE};
use harness::journal::{Entry, Journal};
use vault::event::Kind as Event;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::people::{STAGING, text};

on_both_databases! {
    events_are_read_back_by_message_id_and_by_field
    every_audit_record_reaches_the_journal_also_when_the_daemon_is_killed
}

fn wish() -> Wish {
    Wish { journal: Some(Arc::new(Journal::start())), ..Wish::default() }
}

fn field(entry: &Entry, name: &str) -> String {
    entry.field(name).unwrap_or_else(|| panic!("no {name} in {entry:?}"))
}

fn events_are_read_back_by_message_id_and_by_field(kind: Kind) {
    let appliance = Appliance::prepared_with(kind, wish());
    let (ada, journal) = (appliance.ada(), appliance.journal());
    let shared = ada.share(&["--label", "two\u{a0}words"]);
    let link = shared.link();
    appliance.recipient("bob").see(link);
    let message_id = format!("MESSAGE_ID={}", Event::LinkRevealed.entry().message_id);
    let of_link = format!("POSTERN_LINK={}", link.id);
    let revealed = journal.wait_for(&[&message_id, &of_link]);
    assert_eq!(revealed.len(), 1);
    let entry = &revealed[0];
    assert_eq!(field(entry, "POSTERN_EVENT"), "link.revealed");
    assert_eq!((field(entry, "POSTERN_SHARE"), field(entry, "POSTERN_ADDRESS")), (shared.share.clone(), "127.0.0.1".to_owned()));
    assert_eq!((field(entry, "POSTERN_VIEWS_USED"), field(entry, "POSTERN_ACTOR")), ("1".to_owned(), "recipient".to_owned()));
    assert_eq!((field(entry, "SYSLOG_IDENTIFIER"), field(entry, "PRIORITY")), ("posternd".to_owned(), "5".to_owned()));
    assert!(field(entry, "MESSAGE").contains("was revealed from 127.0.0.1"), "{entry:?}");
    let record = appliance.operator().records(&["--event", "link.revealed"]).pop().unwrap();
    assert_eq!(field(entry, "POSTERN_REQUEST"), text(&record, "/request"));
    assert_eq!((field(entry, "POSTERN_LANE"), field(entry, "POSTERN_SEQ")), (record["lane"].to_string(), record["seq"].to_string()));
    // What is loud in the table is loud in the journal.
    let wrong = ada.share(&[]).link().with_token(&crate::link::wrong_token());
    appliance.wire().post(&wrong.path("check"), &wrong.check()).problem();
    journal.wait_for(&["PRIORITY=4", "POSTERN_EVENT=link.refused", "POSTERN_REFUSAL=wrong-token"]);
    appliance.operator().json(&["share", "freeze", "--owner", "ada", "--reason", "alarm"]);
    let alarms = journal.wait_for(&["PRIORITY=1", "POSTERN_REASON=alarm"]);
    assert_eq!(field(&alarms[0], "MESSAGE_ID"), Event::FreezePlaced.entry().message_id);
    assert_eq!(appliance.operator().json(&["health"])["journal_dropped"], 0);
}

fn every_audit_record_reaches_the_journal_also_when_the_daemon_is_killed(kind: Kind) {
    // Not a prepared one: what happened there was told to another journal.
    let mut appliance = Appliance::empty_with(kind, wish());
    let ada = appliance.ada();
    ada.join(&appliance.operator(), &["--external"]);
    ada.json(&["item", "add", "account"], STAGING);
    for _ in 0..3 {
        let shared = ada.share(&["--views", "unlimited"]);
        let wire = appliance.wire();
        for _ in 0..20 {
            shared.link().revealed(&wire, crate::link::attempt()).right();
        }
        // Most of these are in the database and not in the journal yet.
        appliance.crash();
    }
    let records = appliance.operator().records(&[]);
    assert!(records.len() > 60);
    let place =
        |entry: &Entry| Some((entry.field("POSTERN_LANE")?.parse::<u64>().unwrap(), entry.field("POSTERN_SEQ")?.parse::<u64>().unwrap()));
    let wanted: BTreeSet<_> = records.iter().map(|record| (record["lane"].as_u64().unwrap(), record["seq"].as_u64().unwrap())).collect();
    let all = Deadline::after(PATIENCE).until(|| {
        let told: BTreeMap<_, _> = appliance
            .journal()
            .entries(&["SYSLOG_IDENTIFIER=posternd"])
            .iter()
            .filter_map(|entry| Some((place(entry)?, entry.clone())))
            .collect();
        wanted.iter().all(|place| told.contains_key(place)).then_some(told)
    });
    let told = all.expect("some records never reached the journal");
    for record in &records {
        let entry = &told[&(record["lane"].as_u64().unwrap(), record["seq"].as_u64().unwrap())];
        assert_eq!(field(entry, "POSTERN_EVENT"), text(record, "/event"));
    }
    // Lane by lane the numbers have no gap, so that a missing line would show in the journal alone.
    let mut lanes: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    told.keys().for_each(|(lane, seq)| lanes.entry(*lane).or_default().push(*seq));
    let first = |seqs: &[u64]| seqs[0];
    assert!(lanes.values().all(|seqs| seqs.iter().zip(first(seqs)..).all(|(seq, expected)| *seq == expected)), "{lanes:?}");
}
