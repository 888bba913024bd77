//! Stories of watching: a page that is open asks how its link stands, again and again.

use vault::gate::Networks;
use vault::link::State;
use vault::share::Views;
use vault::{LinkId, Refusal};

use crate::support::*;

on_both_databases! {
    a_watch_at_an_open_link_tells_what_is_left_and_leaves_no_trace
    a_watch_with_a_wrong_token_is_a_guess
    simultaneous_guesses_by_watching_are_each_counted
    a_link_that_can_not_be_opened_tells_a_watch_the_same_whatever_the_token
    a_watch_is_told_only_where_the_share_may_be_opened
}

impl House {
    async fn watch(&self, link: LinkId) -> (State, Option<u32>) {
        let watched = self.store.watch_link(&self.call(), link, knock(link), proof(link)).await.unwrap();
        (watched.state, watched.views_left)
    }
}

async fn a_watch_at_an_open_link_tells_what_is_left_and_leaves_no_trace(house: House) {
    let (ada, _, link) = house.link(|share| share.views = Views::Limited(3)).await;
    let item = house.item(&ada).await;
    let unlimited = house.share(&ada, item, |share| share.views = Views::Unlimited).await;
    house.reveal(link, 1).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    for _ in 0..5 {
        assert_eq!(house.watch(link).await, (State::Open, Some(2)));
    }
    let id = unlimited.links[0].id;
    assert_eq!(house.watch(id).await, (State::Open, None));
    let watched = house.store.watch_link(&house.call(), id, knock(id), proof(id)).await.unwrap();
    assert_eq!(watched.expires_at, unlimited.expires_at);
    assert_eq!((house.remembered(), house.records().await.len()), before);
}

async fn a_watch_with_a_wrong_token_is_a_guess(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    let before = house.records().await.len();
    for left in (0..10).rev() {
        let answer = house.store.watch_link(&house.call(), link, knock(link), wrong_proof()).await;
        assert_eq!(refusal(answer), Refusal::WrongToken { tries_left: left });
    }
    assert!(house.told_since(before).await.ends_with(&["link.refused: wrong-token".to_owned(), "link.locked".to_owned()]));
    assert_eq!(house.watch(link).await, (State::Locked, None));
}

async fn simultaneous_guesses_by_watching_are_each_counted(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    let guesses: Vec<_> = (0..8)
        .map(|_| {
            let (store, call) = (house.store.clone(), house.call());
            tokio::spawn(async move { refusal(store.watch_link(&call, link, knock(link), wrong_proof()).await) })
        })
        .collect();
    for guess in guesses {
        assert!(matches!(guess.await.unwrap(), Refusal::WrongToken { .. }));
    }
    assert_eq!(house.store.share(&house.call(), &ada, share).await.unwrap().links[0].failed_tokens, 8);
}

async fn a_link_that_can_not_be_opened_tells_a_watch_the_same_whatever_the_token(house: House) {
    let (ada, _, used_up) = house.link(|_| ()).await;
    house.reveal(used_up, 1).await.unwrap();
    let item = house.item(&ada).await;
    let waiting = house.share(&ada, item, |share| share.starts_at = share.starts_at.plus_seconds(60)).await.links[0].id;
    let locked = house.share(&ada, item, |_| ()).await.links[0].id;
    for _ in 0..10 {
        house.guess(locked).await;
    }
    let burnt = house.share(&ada, item, |_| ()).await.links[0].id;
    house.store.burn_link(&house.call(), burnt, knock(burnt), proof(burnt)).await.unwrap();
    let dead =
        [(used_up, State::UsedUp, Some(0)), (burnt, State::Burnt, Some(0)), (waiting, State::Waiting, None), (locked, State::Locked, None)];
    for (link, state, views_left) in dead {
        let before = (house.remembered(), house.records().await.len());
        let right = house.store.watch_link(&house.call(), link, knock(link), proof(link)).await.unwrap();
        let wrong = house.store.watch_link(&house.call(), link, knock(link), wrong_proof()).await.unwrap();
        assert_eq!(right, wrong);
        assert_eq!((right.state, right.views_left), (state, views_left));
        assert_eq!(house.remembered(), before.0, "nothing is counted at {state:?}");
        let refused = format!("link.refused: {}", state.admit().unwrap_err().name());
        assert_eq!(house.told_since(before.1).await, [refused.clone(), refused], "like a knock there");
    }
}

async fn a_watch_is_told_only_where_the_share_may_be_opened(house: House) {
    let (_, _, link) = house.link(|share| share.networks = Networks::read(["10.20.7.0/24"]).unwrap()).await;
    let before = house.records().await.len();
    assert_eq!(refusal(house.store.watch_link(&house.call(), link, knock(link), proof(link)).await), Refusal::OutsideShareNetworks);
    assert_eq!(house.told_since(before).await, ["link.refused: outside-share-networks"]);
    assert!(house.store.watch_link(&house.call_from("10.20.7.9"), link, knock(link), proof(link)).await.is_ok());
}
