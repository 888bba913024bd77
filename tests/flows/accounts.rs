//! An owner's account: invitation, sign-in, sessions, password, recovery; `seal` in the client and OPAQUE's other half in the daemon.

use std::path::Path;

use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::people::{PASSWORD, text};
use crate::wire::Wire;

const NEW: &str = "a new password for a new year";

on_both_databases! {
    an_invitation_makes_one_account_and_no_second
    a_new_password_ends_all_other_sessions_and_opens_the_same_items
    a_recovery_code_brings_an_owner_back_once_and_leaves_a_new_one
    guessing_at_a_password_gets_slower_and_locks_nobody_out
    a_name_that_nobody_has_is_answered_like_one_that_somebody_has
    a_session_ends_by_itself_and_by_signing_out
    one_owners_items_and_shares_are_nobody_elses
    a_sign_in_is_used_once_and_in_time
}

fn an_invitation_makes_one_account_and_no_second(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let operator = appliance.operator();
    let grace = appliance.owner("grace");
    let invitation = grace.invite(&operator, &[]);
    assert_eq!(
        operator.refused(&["user", "invite", "grace", "--full-name", "G", "--email", "g@example.com"]),
        (1, "name-taken".to_owned())
    );
    assert_eq!(grace.refused(&["register"], &["not-an-invitation", PASSWORD, PASSWORD]), (1, "invitation-not-valid".to_owned()));
    grace.register(&invitation);
    assert_eq!(grace.elsewhere().refused(&["register"], &[&invitation, NEW, NEW]), (1, "invitation-not-valid".to_owned()));
    grace.sign_in(PASSWORD);
    let late = appliance.owner("late");
    let invitation = late.invite(&operator, &[]);
    appliance.restart_later(73 * 3600);
    assert_eq!(late.refused(&["register"], &[&invitation, PASSWORD, PASSWORD]), (1, "invitation-not-valid".to_owned()));
    // The name is free again, for an invitation that counts.
    late.register(&late.invite(&operator, &[]));
    let refused = operator.events(&["--event", "account.refused"]);
    assert_eq!(refused, ["account.refused: invitation-not-valid"; 3]);
}

fn a_new_password_ends_all_other_sessions_and_opens_the_same_items(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (here, there) = (appliance.ada(), appliance.ada().elsewhere());
    there.sign_in(PASSWORD);
    there.json(&["item", "list"], &[]);
    here.json(&["password"], &[PASSWORD, NEW, NEW]);
    assert_eq!(there.refused(&["item", "list"], &[]), (4, "not-signed-in".to_owned()));
    assert_eq!(text(&here.json(&["item", "show", "Staging"], &[]), "/name"), "Staging");
    assert_eq!(there.refused(&["sign-in"], &["ada", PASSWORD]).0, 1);
    there.sign_in(NEW);
    assert_eq!(text(&there.json(&["item", "show", "Staging"], &[]), "/name"), "Staging");
    assert_eq!(appliance.operator().events(&["--event", "account.password_changed"]).len(), 1);
    // A session that isn't fresh any more can't do it, whoever holds it.
    let mut later = appliance;
    let request = json!({"request": seal::text::encode(&seal::opaque::Registration::start(NEW).unwrap().1)});
    let start = |appliance: &Appliance| appliance.wire().session(&here.session()).post("/api/v1/password/start", &request);
    start(&later).right();
    later.restart_later(360);
    assert_eq!(start(&later).refusal(), (403, "not-fresh".to_owned()));
}

fn a_recovery_code_brings_an_owner_back_once_and_leaves_a_new_one(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let grace = appliance.owner("grace");
    let code = text(&grace.join(&appliance.operator(), &[]), "/recovery_code");
    grace.json(&["item", "add", "note"], &["Kept", "what must not be lost"]);
    let machine = grace.elsewhere();
    assert_eq!(machine.refused(&["recover"], &["nobody", &code, NEW, NEW]).1, "recovery-failed");
    let told = machine.json(&["recover"], &["grace", &code, NEW, NEW]);
    assert_eq!(grace.refused(&["item", "list"], &[]), (4, "not-signed-in".to_owned()));
    assert_eq!(machine.refused(&["recover"], &["grace", &code, NEW, NEW]).1, "recovery-failed");
    let next = text(&told, "/recovery_code");
    assert_ne!(next, code);
    machine.sign_in(NEW);
    assert_eq!(text(&machine.json(&["item", "show", "Kept"], &[]), "/fields/body"), "what must not be lost");
    machine.json(&["recover"], &["grace", &next, PASSWORD, PASSWORD]);
    grace.sign_in(PASSWORD);
    assert_eq!(appliance.operator().events(&["--event", "account.recovered"]).len(), 2);
    assert_eq!(appliance.operator().events(&["--event", "account.refused"]), ["account.refused: recovery-failed"; 2]);
}

