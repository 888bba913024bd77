//! The systemd journal as security teams read it: every audit record arrives, under its MESSAGE_ID and with its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harness::clock::{Deadline, PATIENCE};
use harness::journal::{Entry, Journal};
use vault::event::Kind as Event;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::mutual_tls::{self, DAY, Use, certificate};
use crate::open_connections::Kept;
use crate::people::{STAGING, text};

on_both_databases! {
    events_are_read_back_by_message_id_and_by_field
    every_audit_record_reaches_the_journal_also_when_the_daemon_is_killed
    what_the_gate_a_reload_and_a_certificates_end_have_to_tell_is_found_by_message_id
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

/// The only entry of this kind, with the fields that every one has.
#[track_caller]
fn told(journal: &Journal, event: Event) -> Entry {
    let row = event.entry();
    let mut entries = journal.wait_for(&[&format!("MESSAGE_ID={}", row.message_id)]);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = entries.remove(0);
    assert_eq!((field(&entry, "POSTERN_EVENT").as_str(), field(&entry, "SYSLOG_IDENTIFIER").as_str()), (row.name, "posternd"));
    assert!(!field(&entry, "MESSAGE").contains('{'), "{entry:?}");
    entry
}

fn what_the_gate_a_reload_and_a_certificates_end_have_to_tell_is_found_by_message_id(kind: Kind) {
    let journal = Arc::new(Journal::start());
    let mut appliance = Appliance::prepared_with(kind, Wish { journal: Some(Arc::clone(&journal)), ..Wish::default() });
    let refused = |event: Event, refusal: &str| {
        let entry = told(&journal, event);
        let of = |name: &str| field(&entry, name);
        assert_eq!((of("POSTERN_ADDRESS").as_str(), of("POSTERN_REFUSAL").as_str(), of("PRIORITY").as_str()), ("127.0.0.1", refusal, "4"));
        assert_eq!((of("POSTERN_COUNT").as_str(), of("POSTERN_ACTOR").as_str()), ("1", "stranger"));
        entry
    };
    let get = |appliance: &Appliance| appliance.wire().get("/").status;

    appliance.reload("[gate]\nowners = []\n");
    let reloaded = told(&journal, Event::DaemonReloaded);
    assert!(field(&reloaded, "POSTERN_CHANGED").contains("gate.owners: removed 127.0.0.0/8") && field(&reloaded, "PRIORITY") == "5");
    assert_eq!(get(&appliance), 403);
    let denied = refused(Event::GateDenied, "outside-networks");
    assert_eq!(field(&denied, "POSTERN_DOOR"), "owners");

    appliance.reload("[gate]\nowner = []\n");
    let not_taken = told(&journal, Event::DaemonReloadRefused);
    assert!(field(&not_taken, "POSTERN_WHY").contains("gate.owner is not known") && field(&not_taken, "PRIORITY") == "3");

    appliance.reload("[gate]\ntrusted_proxies = [\"127.0.0.1\"]\n");
    assert_eq!(get(&appliance), 400);
    refused(Event::ProxyRefused, "forwarded-unclear");

    let authority = certificate("Company devices", Use::Authority, 9999 * DAY, None);
    let file = appliance.folder().join("devices.crt");
    std::fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    appliance.reload(&mutual_tls::settings(&file, "owners"));
    assert_eq!(get(&appliance), 403);
    assert_eq!(field(&refused(Event::CertificateRefused, "certificate-required"), "POSTERN_DOOR"), "owners");

    appliance.reload("[limits]\nrequests_per_minute = 1\nrequests_at_once = 1\nconnections_per_address = 1\n");
    let held = Kept::open(&appliance, appliance.port(), b"", None, openssl::ssl::SslVersion::TLS1_3);
    let mut closed = std::net::TcpStream::connect(("127.0.0.1", appliance.port())).unwrap();
    let _cut = std::io::Read::read_to_end(&mut closed, &mut Vec::new());
    refused(Event::ConnectionsLimited, "too-many-connections");
    drop(held);
    appliance.reload("[limits]\nrequests_per_minute = 1\nrequests_at_once = 1\n");
    assert!(get(&appliance) == 429 || get(&appliance) == 429, "at the latest the second one");
    assert_eq!(field(&refused(Event::RequestsLimited, "too-many-requests"), "POSTERN_DOOR"), "owners");

    // What was counted after the first ones is told when the daemon ends; it isn't looked for here.
    appliance.restart_later(800 * DAY);
    let expiring = told(&journal, Event::CertificateExpiring);
    let of = |name: &str| field(&expiring, name);
    assert_eq!((of("POSTERN_DAYS").as_str(), of("PRIORITY").as_str(), of("POSTERN_FINGERPRINT").len()), ("24", "4", 64));
    appliance.restart_later(30 * DAY);
    let expired = told(&journal, Event::CertificateExpired);
    assert_eq!((field(&expired, "PRIORITY"), field(&expired, "POSTERN_UNTIL")), ("2".to_owned(), of("POSTERN_UNTIL")));
    assert_eq!(appliance.operator().json(&["health"])["journal_dropped"], 0);
}
