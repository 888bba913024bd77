//! A database server that goes away and comes back: 503 meanwhile, nothing half done, and no restart of the daemon needed.

use harness::clock::{Deadline, PATIENCE};
use harness::postgres::{self, Durability, Server};

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::link::attempt;

#[test]
fn while_postgresql_is_away_nothing_is_answered_falsely_and_afterwards_all_goes_on() {
    let mut server = Server::start(Durability::Full);
    let wish = Wish { database: Some(postgres::database_on(&server.address())), ..Wish::default() };
    let appliance = Appliance::empty_with(Kind::Postgres, wish);
    let (ada, wire) = (appliance.ada(), appliance.wire());
    ada.join(&appliance.operator(), &["--external"]);
    ada.json(&["item", "add", "note"], &["Note", "text"]);
    let shared = ada.share_item("Note", &["--by-hand"]);
    let (link, mine) = (shared.link(), attempt());
    let first = link.revealed(&wire, mine);
    first.right();
    for _ in 0..2 {
        server.kill();
        assert_eq!(link.revealed(&wire, mine).refusal(), (503, "broken".to_owned()));
        assert_eq!(wire.post(&link.path("knock"), &link.knock()).status, 503);
        assert_eq!(ada.run(&["item", "list"], &[]).code, 7);
        assert_eq!(appliance.operator().run(&["user", "list"]).code, 4);
        assert_eq!(wire.get(&link.page()).status, 200, "the page needs no database");
        server.start_again();
        let back = Deadline::after(PATIENCE).until(|| (ada.run(&["item", "list"], &[]).code == 0).then_some(()));
        assert!(back.is_some(), "it never came back:\n{}", appliance.said());
        let again = Deadline::after(PATIENCE).until(|| Some(link.revealed(&wire, mine)).filter(|reply| reply.status == 200));
        assert_eq!(again.unwrap().bytes, first.bytes);
        assert_eq!(ada.views_used(&shared), 1);
    }
    let another = ada.share_item("Note", &["--by-hand"]);
    appliance.recipient("bob").see(another.link());
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
    assert!(!appliance.said().contains("panic"), "{}", appliance.said());
}
