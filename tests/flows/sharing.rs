//! The rules of sharing with people outside: permission, expiry, views, networks, tokens; and how a share is stopped.

use serde_json::json;

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::people::text;

on_both_databases! {
    without_the_permission_nothing_is_shared_outside_and_the_refusal_is_told
    a_share_begins_and_ends_when_its_owner_said
    a_share_longer_than_policy_allows_is_refused
    a_share_of_three_views_is_seen_three_times
    a_share_for_narrower_networks_does_not_open_elsewhere
    a_link_without_a_token_needs_the_policys_leave
    by_hand_nothing_is_mailed
    where_nothing_can_be_mailed_a_token_that_should_be_is_refused
    a_link_is_revoked_without_the_others_and_an_operator_ends_the_rest
    a_freeze_stops_what_it_selects_and_lifting_it_brings_it_back
    a_suspended_owners_links_are_frozen_and_their_sessions_end
    a_disabled_item_is_neither_changed_nor_shared
    an_expired_share_that_nobody_saw_is_told_to_its_owner
}

fn without_the_permission_nothing_is_shared_outside_and_the_refusal_is_told(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let before = ada.share(&[]);
    assert_eq!(operator.json(&["user", "deny-external", "ada"])["external_share"], json!(false));
    let share = ["share", "create", "Staging", "--to", "bob@example.org"];
    assert_eq!(ada.refused(&share, &[]), (1, "external-share-not-allowed".to_owned()));
    let said = ada.run(&share, &[]).stderr;
    assert!(said.contains("ask an operator for the external-share permission"), "{said}");
    let told = operator.records(&["--event", "owner.refused", "--user", "ada"]);
    assert_eq!(told.len(), 2);
    assert_eq!((&told[0]["refusal"], &told[0]["actor"]), (&json!("external-share-not-allowed"), &json!("owner")));
    assert_eq!(ada.json(&["share", "list"], &[])["shares"].as_array().unwrap().len(), 1);
    // What was shared before lives on.
    appliance.recipient("bob").see(before.link());
    operator.json(&["user", "allow-external", "ada"]);
    appliance.recipient("bob").see(ada.share(&[]).link());
    assert_eq!(operator.events(&["--event", "account.external_denied"]).len(), 1);
}

fn a_share_begins_and_ends_when_its_owner_said(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let (ada, bob) = (appliance.ada(), appliance.recipient("bob"));
    let shared = ada.share(&["--starts", "1h", "--expires", "5h", "--views", "9"]);
    let link = shared.link();
    assert_eq!(bob.refused(link), (10, "waiting".to_owned()));
    assert_eq!(link.revealed(&appliance.wire(), attempt()).refusal().1, "not-yet");
    appliance.restart_later(3660);
    bob.see(link);
    appliance.restart_later(4 * 3600);
    assert_eq!(bob.refused(link), (12, "expired".to_owned()));
    assert_eq!(link.revealed(&appliance.wire(), attempt()).refusal(), (410, "expired".to_owned()));
    assert_eq!(ada.views_used(&shared), 1);
}

fn a_share_longer_than_policy_allows_is_refused(kind: Kind) {
    let appliance = Appliance::with(kind, "[policy]\nmaximum_expiry_hours = 48\nmaximum_recipients = 2\n");
    let ada = appliance.ada();
    let create = |more: &[&str]| ada.refused(&[&["share", "create", "Staging", "--to", "bob@example.org"], more].concat(), &[]);
    assert_eq!(create(&["--expires", "5d"]), (1, "expiry-too-long".to_owned()));
    assert_eq!(create(&["--to", "b@example.org", "--to", "c@example.org"]), (1, "recipients-out-of-range".to_owned()));
    assert_eq!(create(&["--to", "bob@example.org"]).0, 1);
    assert_eq!(ada.json(&["share", "list"], &[])["shares"], json!([]));
    appliance.recipient("bob").see(ada.share(&["--expires", "2d"]).link());
}

fn a_share_of_three_views_is_seen_three_times(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, bob) = (appliance.ada(), appliance.recipient("bob"));
    let shared = ada.share(&["--views", "3"]);
    for left in [2, 1, 0] {
        assert_eq!(bob.see(shared.link())["views_left"], left);
    }
    assert_eq!(bob.refused(shared.link()), (11, "used-up".to_owned()));
    let looked = ada.look_at(&shared);
    assert_eq!(looked["links"][0]["openings"].as_array().unwrap().len(), 3);
    let unlimited = ada.share(&["--views", "unlimited"]);
    for _ in 0..3 {
        assert_eq!(bob.see(unlimited.link())["views_left"], json!(null));
    }
}

