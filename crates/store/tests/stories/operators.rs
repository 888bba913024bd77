//! Stories of operators: what they see of links, and what they end.

use store::{LinkFilter, LinkRow};
use vault::freeze::Selection;
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::{FreezeId, LinkId, Refusal, ShareId};

use crate::support::*;

on_both_databases! {
    links_are_listed_newest_first_page_by_page
    links_are_found_by_owner_recipient_item_share_and_state
    a_row_tells_for_whom_and_until_when_and_never_what
    an_operator_ends_anybodys_share_or_link
    what_is_not_there_is_refused_to_operators_and_recorded
}

impl House {
    async fn found(&self, filter: LinkFilter) -> Vec<LinkId> {
        self.store.link_rows(&self.call(), filter, None, 100).await.unwrap().into_iter().map(|row| row.link).collect()
    }
}

async fn links_are_listed_newest_first_page_by_page(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(house.share(&ada, item, |_| ()).await.links[0].id);
    }
    made.reverse();
    let mut seen: Vec<LinkId> = Vec::new();
    loop {
        let page = house.store.link_rows(&house.call(), LinkFilter::default(), seen.last().copied(), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|row| row.link));
    }
    assert_eq!(seen, made);
}

async fn links_are_found_by_owner_recipient_item_share_and_state(house: House) {
    let (ada, eve) = (house.owner("ada").await, house.owner("eve").await);
    let (one, two, of_eve) = (house.item(&ada).await, house.item(&ada).await, house.item(&eve).await);
    let first = house.share(&ada, one, |_| ()).await;
    let second = house.share(&ada, two, |share| share.links[0].recipient = "Carl@example.org".parse().unwrap()).await;
    let third = house.share(&eve, of_eve, |share| share.starts_at = share.starts_at.plus_seconds(60)).await;
    let [first_link, second_link, third_link] = [&first, &second, &third].map(|share| share.links[0].id);
    house.reveal(first_link, 1).await.unwrap();
    let all = LinkFilter::default;
    assert_eq!(house.found(LinkFilter { owner: Some("ada".parse().unwrap()), ..all() }).await, [second_link, first_link]);
    assert_eq!(house.found(LinkFilter { owner: Some("nobody".parse().unwrap()), ..all() }).await, []);
    assert_eq!(house.found(LinkFilter { recipient: Some("cARL@example.org".parse().unwrap()), ..all() }).await, [second_link]);
    assert_eq!(house.found(LinkFilter { item: Some(two), ..all() }).await, [second_link]);
    assert_eq!(house.found(LinkFilter { share: Some(third.id), ..all() }).await, [third_link]);
    assert_eq!(house.found(LinkFilter { state: Some(State::UsedUp), ..all() }).await, [first_link]);
    assert_eq!(house.found(LinkFilter { state: Some(State::Open), ..all() }).await, [second_link]);
    assert_eq!(house.found(LinkFilter { state: Some(State::Waiting), ..all() }).await, [third_link]);
    let none = LinkFilter { state: Some(State::Open), owner: Some("eve".parse().unwrap()), ..all() };
    assert_eq!(house.found(none).await, []);
    let freeze = FreezeId::from_bytes(house.id());
    let selection = Selection::Link(second_link);
    house.store.place_freeze(&house.call(), &operator(), freeze, selection, "an incident".parse().unwrap()).await.unwrap();
    assert_eq!(house.found(LinkFilter { state: Some(State::Frozen), ..all() }).await, [second_link]);
}

async fn a_row_tells_for_whom_and_until_when_and_never_what(house: House) {
    let (_, share, link) = house
        .link(|share| {
            share.label = Some("the router".parse().unwrap());
            share.delivery = Delivery::HandOver;
            share.views = Views::Limited(5);
        })
        .await;
    let made = house.now();
    house.guess(link).await;
    house.reveal(link, 1).await.unwrap();
    let row = house.store.link_rows(&house.call(), LinkFilter::default(), None, 10).await.unwrap().remove(0);
    let expected = LinkRow {
        link,
        share,
        item: row.item,
        owner: "ada".parse().unwrap(),
        label: Some("the router".parse().unwrap()),
        recipient: "bob@example.org".parse().unwrap(),
        state: State::Open,
        created_at: made,
        expires_at: row.expires_at,
        views: Views::Limited(5),
        views_used: 1,
        failed_tokens: 1,
        delivery: Delivery::HandOver,
        with_token: true,
    };
    assert_eq!(row, expected);
}

async fn an_operator_ends_anybodys_share_or_link(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    let item = house.item(&ada).await;
    let other = house.share(&ada, item, |_| ()).await.links[0].id;
    let before = house.records().await.len();
    assert_eq!(house.store.operator_revoke_share(&house.call(), &operator(), share).await, Ok(1));
    assert_eq!(house.store.operator_revoke_link(&house.call(), &operator(), other).await, Ok(1));
    assert_eq!(house.store.operator_revoke_link(&house.call(), &operator(), other).await, Ok(0));
    for link in [link, other] {
        assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Revoked);
    }
    let told = house.records().await.split_off(before);
    let events: Vec<&str> = told.iter().map(|record| record.event.as_str()).collect();
    assert_eq!(events, ["share.revoked", "link.revoked", "link.revoked", "link.refused", "link.refused"]);
    assert_eq!((told[0].who.as_str(), told[0].share.clone()), ("olga(1000)", share.to_string()));
    assert_eq!((told[1].details["links"].as_str(), told[2].details["links"].as_str()), ("1", "0"));
}

async fn what_is_not_there_is_refused_to_operators_and_recorded(house: House) {
    let (share, link) = (ShareId::from_bytes(house.id()), LinkId::from_bytes(house.id()));
    assert_eq!(refusal(house.store.operator_revoke_share(&house.call(), &operator(), share).await), Refusal::NotFound);
    assert_eq!(refusal(house.store.operator_revoke_link(&house.call(), &operator(), link).await), Refusal::NotFound);
    assert_eq!(house.told_since(0).await, ["operator.refused: not-found"; 2]);
}
