//! Stories of shares: made, seen, ended by their owner.

use store::SealedMail;
use vault::link::State;
use vault::share::{Delivery, Views};
use vault::{LinkId, MessageId, Refusal, ShareId};

use crate::support::*;

on_both_databases! {
    a_share_gives_each_recipient_a_link_of_their_own
    the_same_share_again_is_a_success_and_other_bytes_are_not
    a_links_id_in_use_is_not_used_again
    a_share_against_the_rules_is_refused_and_leaves_only_its_refusal
    a_token_comes_along_exactly_when_it_is_to_be_mailed
    revoking_a_share_ends_every_link_at_once_and_twice_ends_nothing_more
    revoking_one_link_leaves_the_others_alone
    what_had_ended_stays_as_it_ended
    shares_of_others_are_not_there_for_an_owner
    shares_are_listed_newest_first_of_one_item_or_all
    what_a_share_tells_outlives_what_it_shared
}

async fn a_share_gives_each_recipient_a_link_of_their_own(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    let row = house
        .share(&ada, item, |share| {
            share.links = links.clone();
            share.views = Views::Limited(2);
            share.label = Some("the router".parse().unwrap());
        })
        .await;
    assert_eq!((row.item, row.views, row.delivery, row.with_token), (item, Views::Limited(2), Delivery::ByHand, true));
    assert_eq!(row.label.as_ref().unwrap().as_str(), "the router");
    assert_eq!(row.links.iter().map(|link| link.recipient.as_str()).collect::<Vec<_>>(), ["bob@example.org", "eve@example.org"]);
    house.reveal(links[0].id, 1).await.unwrap();
    let row = house.store.share(&house.call(), &ada, row.id).await.unwrap();
    assert_eq!(row.links.iter().map(|link| (link.views_used, link.openings.len())).collect::<Vec<_>>(), [(1, 1), (0, 0)]);
    let told = house.records().await.into_iter().find(|record| record.event == "share.created").unwrap();
    let detail = |name: &str| told.details[name].as_str();
    assert_eq!((detail("links"), detail("views"), detail("delivery"), detail("token")), ("2", "2", "by-hand", "true"));
    assert_eq!((told.share, told.item, told.who), (row.id.to_string(), item.to_string(), ada.owner().name.to_string()));
}

async fn the_same_share_again_is_a_success_and_other_bytes_are_not(house: House) {
    let (ada, eve) = (house.owner("ada").await, house.owner("eve").await);
    let item = house.item(&ada).await;
    let mut new = house.new_share();
    new.delivery = Delivery::HandOver;
    let made = house.store.create_share(&house.call(), &ada, item, new.clone(), house.sealed(&new)).await.unwrap();
    house.reveal(new.links[0].id, 1).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    // The token is sealed anew each time, so its bytes differ.
    let mut sealed = house.sealed(&new);
    sealed.links[0].token.as_mut().unwrap().sealed.push(7);
    let again = house.store.create_share(&house.call(), &ada, item, new.clone(), sealed).await.unwrap();
    assert_eq!((again.id, again.links[0].state, made.links[0].state), (made.id, State::UsedUp, State::Open));
    assert_eq!((house.remembered(), house.records().await.len()), before);
    let mut other = house.sealed(&new);
    other.snapshot.push(0);
    assert_eq!(refusal(house.store.create_share(&house.call(), &ada, item, new.clone(), other).await), Refusal::IdReused);
    let mut longer = new.clone();
    longer.expires_at = longer.expires_at.plus_seconds(1);
    assert_eq!(refusal(house.store.create_share(&house.call(), &ada, item, longer, house.sealed(&new)).await), Refusal::IdReused);
    assert_eq!(refusal(house.store.create_share(&house.call(), &eve, item, new.clone(), house.sealed(&new)).await), Refusal::IdReused);
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["owner.refused: id-reused"; 3]);
}

