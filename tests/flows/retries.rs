//! Lost answers: the same attempt gets the same answer, costs nothing, and for ten minutes.

use std::fs::OpenOptions;
use std::io::Write as _;

use harness::Program;
use harness::clock::{Deadline, PATIENCE};

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::people::{SECRET, text};

/// What a pipe takes before its writer has to wait.
const PIPE_BYTES: usize = 65_536;

on_both_databases! {
    the_same_attempt_gets_the_same_answer_for_ten_minutes_and_spends_nothing
    an_opening_that_is_killed_before_it_showed_anything_is_taken_up_again
    another_attempt_or_another_link_gets_nothing_from_it
    an_expiry_does_not_take_back_what_was_granted_and_revoking_does
}

fn the_same_attempt_gets_the_same_answer_for_ten_minutes_and_spends_nothing(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--views", "2"]);
    let (link, mine) = (shared.link(), attempt());
    let first = link.revealed(&appliance.wire(), mine);
    assert_eq!(text(&first.right(), "/share"), shared.share);
    for _ in 0..3 {
        let again = link.revealed(&appliance.wire(), mine);
        assert_eq!((again.status, &again.bytes), (200, &first.bytes));
    }
    assert_eq!(ada.views_used(&shared), 1);
    appliance.restart_later(540);
    assert_eq!(link.revealed(&appliance.wire(), mine).right()["wrap"], first.right()["wrap"]);
    assert_eq!(ada.views_used(&shared), 1);
    appliance.restart_later(120);
    assert_eq!(link.revealed(&appliance.wire(), mine).right()["views_left"], 0, "after ten minutes it is an attempt like any other");
    assert_eq!(ada.views_used(&shared), 2);
}

fn an_opening_that_is_killed_before_it_showed_anything_is_taken_up_again(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    let (link, bob) = (shared.link(), appliance.recipient("bob"));
    // Its output goes into a pipe that is full and that nobody reads: it stands still between the reveal and the showing.
    let pipe = appliance.folder().join("full");
    assert!(Program::named("mkfifo").arg(&pipe).finish().success());
    let mut full = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    full.write_all(&[b' '; PIPE_BYTES]).unwrap();
    let opening = bob.opening_into(&pipe, link).spawn();
    let revealed = Deadline::after(PATIENCE).until(|| (ada.views_used(&shared) == 1).then_some(()));
    assert!(revealed.is_some(), "it never revealed: {}", opening.said());
    assert_eq!(opening.ended(), None, "{}", opening.said());
    opening.kill();
    assert_eq!(appliance.recipient("carol").refused(link), (11, "used-up".to_owned()));
    assert_eq!(text(&bob.see(link), "/fields/password"), SECRET);
    assert_eq!(ada.views_used(&shared), 1);
    assert_eq!(bob.refused(link), (11, "used-up".to_owned()), "what was shown is done");
}

fn another_attempt_or_another_link_gets_nothing_from_it(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&["--to", "bob@example.org", "--to", "carol@example.org"]);
    let [bob, carol] = [&shared.links[0], &shared.links[1]];
    let mine = attempt();
    let bobs = bob.revealed(&wire, mine).right();
    assert_eq!(bob.revealed(&wire, attempt()).refusal().1, "used-up");
    // The same attempt at another link is that link's own.
    let carols = carol.revealed(&wire, mine).right();
    assert_ne!(bobs["wrap"], carols["wrap"]);
    assert_eq!(bobs["snapshot"], carols["snapshot"]);
    // Whoever has the attempt and not the token has nothing.
    let thief = bob.with_token(&crate::link::wrong_token());
    assert_ne!(thief.revealed(&wire, mine).status, 200);
}

fn an_expiry_does_not_take_back_what_was_granted_and_revoking_does(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&["--expires", "1h"]);
    let (link, mine) = (shared.link(), attempt());
    appliance.restart_later(3600 - 120);
    let first = link.revealed(&appliance.wire(), mine);
    first.right();
    appliance.restart_later(240);
    assert_eq!(ada.state_of(&shared), "expired");
    assert_eq!(link.revealed(&appliance.wire(), mine).bytes, first.bytes);
    ada.json(&["share", "revoke", &shared.share], &[]);
    assert_eq!(link.revealed(&appliance.wire(), mine).refusal(), (410, "revoked".to_owned()));
}
