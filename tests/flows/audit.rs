//! The audit log against somebody who can write into the database: what verifying sees, and what it says that it can't see.

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use harness::postgres::query;
use serde_json::Value;

use crate::appliance::{Appliance, Kind};

on_both_databases! {
    a_record_that_was_changed_is_found_where_it_stands
    a_hash_that_was_changed_is_found_where_it_stands
    a_gap_is_found_where_it_stands
    a_tail_cut_off_without_its_head_is_found_and_one_cut_off_with_it_is_said_not_to_be_seen
}

/// An appliance with a story behind it, stopped so that its database can be changed, and the lane with most records.
fn told(kind: Kind) -> (Appliance, u64) {
    let mut appliance = Appliance::with(kind, "[database]\nwriters = 1\n");
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    appliance.recipient("bob").see(shared.link());
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
    let verified = appliance.operator().json(&["audit", "verify"]);
    let lanes = verified["lanes"].as_array().unwrap();
    let longest = lanes.iter().max_by_key(|lane| lane["records"].as_u64()).unwrap();
    let lane = longest["lane"].as_u64().unwrap();
    appliance.stop();
    (appliance, lane)
}

/// Changes the database behind the daemon's back.
pub fn change(appliance: &Appliance, sql: &str) {
    match &appliance.database {
        None => {
            let file = appliance.state().join("postern.sqlite");
            diesel::SqliteConnection::establish(file.to_str().unwrap()).unwrap().batch_execute(sql).unwrap();
        }
        Some(database) => {
            query(database, sql);
        }
    }
}

/// Where verifying finds a lane broken, which it must.
fn broken_at(appliance: &mut Appliance, lane: u64) -> u64 {
    appliance.start();
    let verified = appliance.operator().run(&["audit", "verify", "--json"]);
    assert_eq!(verified.code, 5, "{}{}", verified.stdout, verified.stderr);
    let report: Value = serde_json::from_str(&verified.stdout).unwrap();
    let told = report["lanes"].as_array().unwrap().iter().find(|told| told["lane"] == lane).unwrap();
    let said = appliance.operator().run(&["audit", "verify"]);
    assert!(said.code == 5 && said.stdout.contains("BROKEN"), "{}", said.stdout);
    told["broken"]["seq"].as_u64().unwrap()
}

fn a_record_that_was_changed_is_found_where_it_stands(kind: Kind) {
    let (mut appliance, lane) = told(kind);
    // A record of the same form, only not the one that was written there.
    let other = format!("(SELECT record FROM audit WHERE lane = {lane} AND seq = 2)");
    change(&appliance, &format!("UPDATE audit SET record = {other} WHERE lane = {lane} AND seq = 4"));
    assert_eq!(broken_at(&mut appliance, lane), 4);
}

fn a_hash_that_was_changed_is_found_where_it_stands(kind: Kind) {
    let (mut appliance, lane) = told(kind);
    let other = format!("(SELECT hash FROM audit WHERE lane = {lane} AND seq = 2)");
    change(&appliance, &format!("UPDATE audit SET hash = {other} WHERE lane = {lane} AND seq = 5"));
    assert_eq!(broken_at(&mut appliance, lane), 5);
}

fn a_gap_is_found_where_it_stands(kind: Kind) {
    let (mut appliance, lane) = told(kind);
    change(&appliance, &format!("DELETE FROM audit WHERE lane = {lane} AND seq = 3"));
    assert_eq!(broken_at(&mut appliance, lane), 3);
}

fn a_tail_cut_off_without_its_head_is_found_and_one_cut_off_with_it_is_said_not_to_be_seen(kind: Kind) {
    let (mut appliance, lane) = told(kind);
    let last = format!("(SELECT max(seq) FROM audit WHERE lane = {lane})");
    let head = format!("(SELECT hash FROM audit WHERE lane = {lane} AND seq = {last})");
    change(&appliance, &format!("DELETE FROM audit WHERE lane = {lane} AND seq = {last}"));
    change(&appliance, &format!("UPDATE audit_lanes SET seq = {last}, head = {head} WHERE lane = {lane}"));
    appliance.start();
    let verified = appliance.operator().run(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
    let said = verified.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("a tail that was cut off"), "{said}");
    appliance.stop();
    change(&appliance, &format!("DELETE FROM audit WHERE lane = {lane} AND seq = {last}"));
    broken_at(&mut appliance, lane);
}