async fn a_links_id_in_use_is_not_used_again(house: House) {
    let (ada, _, link) = {
        let (ada, share, link) = house.link(|_| ()).await;
        (ada, share, link)
    };
    let item = house.item(&ada).await;
    let taken = house.try_share(&ada, item, |share| share.links[0].id = link).await;
    assert_eq!(refusal(taken), Refusal::IdReused);
}

async fn a_share_against_the_rules_is_refused_and_leaves_only_its_refusal(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let before = (house.remembered(), house.records().await.len());
    let views = house.try_share(&ada, item, |share| share.views = Views::Limited(0)).await;
    assert_eq!(refusal(views), Refusal::ViewsOutOfRange);
    let past = house.try_share(&ada, item, |share| share.expires_at = share.starts_at).await;
    assert_eq!(refusal(past), Refusal::ExpiryPast);
    let long = house.try_share(&ada, item, |share| share.expires_at = share.starts_at.plus_seconds(31 * 86_400)).await;
    assert_eq!(refusal(long), Refusal::ExpiryTooLong { maximum_hours: 720 });
    let nobody = house.try_share(&ada, item, |share| share.links.clear()).await;
    assert_eq!(refusal(nobody), Refusal::RecipientsOutOfRange { maximum: 50 });
    let bare = house.try_share(&ada, item, |share| share.with_token = false).await;
    assert_eq!(refusal(bare), Refusal::TokenRequired);
    let new = house.new_share();
    let mut large = house.sealed(&new);
    large.snapshot = vec![1; 1024 * 1024];
    let large = house.store.create_share(&house.call(), &ada, item, new, large).await;
    assert!(matches!(refusal(large), Refusal::TooLarge { .. }), "what is claimed about sizes doesn't count");
    assert_eq!(house.remembered(), before.0);
    let told = house.told_since(before.1).await;
    assert!(told.len() == 6 && told.iter().all(|event| event.starts_with("owner.refused: ")), "{told:?}");
}

async fn a_token_comes_along_exactly_when_it_is_to_be_mailed(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let by_hand = house.new_share();
    let mut sealed = house.sealed(&by_hand);
    sealed.links[0].token = Some(SealedMail { message: MessageId::from_bytes(house.id()), sealed: vec![1] });
    assert_eq!(refusal(house.store.create_share(&house.call(), &ada, item, by_hand, sealed).await), Refusal::DeliveryNotAllowed);
    let mut mailed = house.new_share();
    mailed.delivery = Delivery::HandOver;
    let mut sealed = house.sealed(&mailed);
    sealed.links[0].token = None;
    assert_eq!(refusal(house.store.create_share(&house.call(), &ada, item, mailed, sealed).await), Refusal::DeliveryNotAllowed);
    assert!(house.store.due_messages(&house.call(), 10).await.unwrap().is_empty());
}

async fn revoking_a_share_ends_every_link_at_once_and_twice_ends_nothing_more(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    let (ada, share, _) = house.link(|share| share.links = links.clone()).await;
    house.reveal(links[0].id, 1).await.unwrap();
    let before = house.records().await.len();
    // Bob's link is used up, but his answer could still be had again.
    assert_eq!(house.store.revoke_share(&house.call(), &ada, share).await, Ok(2));
    for link in &links {
        assert_eq!(refusal(house.reveal(link.id, 1).await), Refusal::Revoked);
    }
    assert_eq!(house.store.revoke_share(&house.call(), &ada, share).await, Ok(0));
    let told = house.told_since(before).await;
    assert_eq!(told, ["share.revoked", "link.refused: revoked", "link.refused: revoked", "share.revoked"]);
    let counts: Vec<String> = house
        .records()
        .await
        .iter()
        .filter(|record| record.event == "share.revoked")
        .map(|record| record.details["links"].clone())
        .collect();
    assert_eq!(counts, ["2", "0"]);
    let swept = house.store.sweep(&house.call()).await.unwrap();
    assert_eq!((swept.wraps, swept.snapshots), (2, 1), "what was revoked is swept at once");
}