fn a_share_for_narrower_networks_does_not_open_elsewhere(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, bob, wire) = (appliance.ada(), appliance.recipient("bob"), appliance.wire());
    let shared = ada.share(&["--network", "10.99.0.0/16", "--network", "2001:db8::/32"]);
    let link = shared.link();
    assert_eq!(bob.refused(link), (19, "outside-share-networks".to_owned()));
    for (action, body) in [("knock", link.knock()), ("check", link.check()), ("reveal", link.reveal([7; 32]))] {
        assert_eq!(wire.post(&link.path(action), &body).refusal(), (403, "outside-share-networks".to_owned()), "{action}");
    }
    // Outside them a wrong token isn't even counted.
    let wrong = link.with_token(&crate::link::wrong_token());
    assert_eq!(wire.post(&link.path("check"), &wrong.check()).refusal().1, "outside-share-networks");
    assert_eq!((ada.views_used(&shared), &ada.look_at(&shared)["links"][0]["failed_tokens"]), (0, &json!(0)));
    let refused = appliance.operator().events(&["--link", &link.id]);
    assert!(refused.contains(&"link.refused: outside-share-networks".to_owned()), "{refused:?}");
    bob.see(ada.share(&["--network", "127.0.0.0/8"]).link());
    let wrong = ada.run(&["share", "create", "Staging", "--to", "bob@example.org", "--network", "10.0.0.1/8"], &[]);
    assert!(wrong.code == 2 && wrong.stderr.contains("10.0.0.0/8"), "{}", wrong.stderr);
}

fn a_link_without_a_token_needs_the_policys_leave(kind: Kind) {
    let create = ["share", "create", "Staging", "--to", "bob@example.org", "--no-token"];
    let strict = Appliance::prepared(kind);
    assert_eq!(strict.ada().refused(&create, &[]), (1, "token-required".to_owned()));
    drop(strict);
    let appliance = Appliance::with(kind, "[policy]\nlinks_without_token = true\n");
    let shared = appliance.ada().share_item("Staging", &["--no-token"]);
    assert_eq!(shared.link().token, None);
    appliance.recipient("bob").see(shared.link());
    let record = appliance.operator().records(&["--event", "share.created"]).pop().unwrap();
    assert_eq!(record["details"]["token"], "false");
}

fn by_hand_nothing_is_mailed(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&[]);
    appliance.recipient("bob").see(shared.link());
    // The owner's notice comes after whatever would have gone to the recipient.
    appliance.mail().wait_for("ada@example.com", "bob@example.org");
    assert_eq!(appliance.mail().to("bob@example.org", "").len(), 0);
}

fn where_nothing_can_be_mailed_a_token_that_should_be_is_refused(kind: Kind) {
    let appliance = Appliance::with(kind, "[mail]\ntransport = \"none\"\n");
    let ada = appliance.ada();
    assert_eq!(ada.refused(&["share", "create", "Staging", "--to", "bob@example.org"], &[]), (1, "delivery-not-allowed".to_owned()));
    assert_eq!(appliance.operator().events(&["--event", "owner.refused"]), ["owner.refused: delivery-not-allowed"]);
    appliance.recipient("bob").see(ada.share(&[]).link());
}

fn a_link_is_revoked_without_the_others_and_an_operator_ends_the_rest(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, bob, operator) = (appliance.ada(), appliance.recipient("bob"), appliance.operator());
    let shared = ada.share(&["--to", "bob@example.org", "--to", "carol@example.org", "--to", "dan@example.org"]);
    let mine = attempt();
    shared.links[0].revealed(&appliance.wire(), mine).right();
    ada.json(&["share", "revoke", &shared.share, "--link", "bob@example.org"], &[]);
    assert_eq!(shared.links[0].revealed(&appliance.wire(), mine).refusal(), (410, "revoked".to_owned()), "not even an attempt under way");
    assert_eq!(bob.refused(&shared.links[0]), (13, "revoked".to_owned()));
    bob.see(&shared.links[1]);
    // Two: what is used up could have been given to the same attempt again for some minutes.
    assert_eq!(operator.json(&["share", "revoke", &shared.share])["links"], 2);
    assert_eq!(operator.json(&["share", "revoke", &shared.share])["links"], 0, "revoking twice is no error");
    assert_eq!(bob.refused(&shared.links[2]), (13, "revoked".to_owned()));
    ada.json(&["share", "revoke", &shared.share], &[]);
    let told = operator.records(&["--event", "share.revoked", "--actor", "operator"]);
    assert_eq!(text(&told[0], "/who"), "root(0)");
}

