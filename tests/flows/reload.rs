//! A configuration that changes while the daemon runs: taken in whole or refused in whole, and nobody who is there at the time notices.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use openssl::ssl::{SslConnector, SslMethod};
use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::people::text;

on_both_databases! {
    networks_and_certificate_change_under_load_without_a_failed_request
    who_is_let_in_changes_at_once_and_the_log_says_what_changed
    a_configuration_that_makes_no_sense_changes_nothing_and_the_log_says_where_it_is_wrong
    limits_change_without_a_restart_and_what_can_not_is_told
}

const OPEN: &str = "[gate]\nrecipients = [\"127.0.0.0/8\"]\nowners = [\"127.0.0.0/8\"]\n";

/// The serial number of the certificate that a new connection is shown.
fn shown(appliance: &Appliance) -> String {
    let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
    connector.set_ca_file(appliance.ca()).unwrap();
    let stream = std::net::TcpStream::connect(("127.0.0.1", appliance.port())).unwrap();
    let stream = connector.build().connect("localhost", stream).unwrap();
    stream.ssl().peer_certificate().unwrap().serial_number().to_bn().unwrap().to_hex_str().unwrap().to_string()
}

/// Puts a new certificate of the same authority in the old one's place.
fn renew(appliance: &Appliance) {
    for file in ["server.crt", "server.key"] {
        fs::remove_file(appliance.state().join(file)).unwrap();
    }
    assert!(appliance.posternd().args(["init", "--if-missing"]).finish().success());
}

fn networks_and_certificate_change_under_load_without_a_failed_request(kind: Kind) {
    // A slow machine is given time: nobody here is to be cut off for that, nor for a silence that was longer than a connection is kept.
    let patient = "[limits]\nhandshake_seconds = 60\nheaders_seconds = 60\nkeep_alive_seconds = 600\nrequests_per_minute = 1000000\nrequests_at_once = 1000000\n";
    let mut appliance = Appliance::with(kind, &format!("{OPEN}{patient}"));
    let first = shown(&appliance);
    let wire = appliance.wire();
    let (done, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for n in 0..8 {
            let (wire, done, asked) = (&wire, &done, &asked);
            threads.spawn(move || {
                let kept = wire.alone();
                while !done.load(Ordering::Relaxed) {
                    // Every other one on a connection of its own.
                    let wire = if n % 2 == 0 { kept.clone() } else { wire.alone() };
                    assert_eq!(wire.get("/").status, 200);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let _ended = Ended(&done);
        for round in 0..4 {
            renew(&appliance);
            let before = asked.load(Ordering::Relaxed);
            appliance
                .reload(&format!("{OPEN}hint = \"Round {round}\"\n[limits]\nhandshake_seconds = 60\nheaders_seconds = 60\nkeep_alive_seconds = 600\nrequests_per_minute = 1000000\nrequests_at_once = 1000000\n"));
            let more = harness::clock::Deadline::after(harness::clock::PATIENCE)
                .until(|| (asked.load(Ordering::Relaxed) >= before + 32).then_some(()));
            assert!(more.is_some(), "nobody is answered any more");
        }
    });
    assert_ne!(shown(&appliance), first, "new connections are shown the new certificate");
    let reloads = appliance.operator().records(&["--event", "daemon.reloaded"]);
    assert_eq!(reloads.len(), 4);
    assert!(reloads.iter().all(|told| text(told, "/details/changed").contains("the certificate: now ")), "{reloads:?}");
    assert!(!appliance.said().contains("panic"));
}

/// Ends the others also when something fails in between.
struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn who_is_let_in_changes_at_once_and_the_log_says_what_changed(kind: Kind) {
    let mut appliance = Appliance::with(kind, OPEN);
    let wire = appliance.wire();
    assert_eq!(wire.get("/").status, 200);
    appliance.reload("[gate]\nrecipients = [\"127.0.0.0/8\"]\nowners = [\"10.99.0.0/16\"]\nhint = \"Join Castle.\"\n");
    let refused = wire.get("/");
    assert_eq!(refused.refusal(), (403, "outside-networks".to_owned()), "also on a connection that was open");
    assert_eq!(text(&refused.problem(), "/hint"), "Join Castle.");
    let told = &appliance.operator().records(&["--event", "daemon.reloaded"])[0];
    let changed = text(told, "/details/changed");
    assert!(changed.contains("gate.owners: added 10.99.0.0/16, removed 127.0.0.0/8") && changed.contains("gate.hint"), "{changed}");
    assert_eq!(appliance.operator().json(&["gate", "explain", "10.99.0.1"])["doors"][1]["matched"], "10.99.0.0/16");
    appliance.reload(OPEN);
    assert_eq!(wire.get("/").status, 200);
}

fn a_configuration_that_makes_no_sense_changes_nothing_and_the_log_says_where_it_is_wrong(kind: Kind) {
    let mut appliance = Appliance::with(kind, OPEN);
    let (wire, first) = (appliance.wire(), shown(&appliance));
    let refused = |appliance: &Appliance| {
        let told = appliance.operator().records(&["--event", "daemon.reload_refused"]);
        (told.len(), text(told.last().unwrap(), "/details/why"))
    };
    // Sound networks beside a wrong key: not even those are taken.
    appliance.reload("[gate]\nowners = []\nrecipient = []\n");
    let (count, why) = refused(&appliance);
    assert_eq!(count, 1);
    assert!(why.contains("gate.recipient is not known") && why.contains("story.toml"), "{why}");
    appliance.reload("[gate]\nowners = [\"10.20.0.1/16\"]\n");
    let (count, why) = refused(&appliance);
    assert!(count == 2 && why.contains("did you mean 10.20.0.0/16?"), "{why}");
    // A certificate whose key is another one.
    let key = appliance.state().join("server.key");
    let right = fs::read(&key).unwrap();
    fs::copy(appliance.state().join("authority.key"), &key).unwrap();
    appliance.reload("[gate]\nowners = []\n");
    let (count, why) = refused(&appliance);
    assert!(count == 3 && why.contains("server.key can't be used as the key"), "{why}");
    assert_eq!((wire.get("/").status, wire.alone().get("/").status, shown(&appliance)), (200, 200, first));
    assert_eq!(appliance.operator().records(&["--event", "daemon.reloaded"]).len(), 0);
    fs::write(&key, right).unwrap();
    appliance.signal_reload();
    assert_eq!(wire.get("/").status, 403, "once it is right it is taken");
}

fn limits_change_without_a_restart_and_what_can_not_is_told(kind: Kind) {
    let mut appliance = Appliance::with(kind, OPEN);
    let wire = appliance.wire();
    appliance.reload(&format!(
        "{OPEN}[limits]\nrequests_per_minute = 1\nrequests_at_once = 3\nconnections = 99\n[policy]\nsession_minutes = 5\n"
    ));
    let statuses: Vec<u16> = (0..5).map(|_| wire.get("/").status).collect();
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    let told = appliance.operator().records(&["--event", "daemon.reloaded"]);
    assert_eq!(told[0]["details"]["restart"], json!("limits.connections, policy.session_minutes"));
}
