//! Stories of freezes by network and by time: links are taken by where they were opened and when they were made.

use vault::freeze::Selection;
use vault::link::State;
use vault::share::Views;
use vault::{LinkId, ShareId, Timestamp};

use crate::support::*;

on_both_databases! {
    a_network_takes_what_was_checked_or_revealed_from_it
    a_link_that_came_from_two_networks_is_taken_by_each
    where_a_link_was_opened_is_forgotten_with_its_sealed_bytes
    a_time_takes_what_was_made_in_it_by_the_appliances_clock
    what_was_opened_before_networks_were_remembered_is_found_by_its_network
    two_recipients_from_one_address_at_once_are_both_served
}

impl House {
    async fn frozen(&self, links: &[LinkId]) -> Vec<bool> {
        let mut found = Vec::new();
        for link in links {
            found.push(self.store.knock_link(&self.call(), *link, knock(*link)).await.unwrap().state == State::Frozen);
        }
        found
    }

    /// Freezes, looks, and lifts again.
    async fn tried(&self, selection: Selection, links: &[LinkId]) -> Vec<bool> {
        let freeze = self.freeze(selection).await;
        let found = self.frozen(links).await;
        self.lift(freeze.id).await;
        found
    }
}

fn network(text: &str) -> Selection {
    Selection::network(text).unwrap()
}

async fn a_network_takes_what_was_checked_or_revealed_from_it(house: House) {
    let links: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| house.new_link(&format!("{name}@example.org"))).into();
    let ids: Vec<LinkId> = links.iter().map(|link| link.id).collect();
    house
        .link(|share| {
            share.views = Views::Limited(5);
            share.links = links;
        })
        .await;
    let [a, b, c, d, _never] = ids[..] else { panic!("five links") };
    house.store.check_link(&house.call_from("10.20.7.255"), a, knock(a), proof(a)).await.unwrap();
    house.store.reveal_link(&house.call_from("10.20.8.0"), b, knock(b), proof(b), attempt(1)).await.unwrap();
    house.store.reveal_link(&house.call_from("2001:db8:7::1"), c, knock(c), proof(c), attempt(1)).await.unwrap();
    // A knock shows only the link, and a wrong token doesn't open anything.
    house.store.knock_link(&house.call_from("10.20.7.3"), d, knock(d)).await.unwrap();
    refusal(house.store.check_link(&house.call_from("10.20.7.3"), d, knock(d), wrong_proof()).await);
    for (taken, expected) in [
        ("10.20.7.0/24", [true, false, false, false, false]),
        ("10.20.0.0/16", [true, true, false, false, false]),
        ("10.20.8.0", [false, true, false, false, false]),
        ("0.0.0.0/0", [true, true, false, false, false]),
        ("::/0", [false, false, true, false, false]),
        ("2001:db8:7::/48", [false, false, true, false, false]),
        ("2001:db8:8::/48", [false; 5]),
        ("192.0.2.0/24", [false; 5]),
    ] {
        assert_eq!(house.tried(network(taken), &ids).await, expected, "{taken}");
    }
    let told = house.records().await.into_iter().find(|record| record.event == "freeze.placed").unwrap();
    assert_eq!((told.details["by"].as_str(), told.details["value"].as_str()), ("network", "10.20.7.0/24"));
    assert_eq!(house.store.freezes(None, 10).await.unwrap().last().unwrap().selection, network("10.20.7.0/24"));
}

async fn a_link_that_came_from_two_networks_is_taken_by_each(house: House) {
    let (_, _, link) = house.link(|share| share.views = Views::Unlimited).await;
    for address in ["10.20.1.1", "10.20.1.1", "10.20.2.2", "10.20.1.1"] {
        house.store.check_link(&house.call_from(address), link, knock(link), proof(link)).await.unwrap();
    }
    for taken in ["10.20.1.0/24", "10.20.2.0/24", "10.20.0.0/16"] {
        let freeze = house.freeze(network(taken)).await;
        assert_eq!(freeze.links, 1, "{taken}");
        house.lift(freeze.id).await;
    }
    assert!(house.reveal(link, 1).await.unwrap().spent);
}

