//! The appliance's certificate: its end is told in time, a company's own is taken, and one can be asked for.

use std::fs;

use harness::Program;

use crate::appliance::{Appliance, Kind};
use crate::people::text;

on_both_databases! {
    the_end_of_a_certificate_is_told_in_time_and_once_in_each_stage
}

const DAY: i64 = 86_400;

fn the_end_of_a_certificate_is_told_in_time_and_once_in_each_stage(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let operator = appliance.operator();
    let told = || operator.records(&["--event", "certificate.expiring"]);
    let health = || operator.json(&["health"]);
    assert_eq!((told().len(), &health()["certificate_ends_soon"]), (0, &false.into()));
    let waited = |count: usize| {
        let there = harness::clock::Deadline::after(harness::clock::PATIENCE).until(|| (told().len() >= count).then_some(()));
        assert!(there.is_some(), "the end isn't told: {:?}", told());
    };
    // A certificate of the appliance's own lasts 825 days.
    appliance.restart_later(800 * DAY);
    waited(1);
    let first = told().pop().unwrap();
    assert_eq!(text(&first, "/details/days"), "24");
    assert_eq!((&health()["certificate_ends_soon"], &health()["certificate_days"]), (&true.into(), &24.into()));
    assert!(operator.run(&["health"]).stdout.contains("24 days are left"));
    appliance.restart_later(3600);
    appliance.restart_later(16 * DAY);
    waited(2);
    assert_eq!(told().len(), 2, "a restart alone tells nothing anew");
    appliance.stop();
    // A new one ends the warnings.
    for file in ["server.crt", "server.key"] {
        fs::remove_file(appliance.state().join(file)).unwrap();
    }
    let renewed =
        appliance.posternd().env("POSTERN_TEST_CLOCK_OFFSET_SECONDS", (816 * DAY + 3600).to_string()).args(["init", "--if-missing"]);
    assert!(renewed.finish().success());
    appliance.start();
    assert_eq!(health()["certificate_ends_soon"], false);
    appliance.restart_later(830 * DAY);
    let expired =
        harness::clock::Deadline::after(harness::clock::PATIENCE).until(|| operator.records(&["--event", "certificate.expired"]).pop());
    assert_eq!(text(&expired.expect("told"), "/actor"), "appliance");
}

#[test]
fn a_company_signs_the_request_and_its_certificate_is_served_without_an_authority_of_the_appliances_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let config = at("posternd.toml");
    fs::write(&config, format!("[state]\nfolder = \"{}\"\n[tls]\nhosts = [\"localhost\", \"10.20.0.1\"]\n", at("state"))).unwrap();
    let posternd = |words: &[&str]| harness::program("posternd").args(["--config", &config]).args(words).finish();
    let asked = posternd(&["init", "--request"]);
    assert!(asked.success() && asked.stdout.contains("server.csr") && asked.stdout.contains("--certificate FILE"), "{}", asked.stderr);
    assert_eq!(posternd(&["check-config"]).code, 78, "not yet");
    let openssl = |words: &[&str]| {
        let done = Program::named("openssl").args(words).finish();
        assert!(done.success(), "{}", done.stderr);
    };
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=Example Inc.",
        "-keyout",
        &at("ca.key"),
        "-out",
        &at("ca.crt"),
    ]);
    openssl(&[
        "x509",
        "-req",
        "-in",
        &at("state/server.csr"),
        "-CA",
        &at("ca.crt"),
        "-CAkey",
        &at("ca.key"),
        "-copy_extensions",
        "copy",
        "-out",
        &at("signed.crt"),
    ]);
    let wrong = posternd(&["init", "--certificate", &at("ca.crt")]);
    assert!(wrong.code == 1 && wrong.stderr.contains("does not belong to the key"), "{}", wrong.stderr);
    let taken = posternd(&["init", "--certificate", &at("signed.crt")]);
    assert!(taken.success(), "{}", taken.stderr);
    assert!(posternd(&["check-config"]).success());
    assert!(!folder.path().join("state/authority.key").exists());
    let again = posternd(&["init", "--certificate", &at("signed.crt")]);
    assert!(again.code == 1 && again.stderr.contains("is there already"), "{}", again.stderr);
}
