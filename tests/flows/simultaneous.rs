//! Many at once: what may happen once happens once, whoever asks and at whichever daemon.

use std::sync::{Arc, Barrier};
use std::thread;

use harness::clock::{Deadline, PATIENCE};
use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::link::{Link, attempt};
use crate::people::{PASSWORD, text};
use crate::wire::{Reply, Wire};

const RECIPIENTS: usize = 16;

on_both_databases! {
    of_sixteen_simultaneous_recipients_exactly_one_sees_a_one_view_share
    sixteen_simultaneous_sendings_of_one_attempt_spend_one_view_and_all_get_the_same_bytes
    sixteen_simultaneous_recipients_of_a_five_view_share_spend_five_views
    simultaneous_guesses_at_a_token_are_each_counted
}

/// Lets sixteen recipients, each on a connection of their own that is open already, do something at the same moment.
fn at_once(wires: &[Wire], link: &Link, act: impl Fn(&Wire, usize) -> Reply + Send + Sync + 'static) -> Vec<Reply> {
    let (gun, act) = (Arc::new(Barrier::new(RECIPIENTS)), Arc::new(act));
    let runners: Vec<_> = (0..RECIPIENTS)
        .map(|n| {
            let (wire, gun, act, link) = (wires[n % wires.len()].alone(), Arc::clone(&gun), Arc::clone(&act), link.clone());
            thread::spawn(move || {
                wire.post(&link.path("knock"), &link.knock()).right();
                gun.wait();
                act(&wire, n)
            })
        })
        .collect();
    runners.into_iter().map(|runner| runner.join().unwrap()).collect()
}

fn revealed_at_once(
    wires: &[Wire],
    link: &Link,
    attempt_of: impl Fn(usize) -> [u8; 32] + Send + Sync + 'static,
) -> (Vec<Reply>, Vec<Reply>) {
    let asked = link.clone();
    let replies = at_once(wires, link, move |wire, n| asked.revealed(wire, attempt_of(n)));
    replies.into_iter().partition(|reply| reply.status == 200)
}

fn of_sixteen_simultaneous_recipients_exactly_one_sees_a_one_view_share(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    // PostgreSQL serves several daemons, and one view is one view for all of them.
    let other = (kind == Kind::Postgres).then(|| appliance.beside());
    let wires: Vec<Wire> = [Some(&appliance), other.as_ref()].into_iter().flatten().map(Appliance::wire).collect();
    let ada = appliance.ada();
    for _ in 0..3 {
        let shared = ada.share(&[]);
        let (seen, refused) = revealed_at_once(&wires, shared.link(), |_| attempt());
        assert_eq!((seen.len(), refused.len()), (1, RECIPIENTS - 1));
        assert!(refused.iter().all(|reply| reply.refusal() == (410, "used-up".to_owned())));
        shared.link().opened(&seen[0].right());
        assert_eq!(ada.views_used(&shared), 1);
        let told = appliance.operator().events(&["--link", &shared.link().id]);
        assert_eq!(told.iter().filter(|event| *event == "link.revealed").count(), 1);
        assert_eq!(told.iter().filter(|event| *event == "link.refused: used-up").count(), RECIPIENTS - 1);
    }
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

fn sixteen_simultaneous_sendings_of_one_attempt_spend_one_view_and_all_get_the_same_bytes(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    let same = attempt();
    let (seen, refused) = revealed_at_once(&[appliance.wire()], shared.link(), move |_| same);
    assert_eq!((seen.len(), refused.len()), (RECIPIENTS, 0));
    assert!(seen.iter().all(|reply| reply.bytes == seen[0].bytes));
    assert_eq!(ada.views_used(&shared), 1);
}

fn sixteen_simultaneous_recipients_of_a_five_view_share_spend_five_views(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--views", "5"]);
    let (seen, _) = revealed_at_once(&[appliance.wire()], shared.link(), |_| attempt());
    let mut left: Vec<u64> = seen.iter().map(|reply| reply.right()["views_left"].as_u64().unwrap()).collect();
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4]);
    assert_eq!((ada.views_used(&shared), ada.state_of(&shared).as_str()), (5, "used-up"));
}

fn simultaneous_guesses_at_a_token_are_each_counted(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    let right = shared.link().clone();
    let guesses: Vec<Link> = (0..RECIPIENTS).map(|_| right.with_token(&crate::link::wrong_token())).collect();
    let replies = at_once(&[appliance.wire()], &right, move |wire, n| wire.post(&guesses[n].path("check"), &guesses[n].check()));
    let wrong = replies.iter().filter(|reply| reply.refusal() == (403, "wrong-token".to_owned())).count();
    let locked = replies.iter().filter(|reply| reply.refusal() == (423, "locked".to_owned())).count();
    assert_eq!((wrong, locked), (10, 6));
    assert_eq!(right.revealed(&appliance.wire(), attempt()).refusal(), (423, "locked".to_owned()));
    assert_eq!(ada.look_at(&shared)["links"][0]["failed_tokens"], 10);
}

/// With several daemons each has its own journal and outbox worker: a message is mailed once all the same.
#[test]
fn two_daemons_on_one_database_mail_each_token_once_and_share_sessions() {
    let appliance = Appliance::prepared(Kind::Postgres);
    let other = appliance.beside();
    let ada = appliance.ada();
    let whom: Vec<String> = (0..8).map(|n| format!("r{n}@example.org")).collect();
    let to: Vec<&str> = whom.iter().flat_map(|whom| ["--to", whom]).collect();
    ada.share_item("Staging", &to);
    for whom in &whom {
        appliance.mail().wait_for_token(whom);
    }
    // Both have had their chance when nothing waits any more.
    let quiet = Deadline::after(PATIENCE).until(|| (other.operator().json(&["health"])["mail_waiting"] == 0).then_some(()));
    assert!(quiet.is_some(), "mail still waits");
    for whom in &whom {
        assert_eq!(appliance.mail().to(whom, "").len(), 1, "{whom}");
    }
    let account = other.wire().session(&ada.session()).get("/api/v1/account");
    assert_eq!(account.right()["name"], "ada");
    // A sign-in that begins at one of them ends at the other.
    let (state, request) = seal::opaque::SignIn::start(PASSWORD).unwrap();
    let start = json!({"name": "ada", "request": seal::text::encode(&request)});
    let started = appliance.wire().post("/api/v1/sign-in/start", &start).right();
    let verified = state.finish(&seal::text::decode(&text(&started, "/response")).unwrap()).unwrap();
    let finish = json!({"sign_in": started["sign_in"], "finalization": seal::text::encode(&verified.finalization)});
    assert_eq!(other.wire().post("/api/v1/sign-in/finish", &finish).right()["account"]["name"], "ada");
    assert_eq!(appliance.wire().post("/api/v1/sign-in/finish", &finish).status, 401, "and is used once by both");
    assert_eq!(other.operator().run(&["audit", "verify"]).code, 0);
}
