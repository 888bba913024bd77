//! "This wasn't me": a recipient raises the alarm, everything of the share stands still, and those who must know are told.
//! Watching a link, which an open page does, is told here too: it is how another recipient's page learns of the freeze.

use std::sync::Arc;

use harness::journal::Journal;
use serde_json::{Value, json};
use vault::event::Kind as Event;

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::link::{Link, attempt, wrong_token};
use crate::people::{Recipient, text};
use crate::wire::Wire;

on_both_databases! {
    a_report_freezes_every_link_of_the_share_until_an_operator_lifts_it
    a_report_alarms_the_owner_the_audit_log_and_the_journal
    a_second_report_is_heard_and_mails_nobody_and_after_lifting_a_report_freezes_anew
    a_link_that_somebody_else_used_up_is_reported_and_their_retry_ends
    a_report_without_the_token_is_a_guess_and_a_locked_link_is_not_reported
    a_watch_tells_an_open_page_what_is_left_and_leaves_no_trace
    a_link_that_can_not_be_opened_tells_a_watch_nothing_about_tokens
}

const TWO: &[&str] = &["--to", "bob@example.org", "--to", "carol@example.org", "--views", "5"];

/// Says through the recipient's program that it wasn't them.
fn not_me(recipient: &Recipient, link: &Link) -> Value {
    let lines = [link.url.as_str(), link.token.as_deref().unwrap()];
    let said = recipient.program(&["open", "--not-me", "--yes", "--json"], &lines).finish();
    assert!(said.success(), "{}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

fn state(wire: &Wire, link: &Link) -> String {
    text(&wire.post(&link.path("knock"), &link.knock()).right(), "/state")
}

fn a_report_freezes_every_link_of_the_share_until_an_operator_lifts_it(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire, operator) = (appliance.ada(), appliance.wire(), appliance.operator());
    let (shared, other) = (ada.share(TWO), ada.share(&[]));
    let [bob, carol] = [&shared.links[0], &shared.links[1]];
    let mine = attempt();
    bob.revealed(&wire, mine).right();
    assert_eq!(not_me(&appliance.recipient("carol"), carol), json!({"link": carol.id, "reported": true}));
    assert_eq!(bob.revealed(&wire, mine).refusal(), (423, "frozen".to_owned()), "the ten minutes are over at once");
    for (name, link) in [("bob", bob), ("carol", carol)] {
        assert_eq!(appliance.recipient(name).refused(link), (14, "frozen".to_owned()));
        assert_eq!(wire.post(&link.path("watch"), &link.check()).right()["state"], "frozen");
    }
    assert_eq!(state(&wire, other.link()), "open", "another share of the same item is not meant");
    let freezes = operator.json(&["share", "freezes"]);
    let freeze = &freezes["rows"][0];
    assert_eq!((&freeze["reported_by"], &freeze["links"]), (&json!(carol.id), &json!(2)));
    assert_eq!(freeze["selection"], json!({"share": shared.share}));
    let said = operator.run(&["share", "freezes"]).stdout;
    assert!(said.contains(&format!("reported by the recipient of link {}", carol.id)) && said.contains("this was not me"), "{said}");
    operator.json(&["share", "unfreeze", &text(freeze, "/freeze")]);
    assert_eq!(bob.revealed(&wire, mine).right()["views_left"], 4, "what was granted before is had again, and costs nothing");
    assert_eq!(appliance.recipient("carol").see(carol)["views_left"], 4);
}

fn a_report_alarms_the_owner_the_audit_log_and_the_journal(kind: Kind) {
    let wish = Wish { journal: Some(Arc::new(Journal::start())), ..Wish::default() };
    let appliance = Appliance::prepared_with(kind, wish);
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let shared = ada.share(TWO);
    let link = &shared.links[0];
    not_me(&appliance.recipient("bob"), link);
    let mail = appliance.mail().wait_for("ada@example.com", "somebody else opened");
    for part in ["bob@example.org", &link.id[28..], "127.0.0.1", "for every recipient", "postern share revoke", "lift the freeze"] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    let told = operator.records(&["--event", "link.reported"]).pop().unwrap();
    assert_eq!((&told["details"]["links"], &told["link"], &told["share"]), (&json!("2"), &json!(link.id), &json!(shared.share)));
    assert_eq!((&told["actor"], &told["who"], &told["address"]), (&json!("recipient"), &json!(link.id), &json!("127.0.0.1")));
    let placed = operator.records(&["--event", "freeze.placed"]).pop().unwrap();
    assert_eq!((&placed["actor"], &placed["request"]), (&json!("recipient"), &told["request"]));
    let id = format!("MESSAGE_ID={}", Event::LinkReported.entry().message_id);
    let alarm = appliance.journal().wait_for(&["PRIORITY=1", &id]).remove(0);
    assert_eq!(alarm.field("POSTERN_LINKS").as_deref(), Some("2"));
    assert!(alarm.field("MESSAGE").unwrap().contains("was not theirs"), "{alarm:?}");
    assert_eq!(operator.run(&["audit", "verify"]).code, 0);
}

fn a_second_report_is_heard_and_mails_nobody_and_after_lifting_a_report_freezes_anew(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire, operator) = (appliance.ada(), appliance.wire(), appliance.operator());
    let shared = ada.share(TWO);
    for link in [&shared.links[0], &shared.links[0], &shared.links[1]] {
        let reported = wire.post(&link.path("report"), &link.check());
        assert_eq!((reported.status, reported.bytes.len()), (204, 0));
    }
    let links = |event: &str| {
        let told = operator.records(&["--event", event, "--share", &shared.share]);
        told.iter().map(|record| text(record, "/details/links")).collect::<Vec<_>>()
    };
    assert_eq!((links("link.reported"), links("freeze.placed")), (vec!["2".into(), "0".into(), "0".into()], vec!["2".to_owned()]));
    let freeze = text(&operator.json(&["share", "freezes"]), "/rows/0/freeze");
    operator.json(&["share", "unfreeze", &freeze]);
    assert_eq!(state(&wire, &shared.links[0]), "open");
    not_me(&appliance.recipient("bob"), &shared.links[0]);
    assert_eq!(state(&wire, &shared.links[1]), "frozen");
    // Each mail is dropped in the order in which it was written: with the last one here, there is no other to come before it.
    let last = ada.share(&[]);
    appliance.recipient("dora").see(last.link());
    appliance.mail().wait_for("ada@example.com", "for the last time");
    assert_eq!(appliance.mail().to("ada@example.com", "somebody else opened").len(), 2, "one for each freeze");
}