fn a_freeze_stops_what_it_selects_and_lifting_it_brings_it_back(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, bob, operator) = (appliance.ada(), appliance.recipient("bob"), appliance.operator());
    let shared = ada.share(&["--to", "bob@example.org", "--to", "carol@example.org", "--views", "5"]);
    let mine = attempt();
    shared.links[0].revealed(&appliance.wire(), mine).right();
    let by_recipient = ["share", "freeze", "--recipient", "BOB@example.org"];
    assert_eq!(operator.json(&[&by_recipient[..], &["--count"]].concat())["links"], 1);
    bob.see(&shared.links[0]);
    let placed = operator.json(&[&by_recipient[..], &["--reason", "phished"]].concat());
    assert_eq!(placed["links"], 1);
    assert_eq!(bob.refused(&shared.links[0]), (14, "frozen".to_owned()));
    assert_eq!(shared.links[0].revealed(&appliance.wire(), mine).refusal(), (423, "frozen".to_owned()), "not even an attempt under way");
    bob.see(&shared.links[1]);
    let of_owner = operator.json(&["share", "freeze", "--owner", "ada", "--reason", "and all the rest"]);
    assert_eq!(of_owner["links"], 2);
    operator.json(&["share", "unfreeze", &text(&placed, "/freeze")]);
    assert_eq!(bob.refused(&shared.links[0]), (14, "frozen".to_owned()), "another freeze holds it still");
    operator.json(&["share", "unfreeze", &text(&of_owner, "/freeze")]);
    assert_eq!(bob.see(&shared.links[0])["views_left"], 2);
    let freezes = operator.json(&["share", "freezes"]);
    assert_eq!(freezes["rows"].as_array().unwrap().len(), 2);
    let told = operator.records(&["--event", "freeze.placed"]);
    assert_eq!(told.iter().map(|record| text(record, "/details/reason")).collect::<Vec<_>>(), ["phished", "and all the rest"]);
}

fn a_suspended_owners_links_are_frozen_and_their_sessions_end(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, bob, operator) = (appliance.ada(), appliance.recipient("bob"), appliance.operator());
    let shared = ada.share(&[]);
    operator.json(&["user", "suspend", "ada"]);
    assert_eq!(bob.refused(shared.link()), (14, "frozen".to_owned()));
    assert_eq!(ada.refused(&["item", "list"], &[]), (4, "not-signed-in".to_owned()));
    assert_eq!(ada.refused(&["sign-in"], &["ada", crate::people::PASSWORD]).1, "sign-in-failed");
    operator.json(&["user", "resume", "ada"]);
    bob.see(shared.link());
    assert_eq!(ada.refused(&["item", "list"], &[]).0, 4, "a session that ended stays ended");
    ada.sign_in(crate::people::PASSWORD);
    assert_eq!(ada.views_used(&shared), 1);
}

fn a_disabled_item_is_neither_changed_nor_shared(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let before = ada.share(&[]);
    ada.json(&["item", "disable", "Staging"], &[]);
    assert_eq!(ada.refused(&["share", "create", "Staging", "--to", "bob@example.org"], &[]), (1, "item-disabled".to_owned()));
    assert_eq!(ada.refused(&["item", "edit", "Staging", "--field", "notes"], &["x"]), (1, "item-disabled".to_owned()));
    appliance.recipient("bob").see(before.link());
    ada.json(&["item", "enable", "Staging"], &[]);
    ada.share(&[]);
}

fn an_expired_share_that_nobody_saw_is_told_to_its_owner(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&["--expires", "1h"]);
    appliance.restart_later(2 * 3600);
    appliance.mail().wait_for("ada@example.com", "expired");
    let told = appliance.operator().events(&["--link", &shared.link().id]);
    assert!(told.contains(&"link.expired".to_owned()), "{told:?}");
    assert!(appliance.operator().events(&["--event", "sealed.deleted"]).len() == 1);
}
