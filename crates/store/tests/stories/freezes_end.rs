//! Stories of how a freeze ends by itself: a day later what it still holds is burnt, in pieces, and never what a report alone froze.

use store::{About, Store, Swept};
use vault::freeze::{LIFT_SECONDS, Selection};
use vault::link::State;
use vault::share::Views;
use vault::{FreezeId, LinkId, Refusal, Timestamp};

use crate::freezes_wide::way_down;
use crate::support::*;

on_both_databases! {
    what_nobody_lifted_in_a_day_is_burnt_and_its_owner_told
    a_freeze_lifted_in_time_never_burns
    once_its_time_is_over_a_freeze_cannot_be_lifted
    what_had_ended_before_stays_as_it_ended
    a_report_is_not_burnt_by_time
    a_link_that_another_freeze_holds_too_is_burnt_all_the_same
    a_large_freeze_burns_in_pieces_and_goes_on_after_a_restart
    a_freeze_that_took_nothing_ends_without_a_word_to_owners
    a_clock_that_is_set_back_burns_nothing
    of_an_operator_who_lifts_and_a_sweeper_one_wins
    two_sweepers_burn_each_link_once
    a_freeze_whose_row_is_damaged_stops_neither_another_freeze_nor_the_sweeper
    a_freeze_from_before_freezes_burnt_holds_until_it_is_lifted
}

const DAY: i64 = LIFT_SECONDS;

impl House {
    /// A share of so many links that live for a month.
    async fn lasting(&self, links: usize) -> (store::SignedIn, vault::ShareId, Vec<LinkId>) {
        let links: Vec<_> = (0..links).map(|nth| self.new_link(&format!("bob{nth}@example.org"))).collect();
        let ids = links.iter().map(|link| link.id).collect();
        let until = self.now().plus_seconds(30 * DAY);
        let (ada, share, _) = self
            .link(|share| {
                share.expires_at = until;
                share.views = Views::Limited(2);
                share.links = links;
            })
            .await;
        (ada, share, ids)
    }

    async fn sweep(&self) -> Swept {
        self.store.sweep(&self.call()).await.unwrap()
    }

    /// Sweeps until nothing is left to do.
    async fn sweep_all(&self) {
        while self.sweep().await.more {}
    }

    async fn try_lift(&self, id: FreezeId) -> Result<store::FreezeRow, store::Failure> {
        self.store.lift_freeze(&self.call(), &operator(), id).await
    }

    /// How many links each `freeze.burnt` tells of, and how many it left.
    async fn burnings(&self) -> Vec<(String, String)> {
        let told = self.records().await.into_iter().filter(|record| record.event == "freeze.burnt");
        told.map(|record| (record.details["links"].clone(), record.details["left"].clone())).collect()
    }
}

async fn what_nobody_lifted_in_a_day_is_burnt_and_its_owner_told(house: House) {
    let (_, share, links) = house.lasting(2).await;
    let freeze = house.freeze(Selection::Share(share)).await;
    let burns_at = freeze.placed_at.plus_seconds(DAY);
    assert_eq!((freeze.burns_at, freeze.burnt_at), (Some(burns_at), None));
    // The calls below are a moment apart.
    house.wait(DAY - 1);
    assert_eq!(house.sweep().await.burnt, 0, "not a second too early");
    house.wait(1);
    let before = house.records().await.len();
    let swept = house.sweep().await;
    assert_eq!((swept.burnt, swept.wraps, swept.snapshots), (2, 2, 1));
    house.sweep_all().await;
    assert_eq!(house.told_since(before).await, ["freeze.burnt", "sealed.deleted"]);
    let told = house.records().await.into_iter().find(|record| record.event == "freeze.burnt").unwrap();
    assert_eq!(
        (told.actor.as_str(), told.share.clone(), told.details["freeze"].clone()),
        ("appliance", share.to_string(), freeze.id.to_string())
    );
    assert_eq!(house.burnings().await, [("2".to_owned(), "0".to_owned())]);
    for link in &links {
        assert_eq!(house.state(*link).await, State::Burnt);
        assert_eq!(refusal(house.reveal(*link, 1).await), Refusal::Burnt);
    }
    let row = house.store.freezes(None, 1).await.unwrap().remove(0);
    assert_eq!((row.burnt_at.is_some(), row.lifted_at, row.freeze().liftable_until()), (true, None, None));
    let mut mailed: Vec<LinkId> =
        house.due().await.iter().filter(|mail| mail.about == About::FreezeBurnt).map(|mail| about(mail).link).collect();
    mailed.sort();
    assert_eq!(mailed, links);
    let remembered = house.remembered();
    assert!(!remembered.contains(&hex(b"snapshot of")) && !remembered.contains(&hex(b"wrap for")), "the sealed bytes are gone");
}