fn a_link_that_somebody_else_used_up_is_reported_and_their_retry_ends(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    let (link, theirs) = (shared.link(), attempt());
    link.revealed(&appliance.wire(), theirs).right();
    assert_eq!(link.revealed(&appliance.wire(), theirs).status, 200);
    let bob = appliance.recipient("bob");
    assert_eq!(bob.refused(link), (11, "used-up".to_owned()));
    not_me(&bob, link);
    assert_eq!(link.revealed(&appliance.wire(), theirs).refusal(), (410, "used-up".to_owned()));
    appliance.mail().wait_for("ada@example.com", "somebody else opened");
    // Long after, when nothing can be had any more, the alarm is worth as much.
    let late = ada.share(&[]);
    appliance.restart_later(40 * 24 * 3600);
    assert_eq!(state(&appliance.wire(), late.link()), "expired");
    not_me(&bob, late.link());
    let told = appliance.operator().records(&["--event", "link.reported", "--share", &late.share]);
    assert_eq!((told.len(), text(&told[0], "/details/links").as_str()), (1, "0"));
}

fn a_report_without_the_token_is_a_guess_and_a_locked_link_is_not_reported(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire, operator) = (appliance.ada(), appliance.wire(), appliance.operator());
    let shared = ada.share(&["--to", "bob@example.org", "--to", "carol@example.org"]);
    let link = &shared.links[0];
    let wrong = link.with_token(&wrong_token());
    for tries_left in (0..10).rev() {
        let action = if tries_left % 2 == 0 { "report" } else { "watch" };
        let problem = wire.post(&link.path(action), &wrong.check()).problem();
        assert_eq!((&problem["name"], &problem["tries_left"]), (&json!("wrong-token"), &json!(tries_left)));
    }
    for held in [link, &wrong] {
        assert_eq!(wire.post(&link.path("report"), &held.check()).refusal(), (423, "locked".to_owned()));
    }
    appliance.mail().wait_for("ada@example.com", "Ten wrong access tokens");
    assert_eq!(operator.records(&["--event", "freeze.placed"]), [] as [Value; 0]);
    let stranger = Link { id: link.id.clone(), ..shared.links[1].clone() };
    assert_eq!(wire.post(&stranger.path("report"), &stranger.check()).refusal(), (404, "unknown-link".to_owned()));
    assert_eq!(state(&wire, &shared.links[1]), "open");
    ada.json(&["share", "unlock", &shared.share], &[]);
    not_me(&appliance.recipient("bob"), link);
    assert_eq!(state(&wire, &shared.links[1]), "frozen");
}