async fn revoking_one_link_leaves_the_others_alone(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    let (ada, share, _) = house.link(|share| share.links = links.clone()).await;
    assert_eq!(house.store.revoke_link(&house.call(), &ada, links[0].id).await, Ok(1));
    assert_eq!(house.store.revoke_link(&house.call(), &ada, links[0].id).await, Ok(0));
    assert_eq!(refusal(house.reveal(links[0].id, 1).await), Refusal::Revoked);
    let swept = house.store.sweep(&house.call()).await.unwrap();
    assert_eq!((swept.wraps, swept.snapshots), (1, 0), "the snapshot is still needed");
    assert_eq!(house.reveal(links[1].id, 1).await.unwrap().snapshot, snapshot(share));
}

async fn what_had_ended_stays_as_it_ended(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    let (ada, share, _) = house.link(|share| share.links = links.clone()).await;
    house.reveal(links[0].id, 1).await.unwrap();
    house.wait(600);
    assert_eq!(house.store.revoke_share(&house.call(), &ada, share).await, Ok(1));
    let row = house.store.share(&house.call(), &ada, share).await.unwrap();
    assert_eq!(row.links.iter().map(|link| link.state).collect::<Vec<_>>(), [State::UsedUp, State::Revoked]);
}

async fn shares_of_others_are_not_there_for_an_owner(house: House) {
    let (_, share, link) = house.link(|_| ()).await;
    let eve = house.owner("eve").await;
    let before = (house.remembered(), house.records().await.len());
    for (share, link) in [(share, link), (ShareId::from_bytes(house.id()), LinkId::from_bytes(house.id()))] {
        assert_eq!(refusal(house.store.share(&house.call(), &eve, share).await), Refusal::NotFound);
        assert_eq!(refusal(house.store.revoke_share(&house.call(), &eve, share).await), Refusal::NotFound);
        assert_eq!(refusal(house.store.revoke_link(&house.call(), &eve, link).await), Refusal::NotFound);
        assert_eq!(refusal(house.store.unlock_link(&house.call(), &eve, link).await), Refusal::NotFound);
    }
    assert!(house.store.shares(&house.call(), &eve, None, None, 10).await.unwrap().is_empty());
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["owner.refused: not-found"; 8]);
    assert!(house.reveal(link, 1).await.unwrap().spent);
}

async fn shares_are_listed_newest_first_of_one_item_or_all(house: House) {
    let ada = house.owner("ada").await;
    let items = [house.item(&ada).await, house.item(&ada).await];
    let mut made = Vec::new();
    for n in 0..6 {
        made.push(house.share(&ada, items[n % 2], |_| ()).await.id);
    }
    made.reverse();
    let ids = |rows: Vec<store::ShareRow>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let store = &house.store;
    assert_eq!(ids(store.shares(&house.call(), &ada, None, None, 4).await.unwrap()), made[..4]);
    assert_eq!(ids(store.shares(&house.call(), &ada, None, Some(made[3]), 4).await.unwrap()), made[4..]);
    assert_eq!(ids(store.shares(&house.call(), &ada, Some(items[1]), None, 2).await.unwrap()), [made[0], made[2]]);
    assert_eq!(ids(store.shares(&house.call(), &ada, Some(items[1]), Some(made[2]), 2).await.unwrap()), [made[4]]);
}

async fn what_a_share_tells_outlives_what_it_shared(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    let before = house.store.share(&house.call(), &ada, share).await.unwrap();
    house.wait(600);
    let swept = house.store.sweep(&house.call()).await.unwrap();
    assert_eq!((swept.wraps, swept.snapshots), (1, 1));
    assert_eq!(house.store.share(&house.call(), &ada, share).await.unwrap(), before);
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::UsedUp);
    let knocked = house.store.knock_link(&house.call(), link, knock(link)).await.unwrap();
    assert_eq!(knocked.state, State::UsedUp, "who holds the link is still told plainly");
}