async fn a_freeze_lifted_in_time_never_burns(house: House) {
    let (_, share, links) = house.lasting(1).await;
    let freeze = house.freeze(Selection::Share(share)).await;
    house.wait(DAY - 1);
    house.lift(freeze.id).await;
    house.wait(DAY);
    house.sweep_all().await;
    assert_eq!(house.state(links[0]).await, State::Open);
    assert!(house.burnings().await.is_empty());
    assert!(house.reveal(links[0], 1).await.unwrap().spent);
}

async fn once_its_time_is_over_a_freeze_cannot_be_lifted(house: House) {
    let (_, share, links) = house.lasting(1).await;
    let freeze = house.freeze(Selection::Share(share)).await;
    house.wait(DAY);
    // The sweeper hasn't come by yet.
    let before = house.records().await.len();
    assert_eq!(refusal(house.try_lift(freeze.id).await), Refusal::FreezeBurnt);
    assert_eq!(house.told_since(before).await, ["operator.refused: freeze-burnt"]);
    assert_eq!(refusal(house.reveal(links[0], 1).await), Refusal::Frozen);
    house.sweep_all().await;
    assert_eq!(refusal(house.try_lift(freeze.id).await), Refusal::FreezeBurnt);
    assert_eq!(refusal(house.reveal(links[0], 1).await), Refusal::Burnt);
}

async fn what_had_ended_before_stays_as_it_ended(house: House) {
    let (ada, share, links) = house.lasting(3).await;
    for nth in 1..=2 {
        house.reveal(links[0], nth).await.unwrap();
    }
    house.freeze(Selection::Share(share)).await;
    house.store.revoke_link(&house.call(), &ada, links[1]).await.unwrap();
    house.wait(DAY);
    house.sweep_all().await;
    let mut states = Vec::new();
    for link in links {
        states.push(house.state(link).await);
    }
    assert_eq!(states, [State::UsedUp, State::Revoked, State::Burnt]);
    assert_eq!(house.burnings().await, [("1".to_owned(), "0".to_owned())]);
}

async fn a_report_is_not_burnt_by_time(house: House) {
    let (_, _, links) = house.lasting(1).await;
    let (link, id) = (links[0], FreezeId::from_bytes(house.id()));
    house.store.report_link(&house.call(), link, knock(link), proof(link), id).await.unwrap();
    house.wait(20 * DAY);
    house.sweep_all().await;
    assert_eq!(house.state(link).await, State::Frozen);
    house.lift(id).await;
    assert_eq!(house.state(link).await, State::Open);
}

async fn a_link_that_another_freeze_holds_too_is_burnt_all_the_same(house: House) {
    let (ada, share, links) = house.lasting(1).await;
    house.freeze(Selection::Share(share)).await;
    house.wait(DAY / 2);
    let later = house.freeze(Selection::Owner(ada.owner().id)).await;
    house.wait(DAY / 2);
    house.sweep_all().await;
    assert_eq!(house.state(links[0]).await, State::Burnt);
    house.lift(later.id).await;
    assert_eq!(house.state(links[0]).await, State::Burnt, "lifting the other brings nothing back");
}

async fn a_large_freeze_burns_in_pieces_and_goes_on_after_a_restart(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let until = house.now().plus_seconds(30 * DAY);
    for _ in 0..5 {
        let links: Vec<_> = (0..50).map(|nth| house.new_link(&format!("bob{nth}@example.org"))).collect();
        house
            .share(&ada, item, |share| {
                share.expires_at = until;
                share.links = links;
            })
            .await;
    }
    let freeze = house.freeze(Selection::Owner(ada.owner().id)).await;
    assert_eq!(freeze.links, 250);
    house.wait(DAY);
    assert!(house.sweep().await.more);
    assert_eq!(house.burnings().await, [("100".to_owned(), "150".to_owned())]);
    assert_eq!(refusal(house.try_lift(freeze.id).await), Refusal::FreezeBurnt, "it is neither one nor the other in between");
    // Another daemon goes on where this one was stopped.
    let other = Store::open(house.settings.clone()).await.unwrap();
    let before = house.store.freezes(None, 1).await.unwrap().remove(0).burnt_at;
    while other.sweep(&house.call()).await.unwrap().more {}
    other.close().await;
    let pieces = [("100", "150"), ("100", "50"), ("50", "0")].map(|(links, left)| (links.to_owned(), left.to_owned()));
    assert_eq!(house.burnings().await, pieces);
    assert_eq!(house.store.freezes(None, 1).await.unwrap().remove(0).burnt_at, before, "it is burnt since it began to burn");
    let (mut states, mut after) = (0, None);
    loop {
        let rows = house.store.link_rows(&house.call(), store::LinkFilter::default(), after, 100).await.unwrap().rows;
        let Some(last) = rows.last() else { break };
        after = Some(store::LinkPlace { link: last.link, expires_at: last.expires_at });
        states += rows.iter().filter(|row| row.state == State::Burnt).count();
    }
    assert_eq!(states, 250);
}