/// The first message of a sign-in: what a guesser sends for each guess.
fn first_message(wire: &Wire, name: &str) -> crate::wire::Reply {
    let (_, request) = seal::opaque::SignIn::start("a guess").unwrap();
    wire.post("/api/v1/sign-in/start", &json!({"name": name, "request": seal::text::encode(&request)}))
}

/// Guesses until the guesser is told to wait; answers with how many seconds.
fn told_to_wait(wire: &Wire, free: usize) -> i64 {
    for _ in 0..free {
        first_message(wire, "ada").right();
    }
    // More than one on a slow machine: the first delays are over before the next guess.
    let refused = (0..20).map(|_| first_message(wire, "ada")).find(|reply| reply.status != 200).expect("nobody was told to wait");
    assert_eq!(refused.refusal(), (429, "too-many-attempts".to_owned()));
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(refused.problem()["retry_seconds"], seconds);
    seconds
}

fn guessing_at_a_password_gets_slower_and_locks_nobody_out(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let mut delays = vec![told_to_wait(&appliance.wire(), 5)];
    for _ in 0..4 {
        appliance.restart_later(delays[delays.len() - 1] + 1);
        delays.push(told_to_wait(&appliance.wire(), 1));
    }
    assert!(delays.windows(2).all(|two| two[0] < two[1]), "{delays:?}");
    assert_eq!(appliance.ada().refused(&["sign-in"], &["ada", PASSWORD]), (20, "too-many-attempts".to_owned()));
    // Another name, known or not, isn't slowed down by that one.
    first_message(&appliance.wire(), "grace").right();
    appliance.restart_later(delays[delays.len() - 1] + 1);
    appliance.ada().sign_in(PASSWORD);
    assert!(appliance.operator().events(&["--event", "account.refused"]).contains(&"account.refused: too-many-attempts".to_owned()));
}

/// What an answer is made of: the names of its fields, and how long their texts are.
fn shape(value: &Value) -> Vec<(String, usize)> {
    value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().len())).collect()
}

fn a_name_that_nobody_has_is_answered_like_one_that_somebody_has(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let wire = appliance.wire();
    let (known, unknown) = (first_message(&wire, "ada"), first_message(&wire, "nobody"));
    assert_eq!(known.status, unknown.status);
    assert_eq!(shape(&known.right()), shape(&unknown.right()));
    let names = |reply: &crate::wire::Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    let find = |name: &str| wire.post("/api/v1/recovery/user", &json!({"name": name})).right();
    assert_eq!(shape(&find("ada")), shape(&find("nobody")));
    assert_eq!(find("nobody"), find("nobody"), "asked twice, it stays the same");
    assert_ne!(find("nobody"), find("somebody"));
    let (_, request) = seal::opaque::Registration::start(NEW).unwrap();
    let recover = |name: &str| {
        let body = json!({"name": name, "proof": seal::text::encode(&[7; 32]), "request": seal::text::encode(&request)});
        wire.post("/api/v1/recovery/start", &body).refusal()
    };
    assert_eq!(recover("ada"), recover("nobody"));
    // Names are the same however they are written; what is no name is told so.
    assert_eq!(first_message(&wire, "no such name!").status, 400);
    let (ada, stranger) = (appliance.ada().elsewhere(), appliance.owner("nobody"));
    assert_eq!(ada.refused(&["sign-in"], &["ada", "wrong"]), stranger.refused(&["sign-in"], &["nobody", "wrong"]));
}

