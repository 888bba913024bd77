//! `kill -9` right after an answer: what was answered is true afterwards.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use harness::clock::{Deadline, PATIENCE};

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::people::text;

on_both_databases! {
    a_view_that_was_spent_before_a_crash_stays_spent_and_its_attempt_gets_the_same_bytes
    what_an_owner_was_told_before_a_crash_is_true_after_it
    of_many_answers_before_a_crash_every_one_is_true_after_it
    a_token_that_waited_for_its_mail_during_a_crash_is_mailed_after_it
}

fn a_view_that_was_spent_before_a_crash_stays_spent_and_its_attempt_gets_the_same_bytes(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    let (link, mine) = (shared.link(), attempt());
    let answer = link.revealed(&appliance.wire(), mine);
    answer.right();
    appliance.crash();
    assert_eq!(link.revealed(&appliance.wire(), attempt()).refusal(), (410, "used-up".to_owned()));
    let again = link.revealed(&appliance.wire(), mine);
    assert_eq!((again.status, &again.bytes), (200, &answer.bytes));
    assert_eq!(ada.views_used(&shared), 1);
    let told = appliance.operator().events(&["--link", &link.id, "--actor", "recipient"]);
    assert_eq!(told, ["link.revealed", "link.used_up", "link.refused: used-up", "link.revealed_again"]);
}

fn what_an_owner_was_told_before_a_crash_is_true_after_it(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--views", "3"]);
    appliance.crash();
    appliance.recipient("bob").see(shared.link());
    ada.json(&["item", "edit", "Staging", "--field", "password"], &["changed"]);
    appliance.crash();
    let item = ada.json(&["item", "show", "Staging"], &[]);
    assert_eq!((text(&item, "/fields/password").as_str(), item["version"].as_u64()), ("changed", Some(2)));
    ada.json(&["share", "revoke", &shared.share], &[]);
    appliance.crash();
    assert_eq!(appliance.recipient("bob").refused(shared.link()), (13, "revoked".to_owned()));
    let another = ada.share(&[]);
    let frozen = appliance.operator().json(&["share", "freeze", "--share", &another.share, "--reason", "a test"]);
    appliance.crash();
    assert_eq!(appliance.recipient("bob").refused(another.link()), (14, "frozen".to_owned()));
    appliance.operator().json(&["share", "unfreeze", &text(&frozen, "/freeze")]);
    ada.json(&["sign-out"], &[]);
    appliance.crash();
    appliance.recipient("bob").see(another.link());
    assert_eq!(ada.refused(&["item", "list"], &[]).0, 4);
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

fn of_many_answers_before_a_crash_every_one_is_true_after_it(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--views", "unlimited"]);
    let (answered, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let askers: Vec<_> = (0..6)
        .map(|_| {
            let (wire, link, answered, stop) = (appliance.wire(), shared.link().clone(), Arc::clone(&answered), Arc::clone(&stop));
            thread::spawn(move || {
                let mut asked = 0;
                while !stop.load(Ordering::Relaxed) {
                    let mine = attempt();
                    asked += 1;
                    // Once the daemon is gone there is no answer, and nothing is claimed about that attempt.
                    let body = link.reveal(mine).to_string();
                    match wire.try_send(reqwest::Method::POST, &link.path("reveal"), &[("content-type", "application/json")], body) {
                        Ok(reply) if reply.status == 200 => answered.lock().unwrap().push(mine),
                        Ok(reply) => panic!("{} {}", reply.status, reply.text()),
                        Err(_) => break,
                    }
                }
                asked
            })
        })
        .collect();
    let enough = Deadline::after(PATIENCE).until(|| (answered.lock().unwrap().len() >= 100).then_some(()));
    appliance.kill();
    stop.store(true, Ordering::Relaxed);
    let asked: u64 = askers.into_iter().map(|asker| asker.join().unwrap()).sum();
    assert!(enough.is_some(), "only {} answers", answered.lock().unwrap().len());
    appliance.start();
    let answered = answered.lock().unwrap().clone();
    let used = ada.views_used(&shared);
    assert!((answered.len() as u64..=asked).contains(&used), "{} answered, {used} counted, {asked} asked", answered.len());
    let wire = appliance.wire();
    for mine in &answered {
        shared.link().revealed(&wire, *mine).right();
    }
    assert_eq!(ada.views_used(&shared), used, "an attempt that was answered before was charged again");
    let told = appliance.operator().events(&["--link", &shared.link().id, "--event", "link.revealed"]);
    assert_eq!(told.len() as u64, used);
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

fn a_token_that_waited_for_its_mail_during_a_crash_is_mailed_after_it(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    // Where the folder should be lies a file: nothing can be mailed, and the token has to wait.
    let folder = appliance.mail().0;
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let shared = appliance.ada().share_item("Staging", &[]);
    appliance.kill();
    std::fs::remove_file(&folder).unwrap();
    std::fs::create_dir(&folder).unwrap();
    appliance.start();
    // A message that a dead worker had taken is somebody else's after its lease.
    appliance.restart_later(i64::from(u16::try_from(store::LEASE_SECONDS).unwrap()) + 60);
    let token = appliance.mail().wait_for_token("bob@example.org");
    appliance.recipient("bob").see(&shared.link().with_token(&token));
}