async fn where_a_link_was_opened_is_forgotten_with_its_sealed_bytes(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    let remembered = |house: &House| house.remembered().contains("0a140005");
    assert!(remembered(&house), "10.20.0.5 in hexadecimal digits");
    house.store.revoke_share(&house.call(), &ada, share).await.unwrap();
    house.store.sweep(&house.call()).await.unwrap();
    assert!(!remembered(&house));
    assert_eq!(house.freeze(network("10.20.0.0/16")).await.links, 0);
}

async fn a_time_takes_what_was_made_in_it_by_the_appliances_clock(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let mut made: Vec<(LinkId, Timestamp)> = Vec::new();
    for off in [0, 299, -299] {
        house.wait(60);
        // Its maker's clock is off, and with it the times in its ids.
        let id = |mut id: [u8; 16]| {
            id[..6].copy_from_slice(&house.now().plus_seconds(off).as_millis().to_be_bytes()[2..]);
            id
        };
        let share = house
            .share(&ada, item, |share| {
                share.id = ShareId::from_bytes(id(*share.id.as_bytes()));
                share.links[0].id = LinkId::from_bytes(id(*share.links[0].id.as_bytes()));
                share.links[0].knock_hash = knock(share.links[0].id).hash();
            })
            .await;
        made.push((share.links[0].id, share.created_at));
    }
    let links: Vec<LinkId> = made.iter().map(|(link, _)| *link).collect();
    let (first, last) = (made[0].1, made[2].1);
    for (from, until, expected) in [
        (first, last.plus_millis(1), [true, true, true]),
        (first, last, [true, true, false]),
        (first.plus_millis(1), last.plus_millis(1), [false, true, true]),
        (made[1].1, made[1].1.plus_millis(1), [false, true, false]),
        (last.plus_millis(1), last.plus_seconds(3600), [false, false, false]),
    ] {
        assert_eq!(house.tried(Selection::made(from, until).unwrap(), &links).await, expected, "{from} {until}");
    }
}

async fn what_was_opened_before_networks_were_remembered_is_found_by_its_network(mut house: House) {
    let links: Vec<_> = ["a", "b", "c"].map(|name| house.new_link(&format!("{name}@example.org"))).into();
    let [checked, revealed, ended] = [0, 1, 2].map(|nth: usize| links[nth].id);
    let (ada, _, _) = house
        .link(|share| {
            share.views = Views::Limited(2);
            share.links = links;
        })
        .await;
    house.store.check_link(&house.call_from("10.20.7.1"), checked, knock(checked), proof(checked)).await.unwrap();
    for link in [revealed, ended] {
        let call = house.call_from("2001:db8::7");
        house.store.reveal_link(&call, link, knock(link), proof(link), attempt(1)).await.unwrap();
    }
    house.store.revoke_link(&house.call(), &ada, ended).await.unwrap();
    house.store.sweep(&house.call()).await.unwrap();
    let before = house.remembered();
    // As it was before this migration, with what had happened by then.
    house.store.clone().close().await;
    house.sql(way_down(&house));
    house.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20261121000600'");
    assert!(!house.remembered().contains("link_addresses"));
    house.store = store::Store::open(house.settings.clone()).await.unwrap();
    assert_eq!(house.remembered(), before);
    let all = [checked, revealed, ended];
    assert_eq!(house.tried(network("10.20.7.0/24"), &all).await, [true, false, false]);
    assert_eq!(house.tried(network("2001:db8::/32"), &all).await, [false, true, false]);
}

/// The migration's way back.
pub fn way_down(house: &House) -> &'static str {
    match house.settings.database {
        store::Database::Sqlite(_) => include_str!("../../../../migrations/sqlite/2026-11-21-000600_freezes/down.sql"),
        store::Database::Postgres(_) => include_str!("../../../../migrations/postgres/2026-11-21-000600_freezes/down.sql"),
    }
}

async fn two_recipients_from_one_address_at_once_are_both_served(house: House) {
    let (_, _, link) = house.link(|share| share.views = Views::Unlimited).await;
    let mut under_way = Vec::new();
    for _ in 0..16 {
        let (store, call) = (house.store.clone(), house.call());
        under_way.push(tokio::spawn(async move { store.check_link(&call, link, knock(link), proof(link)).await }));
    }
    for answer in under_way {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(house.freeze(network(OFFICE)).await.links, 1);
}