fn a_session_ends_by_itself_and_by_signing_out(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let there = ada.elsewhere();
    there.sign_in(PASSWORD);
    let old = there.session();
    there.json(&["sign-out"], &[]);
    assert!(!Path::new(&there.home).join("session.json").exists());
    assert_eq!(appliance.wire().session(&old).get("/api/v1/items").refusal(), (401, "not-signed-in".to_owned()));
    for wrong in ["", "x", &"A".repeat(43), &"A".repeat(4000)] {
        assert_eq!(appliance.wire().session(wrong).get("/api/v1/items").refusal(), (401, "not-signed-in".to_owned()));
    }
    let bare = appliance.wire().get("/api/v1/items");
    assert_eq!((bare.refusal().0, bare.header("www-authenticate")), (401, "Bearer"));
    ada.json(&["item", "list"], &[]);
    appliance.restart_later(12 * 3600 + 60);
    assert_eq!(ada.refused(&["item", "list"], &[]), (4, "not-signed-in".to_owned()));
}

fn one_owners_items_and_shares_are_nobody_elses(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, grace) = (appliance.ada(), appliance.owner("grace"));
    grace.join(&appliance.operator(), &["--external"]);
    let shared = ada.share(&[]);
    let item = text(&ada.look_at(&shared), "/item");
    let nowhere = "0190163d-8694-739b-aea5-966c26f8ad91";
    let wire = appliance.wire().session(&grace.session());
    for (of_ada, of_nobody) in [
        (format!("/api/v1/items/{item}"), format!("/api/v1/items/{nowhere}")),
        (format!("/api/v1/items/{item}/versions/1"), format!("/api/v1/items/{nowhere}/versions/1")),
        (format!("/api/v1/shares/{}", shared.share), format!("/api/v1/shares/{nowhere}")),
    ] {
        assert_eq!(wire.get(&of_ada).refusal(), (404, "not-found".to_owned()), "{of_ada}");
        assert_eq!(wire.get(&of_ada).problem()["detail"], wire.get(&of_nobody).problem()["detail"]);
    }
    for act in [
        format!("/api/v1/items/{item}/disable"),
        format!("/api/v1/shares/{}/revoke", shared.share),
        format!("/api/v1/shares/{}/links/{}/revoke", shared.share, shared.link().id),
        format!("/api/v1/shares/{}/links/{}/unlock", shared.share, shared.link().id),
    ] {
        assert_eq!(wire.send(reqwest::Method::POST, &act, &[], "").refusal(), (404, "not-found".to_owned()), "{act}");
    }
    assert_eq!(grace.json(&["item", "list"], &[])["items"], json!([]));
    assert_eq!(grace.json(&["share", "list"], &[])["shares"], json!([]));
    appliance.recipient("bob").see(shared.link());
    assert!(appliance.operator().events(&["--event", "owner.refused"]).contains(&"owner.refused: not-found".to_owned()));
}

fn a_sign_in_is_used_once_and_in_time(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let begin = |wire: &Wire| {
        let (state, request) = seal::opaque::SignIn::start(PASSWORD).unwrap();
        let started = wire.post("/api/v1/sign-in/start", &json!({"name": "ada", "request": seal::text::encode(&request)})).right();
        let answer = seal::text::decode(&text(&started, "/response")).unwrap();
        let finalization = seal::text::encode(&state.finish(&answer).unwrap().finalization);
        json!({"sign_in": started["sign_in"], "finalization": finalization})
    };
    let finish = |wire: &Wire, body: &Value| wire.post("/api/v1/sign-in/finish", body);
    let wire = appliance.wire();
    let first = begin(&wire);
    assert_eq!(text(&finish(&wire, &first).right(), "/account/name"), "ada");
    assert_eq!(finish(&wire, &first).refusal(), (401, "sign-in-failed".to_owned()), "the same again");
    let (second, third) = (begin(&wire), begin(&wire));
    let crossed = json!({"sign_in": second["sign_in"], "finalization": third["finalization"]});
    assert_eq!(finish(&wire, &crossed).refusal(), (401, "sign-in-failed".to_owned()));
    assert_eq!(finish(&wire, &second).refusal(), (401, "sign-in-failed".to_owned()), "a wrong one has used it up");
    appliance.restart_later(61);
    assert_eq!(finish(&appliance.wire(), &third).refusal(), (401, "sign-in-failed".to_owned()), "too late");
}