fn a_watch_tells_an_open_page_what_is_left_and_leaves_no_trace(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire, operator) = (appliance.ada(), appliance.wire(), appliance.operator());
    let (limited, unlimited) = (ada.share(&["--views", "3"]), ada.share(&["--views", "unlimited"]));
    let watch = |link: &Link| wire.post(&link.path("watch"), &link.check()).right();
    let link = limited.link();
    link.revealed(&wire, attempt()).right();
    let checked = wire.post(&link.path("check"), &link.check()).right();
    // Not of the mail about that view, which leaves when it leaves.
    let of_recipients = || operator.records(&["--actor", "recipient"]).len();
    let before = of_recipients();
    for _ in 0..5 {
        let watched = watch(link);
        assert_eq!((&watched["state"], &watched["views_left"]), (&json!("open"), &json!(2)));
        assert_eq!(watched["expires_at"], checked["expires_at"]);
    }
    let watched = watch(unlimited.link());
    assert_eq!((&watched["state"], &watched["views_left"]), (&json!("open"), &Value::Null));
    assert_eq!(of_recipients(), before);
    link.revealed(&wire, attempt()).right();
    assert_eq!(watch(link)["views_left"], 1, "what another page spends is seen");
}

fn a_link_that_can_not_be_opened_tells_a_watch_nothing_about_tokens(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, wire, operator) = (appliance.ada(), appliance.wire(), appliance.operator());
    let shared = ada.share(TWO);
    let (link, wrong) = (&shared.links[0], shared.links[0].with_token(&wrong_token()));
    for _ in 0..10 {
        wire.post(&link.path("check"), &wrong.check()).problem();
    }
    ada.json(&["share", "revoke", &shared.share, "--link", "carol@example.org"], &[]);
    let revoked = &shared.links[1];
    let cases = [(link, wrong, "locked", Value::Null), (revoked, revoked.with_token(&wrong_token()), "revoked", json!(0))];
    for (link, wrong, state, views_left) in cases {
        let refused = || operator.records(&["--link", &link.id, "--event", "link.refused"]).len();
        let before = refused();
        let [right, guessed] = [link, &wrong].map(|held| wire.post(&link.path("watch"), &held.check()).right());
        assert_eq!(right, guessed);
        assert_eq!((&right["state"], &right["views_left"]), (&json!(state), &views_left));
        assert_eq!(refused(), before + 2, "and audit tells of it as of a knock there");
    }
}