async fn a_freeze_that_took_nothing_ends_without_a_word_to_owners(house: House) {
    house.owner("ada").await;
    let freeze = house.freeze(Selection::network("192.0.2.0/24").unwrap()).await;
    assert_eq!(freeze.links, 0);
    house.wait(DAY);
    house.sweep_all().await;
    assert_eq!(house.burnings().await, [("0".to_owned(), "0".to_owned())]);
    assert!(house.due().await.is_empty());
    house.sweep_all().await;
    assert_eq!(house.burnings().await.len(), 1, "it ends once");
}

async fn a_clock_that_is_set_back_burns_nothing(house: House) {
    let (_, share, links) = house.lasting(1).await;
    let freeze = house.freeze(Selection::Share(share)).await;
    house.wait(DAY);
    // Something is recorded at the end of the day, and then the clock stands an hour behind it.
    house.store.knock_link(&house.call(), links[0], knock(links[0])).await.unwrap();
    house.wait(-3600);
    house.sweep_all().await;
    assert_eq!(house.state(links[0]).await, State::Frozen, "a clock that isn't believed ends nothing for good");
    // An operator says that the clock is right: then an hour is left.
    house.store.accept_clock(&house.call(), &operator()).await.unwrap();
    house.sweep_all().await;
    assert_eq!(house.state(links[0]).await, State::Frozen);
    house.lift(freeze.id).await;
    assert_eq!(house.state(links[0]).await, State::Open);
}

async fn of_an_operator_who_lifts_and_a_sweeper_one_wins(house: House) {
    let (_, share, links) = house.lasting(3).await;
    let freeze = house.freeze(Selection::Share(share)).await;
    // One of them comes a moment before the end, the other a moment after.
    let end = freeze.burns_at.unwrap();
    let at = |clock: Timestamp| store::Call { clock, ..house.call() };
    let (early, late) = (at(end.plus_millis(-1)), at(end.plus_millis(1)));
    let (other, swept) = (house.store.clone(), house.store.clone());
    let lifting = tokio::spawn(async move { other.lift_freeze(&early, &operator(), freeze.id).await });
    let sweeping = tokio::spawn(async move { swept.sweep(&late).await });
    let (lifted, swept) = (lifting.await.unwrap(), sweeping.await.unwrap().unwrap());
    house.wait(DAY + 60);
    house.sweep_all().await;
    let mut states = Vec::new();
    for link in links {
        states.push(house.state(link).await);
    }
    match lifted {
        Ok(_) => assert_eq!((states, swept.burnt), (vec![State::Open; 3], 0)),
        Err(failure) => {
            assert_eq!(refusal::<()>(Err(failure)), Refusal::FreezeBurnt);
            assert_eq!((states, swept.burnt), (vec![State::Burnt; 3], 3));
        }
    }
}

async fn two_sweepers_burn_each_link_once(house: House) {
    let (_, share, links) = house.lasting(5).await;
    house.freeze(Selection::Share(share)).await;
    house.wait(DAY);
    let mut under_way = Vec::new();
    for _ in 0..4 {
        let (store, call) = (house.store.clone(), house.call());
        under_way.push(tokio::spawn(async move { store.sweep(&call).await }));
    }
    let mut burnt = 0;
    for sweep in under_way {
        burnt += sweep.await.unwrap().unwrap().burnt;
    }
    assert_eq!(burnt, 5);
    assert_eq!(house.burnings().await, [("5".to_owned(), "0".to_owned())]);
    assert_eq!(house.due().await.iter().filter(|mail| mail.about == About::FreezeBurnt).count(), links.len());
}

async fn a_freeze_whose_row_is_damaged_stops_neither_another_freeze_nor_the_sweeper(house: House) {
    let (_, _, links) = house.lasting(2).await;
    house.freeze(Selection::Link(links[0])).await;
    house.sql("UPDATE freezes SET selected = 'nobody knows'");
    house.wait(60);
    house.freeze(Selection::Link(links[1])).await;
    house.wait(DAY);
    house.sweep_all().await;
    assert_eq!((house.state(links[0]).await, house.state(links[1]).await), (State::Frozen, State::Burnt));
    house.wait(31 * DAY);
    house.sweep_all().await;
    assert_eq!(house.state(links[0]).await, State::Expired, "the sweeper goes on");
}

async fn a_freeze_from_before_freezes_burnt_holds_until_it_is_lifted(mut house: House) {
    let (_, share, links) = house.lasting(1).await;
    let freeze = house.freeze(Selection::Share(share)).await;
    house.store.clone().close().await;
    house.sql(way_down(&house));
    house.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20261121000600'");
    house.store = Store::open(house.settings.clone()).await.unwrap();
    house.wait(10 * DAY);
    house.sweep_all().await;
    let row = house.store.freezes(None, 1).await.unwrap().remove(0);
    assert_eq!((row.burns_at, row.burnt_at, row.links, row.id), (None, None, 1, freeze.id));
    assert_eq!(house.state(links[0]).await, State::Frozen);
    house.lift(freeze.id).await;
    assert_eq!(house.state(links[0]).await, State::Open, "no one was told that it would end");
}
