//! Stories of operators: what they see of links, and what they end.

use store::{EndedLinks, LinkFilter, LinkOrder, LinkPlace, LinkRow, LivingLinks, SignedIn};
use vault::freeze::Selection;
use vault::link::State;
use vault::share::{Delivery, NewShare, Views};
use vault::{FreezeId, ItemId, LinkId, Refusal, ShareId, Timestamp};

use crate::support::*;

on_both_databases! {
    links_are_listed_newest_first_page_by_page
    links_are_found_by_owner_recipient_item_share_and_state
    links_are_found_by_how_they_travel_and_when_they_were_made
    links_that_end_soonest_are_listed_first_page_by_page
    an_overview_counts_what_lives_what_ended_and_what_was_refused
    a_suspended_owners_links_are_frozen_beside_those_that_a_freeze_holds
    a_row_tells_for_whom_and_until_when_and_never_what
    an_operator_ends_anybodys_share_or_link
    what_is_not_there_is_refused_to_operators_and_recorded
}

impl House {
    async fn found(&self, filter: LinkFilter) -> Vec<LinkId> {
        self.store.link_rows(&self.call(), filter, None, 100).await.unwrap().rows.into_iter().map(|row| row.link).collect()
    }
}

/// Where a list of the newest goes on.
fn place(link: LinkId) -> LinkPlace {
    LinkPlace { link, expires_at: Timestamp::from_millis(0) }
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
        let page = house.store.link_rows(&house.call(), LinkFilter::default(), seen.last().copied().map(place), 3).await.unwrap().rows;
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
    let row = house.store.link_rows(&house.call(), LinkFilter::default(), None, 10).await.unwrap().rows.remove(0);
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

async fn links_are_found_by_how_they_travel_and_when_they_were_made(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let mailed = house.share(&ada, item, |share| share.delivery = Delivery::HandOver).await.links[0].id;
    house.wait(60);
    let between = house.now();
    let by_hand = house.share(&ada, item, |share| share.delivery = Delivery::ByHand).await.links[0].id;
    let all = LinkFilter::default;
    assert_eq!(house.found(LinkFilter { delivery: Some(Delivery::HandOver), ..all() }).await, [mailed]);
    assert_eq!(house.found(LinkFilter { delivery: Some(Delivery::ByHand), ..all() }).await, [by_hand]);
    assert_eq!(house.found(LinkFilter { delivery: Some(Delivery::RelayBoth), ..all() }).await, []);
    assert_eq!(house.found(LinkFilter { made_from: Some(between), ..all() }).await, [by_hand]);
    assert_eq!(house.found(LinkFilter { made_until: Some(between), ..all() }).await, [mailed]);
    assert_eq!(house.found(LinkFilter { made_from: Some(between), made_until: Some(between), ..all() }).await, []);
    assert_eq!(house.found(LinkFilter { link: Some(mailed), ..all() }).await, [mailed]);
    assert_eq!(house.found(LinkFilter { link: Some(mailed), state: Some(State::Revoked), ..all() }).await, []);
}

async fn links_that_end_soonest_are_listed_first_page_by_page(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let mut made = Vec::new();
    for hours in [5, 3, 3, 9, 1] {
        let share = house.share(&ada, item, |share| share.expires_at = share.starts_at.plus_seconds(hours * 3600)).await;
        made.push((hours, share.links[0].id));
    }
    // One that has ended doesn't stand among those that live.
    house.store.operator_revoke_link(&house.call(), &operator(), made[4].1).await.unwrap();
    let filter = LinkFilter { order: LinkOrder::Expires, state: Some(State::Open), ..LinkFilter::default() };
    let mut seen: Vec<LinkRow> = Vec::new();
    loop {
        let after = seen.last().map(|row| LinkPlace { link: row.link, expires_at: row.expires_at });
        let page = house.store.link_rows(&house.call(), filter.clone(), after, 2).await.unwrap().rows;
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    let seen: Vec<LinkId> = seen.into_iter().map(|row| row.link).collect();
    assert_eq!(seen, [made[1].1, made[2].1, made[0].1, made[3].1]);
    let ended = LinkFilter { order: LinkOrder::Expires, state: Some(State::Revoked), ..LinkFilter::default() };
    assert_eq!(house.found(ended).await, [made[4].1]);
}

async fn a_suspended_owners_links_are_frozen_beside_those_that_a_freeze_holds(house: House) {
    let (ada, eve) = (house.owner("ada").await, house.owner("eve").await);
    let (of_ada, of_eve) = (house.item(&ada).await, house.item(&eve).await);
    let first = house.share(&ada, of_ada, |_| ()).await.links[0].id;
    let second = house.share(&eve, of_eve, |_| ()).await.links[0].id;
    let third = house.share(&ada, of_ada, |_| ()).await.links[0].id;
    house.share(&ada, of_ada, |_| ()).await;
    for link in [first, third, second] {
        let freeze = FreezeId::from_bytes(house.id());
        house.store.place_freeze(&house.call(), &operator(), freeze, Selection::Link(link), "why".parse().unwrap()).await.unwrap();
    }
    let eve = "eve".parse().unwrap();
    house.store.set_standing(&house.call(), &operator(), &eve, vault::account::Standing::Suspended).await.unwrap();
    for order in [LinkOrder::Made, LinkOrder::Expires] {
        let filter = LinkFilter { state: Some(State::Frozen), order, ..LinkFilter::default() };
        let mut found = house.found(filter.clone()).await;
        found.sort();
        assert_eq!(found, [first, second, third], "each once");
        assert_eq!(house.store.link_rows(&house.call(), filter, None, 2).await.unwrap().rows.len(), 2);
    }
    let living = house.store.overview(house.now(), house.now()).await.unwrap().living;
    assert_eq!((living.open, living.frozen), (1, 3));
}

/// A link that waits for its start.
async fn later_share(house: &House, owner: &SignedIn, item: ItemId) -> LinkId {
    let later = |share: &mut NewShare| {
        share.starts_at = share.starts_at.plus_seconds(600);
        share.expires_at = share.starts_at.plus_seconds(3600);
    };
    house.share(owner, item, later).await.links[0].id
}

async fn an_overview_counts_what_lives_what_ended_and_what_was_refused(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let mut links = Vec::new();
    for _ in 0..6 {
        links.push(house.share(&ada, item, |_| ()).await.links[0].id);
    }
    let later = later_share(&house, &ada, item).await;
    house.reveal(links[0], 1).await.unwrap();
    house.store.operator_revoke_link(&house.call(), &operator(), links[1]).await.unwrap();
    for _ in 0..10 {
        house.guess(links[2]).await;
    }
    refusal(house.reveal(later, 1).await);
    let seen = house.store.overview(house.now(), house.now()).await.unwrap();
    let LivingLinks { open, waiting, frozen, locked, at_least } = seen.living;
    assert_eq!((open, waiting, frozen, locked, at_least), (3, 1, 0, 1, false));
    let EndedLinks { used_up, expired, revoked, burnt } = seen.ended;
    assert_eq!((used_up, expired, revoked, burnt), (1, 0, 1, 0));
    let last = seen.hours[23];
    assert_eq!((seen.hours.len(), last.revealed, last.refused), (24, 1, 11));
    assert!(last.from <= house.now() && house.now().millis_since(last.from) < 3_600_000);
    assert!(seen.hours.windows(2).all(|two| two[1].from.millis_since(two[0].from) == 3_600_000));
    house.wait(25 * 3600);
    let seen = house.store.overview(house.now(), house.now()).await.unwrap();
    assert_eq!((seen.ended.used_up, seen.hours.iter().map(|hour| hour.revealed).sum::<u64>()), (0, 0));
}
