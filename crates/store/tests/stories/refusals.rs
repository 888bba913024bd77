//! Stories of recipients who are refused: each is told why, each refusal is recorded, and nothing else changes.

use vault::freeze::Selection;
use vault::gate::Networks;
use vault::link::State;
use vault::share::Views;
use vault::{FreezeId, LinkId, Refusal};

use crate::support::*;

on_both_databases! {
    each_dead_link_says_why_and_only_the_refusal_is_written
    a_clock_far_behind_reveals_and_creates_nothing_until_it_is_accepted
    a_stranger_does_not_learn_that_the_clock_is_wrong
}

/// Links in every state but open, with the state and the refusal that each says.
async fn dead_links(house: &House) -> Vec<(LinkId, State, Refusal)> {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let mut links = Vec::new();
    for _ in 0..7 {
        links.push(house.share(&ada, item, |share| share.views = Views::Limited(1)).await.links[0].id);
    }
    house.reveal(links[0], 9).await.unwrap();
    house.store.revoke_link(&house.call(), &ada, links[1]).await.unwrap();
    house.store.burn_link(&house.call(), links[2], knock(links[2]), proof(links[2])).await.unwrap();
    let freeze = FreezeId::from_bytes(house.id());
    let incident = "an incident".parse().unwrap();
    house.store.place_freeze(&house.call(), &operator(), freeze, Selection::Link(links[3]), incident).await.unwrap();
    for _ in 0..10 {
        house.guess(links[4]).await;
    }
    let later = house.share(&ada, item, |share| share.starts_at = share.starts_at.plus_seconds(600)).await.links[0].id;
    let short = house.share(&ada, item, |share| share.expires_at = share.starts_at.plus_seconds(1)).await.links[0].id;
    house.wait(1);
    vec![
        (links[0], State::UsedUp, Refusal::UsedUp),
        (links[1], State::Revoked, Refusal::Revoked),
        (links[2], State::Burnt, Refusal::Burnt),
        (links[3], State::Frozen, Refusal::Frozen),
        (links[4], State::Locked, Refusal::Locked),
        (later, State::Waiting, Refusal::NotYet),
        (short, State::Expired, Refusal::Expired),
    ]
}

async fn each_dead_link_says_why_and_only_the_refusal_is_written(house: House) {
    for (link, state, why) in dead_links(&house).await {
        let before = (house.remembered(), house.records().await.len());
        let knocked = house.store.knock_link(&house.call(), link, knock(link)).await.unwrap();
        assert_eq!(knocked.state, state);
        for right in [true, false] {
            let proof = || if right { proof(link) } else { wrong_proof() };
            assert_eq!(refusal(house.store.check_link(&house.call(), link, knock(link), proof()).await.map(|_| ())), why);
            assert_eq!(refusal(house.store.reveal_link(&house.call(), link, knock(link), proof(), attempt(1)).await.map(|_| ())), why);
        }
        let refused = format!("link.refused: {}", why.name());
        assert_eq!(house.told_since(before.1).await, [refused.as_str(); 5]);
        assert_eq!(house.remembered(), before.0, "{state:?}");
        let told = house.records().await.split_off(before.1);
        assert_eq!(
            told.iter().map(|record| record.details["action"].as_str()).collect::<Vec<_>>(),
            ["knock", "check", "reveal", "check", "reveal"]
        );
    }
}

async fn a_clock_far_behind_reveals_and_creates_nothing_until_it_is_accepted(house: House) {
    let (ada, _, link) = house.link(|share| share.networks = Networks::default()).await;
    let item = house.item(&ada).await;
    house.invite("eve").await.unwrap();
    house.wait(-600);
    let before = (house.remembered(), house.records().await.len());
    assert!(matches!(refusal(house.reveal(link, 1).await), Refusal::ClockBehind { .. }));
    assert!(matches!(refusal(house.try_share(&ada, item, |_| ()).await), Refusal::ClockBehind { .. }));
    let new = house.new_item();
    assert!(matches!(refusal(house.store.create_item(&house.call(), &ada, new).await), Refusal::ClockBehind { .. }));
    assert!(matches!(refusal(house.invite("zoe").await), Refusal::ClockBehind { .. }));
    let registered = house.store.register(&house.call(), code("eve"), enrolment("eve")).await;
    assert!(matches!(refusal(registered), Refusal::ClockBehind { .. }));
    assert_eq!(house.remembered(), before.0);
    let told = house.told_since(0).await;
    assert_eq!(told.len(), before.1 + 5);
    assert_eq!(told.iter().filter(|event| event.ends_with(": clock-behind")).count(), 5, "{told:?}");
    house.store.accept_clock(&house.call(), &operator()).await.unwrap();
    assert!(house.store.create_item(&house.call(), &ada, house.new_item()).await.is_ok());
}

async fn a_stranger_does_not_learn_that_the_clock_is_wrong(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    house.wait(-600);
    let answer = house.store.reveal_link(&house.call(), link, wrong_knock(), proof(link), attempt(1)).await;
    assert_eq!(refusal(answer), Refusal::UnknownLink);
}
