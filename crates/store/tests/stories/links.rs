//! Stories of recipients: knocking, checking, revealing, burning.

use vault::event::Record;
use vault::gate::Networks;
use vault::link::State;
use vault::share::Views;
use vault::{LinkId, Refusal};

use crate::support::*;

on_both_databases! {
    a_link_is_opened_once_and_then_used_up
    of_sixteen_simultaneous_recipients_exactly_one_sees_a_one_view_share
    sixteen_simultaneous_recipients_of_a_ten_view_link_spend_ten_views
    sixteen_simultaneous_sendings_of_one_attempt_spend_one_view
    a_lost_answer_is_had_again_for_ten_minutes_and_costs_nothing
    a_retry_after_ten_minutes_spends_a_view_like_anybody
    a_check_tells_who_shares_and_spends_nothing
    ten_wrong_tokens_lock_a_link_and_its_owner_unlocks_it
    simultaneous_guesses_are_each_counted
    a_stranger_who_knows_only_a_links_id_changes_nothing_and_leaves_no_trace
    a_recipient_destroys_what_they_are_done_with
    a_share_for_narrower_networks_opens_only_there
    a_long_story_of_openings_is_told_by_its_latest_twenty
    a_view_is_not_spent_for_bytes_that_are_not_there
}

async fn a_link_is_opened_once_and_then_used_up(house: House) {
    let (_, share, link) = house.link(|_| ()).await;
    let knocked = house.store.knock_link(&house.call(), link, knock(link)).await.unwrap();
    assert_eq!((knocked.state, knocked.with_token), (State::Open, true));
    let before = house.records().await.len();
    let revealed = house.reveal(link, 1).await.unwrap();
    assert_eq!((revealed.share, revealed.snapshot, revealed.wrap), (share, snapshot(share), wrap(link)));
    assert_eq!((revealed.views_left, revealed.spent), (Some(0), true));
    assert_eq!(refusal(house.reveal(link, 2).await), Refusal::UsedUp);
    assert_eq!(house.told_since(before).await, ["link.revealed", "link.used_up", "link.refused: used-up"]);
    let told: Vec<Record> = house.records().await.into_iter().skip(before).collect();
    assert!(told.iter().all(|record| record.actor == "recipient" && record.who == link.to_string() && record.address == OFFICE));
    assert!(told.iter().all(|record| record.share == share.to_string() && !record.user.is_empty() && !record.item.is_empty()));
}

async fn of_sixteen_simultaneous_recipients_exactly_one_sees_a_one_view_share(house: House) {
    let (_, share, link) = house.link(|_| ()).await;
    let answers = simultaneously(&house, link, |n| n).await;
    let seen: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].snapshot, snapshot(share));
    assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|failure| *failure == Refusal::UsedUp.into()));
    let told = house.told_since(0).await;
    assert_eq!(told.iter().filter(|event| *event == "link.revealed").count(), 1);
    assert_eq!(told.iter().filter(|event| *event == "link.refused: used-up").count(), 15);
}

async fn sixteen_simultaneous_recipients_of_a_ten_view_link_spend_ten_views(house: House) {
    let (owner, share, link) = house.link(|share| share.views = Views::Limited(10)).await;
    let answers = simultaneously(&house, link, |n| n).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
    let row = house.store.share(&house.call(), &owner, share).await.unwrap().links.remove(0);
    assert_eq!((row.views_used, row.openings.len(), row.state), (10, 10, State::UsedUp));
}

async fn sixteen_simultaneous_sendings_of_one_attempt_spend_one_view(house: House) {
    let (_, _, link) = house.link(|share| share.views = Views::Limited(3)).await;
    let answers = simultaneously(&house, link, |_| 1).await;
    let spent = answers.iter().map(|answer| answer.as_ref().unwrap().spent).filter(|spent| *spent).count();
    assert_eq!(spent, 1);
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().views_left == Some(2)));
}

async fn a_lost_answer_is_had_again_for_ten_minutes_and_costs_nothing(house: House) {
    let (_, share, link) = house.link(|share| share.expires_at = share.starts_at.plus_seconds(5)).await;
    let first = house.reveal(link, 1).await.unwrap();
    // The last view is spent, and then the time runs out as well: the view was granted before.
    house.wait(599);
    let before = (house.remembered(), house.records().await.len());
    let again = house.reveal(link, 1).await.unwrap();
    assert_eq!((again.snapshot, again.wrap, again.spent), (snapshot(share), wrap(link), false));
    assert_eq!((again.views_left, again.retry_until), (Some(0), first.retry_until));
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["link.revealed_again"]);
    assert_eq!(refusal(house.reveal(link, 2).await), Refusal::Expired, "another attempt is not a retry");
    house.wait(2);
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Expired);
}

async fn a_retry_after_ten_minutes_spends_a_view_like_anybody(house: House) {
    let (_, _, link) = house.link(|share| share.views = Views::Limited(2)).await;
    assert!(house.reveal(link, 1).await.unwrap().spent);
    house.wait(600);
    let second = house.reveal(link, 1).await.unwrap();
    assert_eq!((second.spent, second.views_left), (true, Some(0)));
    let again = house.reveal(link, 1).await.unwrap();
    assert_eq!((again.spent, again.retry_until), (false, second.retry_until), "the latest grant counts");
}

async fn a_check_tells_who_shares_and_spends_nothing(house: House) {
    let (owner, share, link) = house.link(|share| share.views = Views::Limited(2)).await;
    house.reveal(link, 1).await.unwrap();
    let opened_at = house.now();
    assert_eq!(house.guess(link).await, Refusal::WrongToken { tries_left: 9 });
    let before = (house.remembered(), house.records().await.len());
    let checked = house.store.check_link(&house.call(), link, knock(link), proof(link)).await.unwrap();
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["link.checked"]);
    assert_eq!((checked.sharer, checked.sharer_email), (owner.owner().full_name.clone(), owner.owner().email.clone()));
    assert_eq!((checked.views_left, checked.failed_tokens), (Some(1), 1));
    let row = house.store.share(&house.call(), &owner, share).await.unwrap();
    assert_eq!((checked.shared_at, checked.expires_at), (row.created_at, row.expires_at));
    assert_eq!(checked.openings.iter().map(|o| (o.at, o.address.as_str())).collect::<Vec<_>>(), [(opened_at, OFFICE)]);
}

async fn ten_wrong_tokens_lock_a_link_and_its_owner_unlocks_it(house: House) {
    let (owner, _, link) = house.link(|_| ()).await;
    for tries_left in (1..10).rev() {
        assert_eq!(house.guess(link).await, Refusal::WrongToken { tries_left });
    }
    let before = house.records().await.len();
    // A reveal with a wrong token counts like a check.
    let tenth = house.store.reveal_link(&house.call(), link, knock(link), wrong_proof(), attempt(1)).await;
    assert_eq!(refusal(tenth), Refusal::WrongToken { tries_left: 0 });
    assert_eq!(house.told_since(before).await, ["link.refused: wrong-token", "link.locked"]);
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Locked);
    assert_eq!(house.guess(link).await, Refusal::Locked, "a locked link counts no further");
    house.store.unlock_link(&house.call(), &owner, link).await.unwrap();
    assert_eq!(house.guess(link).await, Refusal::WrongToken { tries_left: 9 });
    assert!(house.reveal(link, 1).await.unwrap().spent);
    assert!(house.told_since(before).await.contains(&"link.unlocked".to_owned()));
}

async fn simultaneous_guesses_are_each_counted(house: House) {
    let (owner, share, link) = house.link(|_| ()).await;
    let guesses: Vec<_> = (0..8)
        .map(|_| {
            let (store, call) = (house.store.clone(), house.call());
            tokio::spawn(async move { refusal(store.check_link(&call, link, knock(link), wrong_proof()).await) })
        })
        .collect();
    for guess in guesses {
        assert!(matches!(guess.await.unwrap(), Refusal::WrongToken { .. }));
    }
    assert_eq!(house.store.share(&house.call(), &owner, share).await.unwrap().links[0].failed_tokens, 8);
}

async fn a_stranger_who_knows_only_a_links_id_changes_nothing_and_leaves_no_trace(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    let store = &house.store;
    for (link, proof) in [(link, proof(link)), (link, wrong_proof()), (LinkId::from_bytes(house.id()), proof(link))] {
        for _ in 0..11 {
            assert_eq!(refusal(store.knock_link(&house.call(), link, wrong_knock()).await), Refusal::UnknownLink);
            assert_eq!(refusal(store.check_link(&house.call(), link, wrong_knock(), proof.clone()).await), Refusal::UnknownLink);
            let reveal = store.reveal_link(&house.call(), link, wrong_knock(), proof.clone(), attempt(1)).await;
            assert_eq!(refusal(reveal), Refusal::UnknownLink);
            assert_eq!(refusal(store.burn_link(&house.call(), link, wrong_knock(), proof.clone()).await), Refusal::UnknownLink);
        }
    }
    assert_eq!((house.remembered(), house.records().await.len()), before);
    assert!(!house.reveal(link, 1).await.unwrap().spent, "who holds the link still has their retry");
}

async fn a_recipient_destroys_what_they_are_done_with(house: House) {
    let (_, _, link) = house.link(|share| share.views = Views::Unlimited).await;
    house.reveal(link, 1).await.unwrap();
    let before = house.records().await.len();
    house.store.burn_link(&house.call(), link, knock(link), proof(link)).await.unwrap();
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Burnt, "not even the retry lives on");
    assert_eq!(refusal(house.store.burn_link(&house.call(), link, knock(link), proof(link)).await), Refusal::Burnt);
    assert_eq!(house.told_since(before).await, ["link.burnt", "link.refused: burnt", "link.refused: burnt"]);
    let swept = house.store.sweep(&house.call()).await.unwrap();
    assert_eq!((swept.wraps, swept.snapshots), (1, 1));
}

async fn a_share_for_narrower_networks_opens_only_there(house: House) {
    let (_, _, link) = house.link(|share| share.networks = Networks::read(["10.20.7.0/24", "2001:db8::/32"]).unwrap()).await;
    let before = (house.remembered(), house.records().await.len());
    assert_eq!(refusal(house.store.knock_link(&house.call(), link, knock(link)).await), Refusal::OutsideShareNetworks);
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::OutsideShareNetworks);
    assert_eq!(house.remembered(), before.0);
    let refused = "link.refused: outside-share-networks";
    assert_eq!(house.told_since(before.1).await, [refused, refused]);
    for inside in ["2001:db8::7", "::ffff:10.20.7.9"] {
        assert!(house.store.knock_link(&house.call_from(inside), link, knock(link)).await.is_ok(), "{inside}");
    }
    let revealed = house.store.reveal_link(&house.call_from("10.20.7.9"), link, knock(link), proof(link), attempt(1)).await;
    assert!(revealed.unwrap().spent);
}

async fn a_long_story_of_openings_is_told_by_its_latest_twenty(house: House) {
    let (owner, share, link) = house.link(|share| share.views = Views::Unlimited).await;
    let mut opened = Vec::new();
    for n in 0..23 {
        assert_eq!(house.reveal(link, n).await.unwrap().views_left, None);
        opened.push(house.now());
    }
    let checked = house.store.check_link(&house.call(), link, knock(link), proof(link)).await.unwrap();
    let row = house.store.share(&house.call(), &owner, share).await.unwrap().links.remove(0);
    for openings in [checked.openings, row.openings] {
        assert_eq!(openings.iter().map(|opening| opening.at).collect::<Vec<_>>(), opened[3..]);
    }
}

async fn a_view_is_not_spent_for_bytes_that_are_not_there(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    house.sql("DELETE FROM wraps");
    let before = (house.remembered(), house.records().await.len());
    assert!(matches!(house.reveal(link, 1).await, Err(store::Failure::Broken(_))));
    assert_eq!((house.remembered(), house.records().await.len()), before);
}

async fn simultaneously(house: &House, link: LinkId, attempt_of: impl Fn(u8) -> u8) -> Vec<Result<store::Revealed, store::Failure>> {
    let recipients: Vec<_> = (0..16)
        .map(|n| {
            let (store, call, attempt) = (house.store.clone(), house.call(), attempt(attempt_of(n)));
            tokio::spawn(async move { store.reveal_link(&call, link, knock(link), proof(link), attempt).await })
        })
        .collect();
    let mut answers = Vec::new();
    for recipient in recipients {
        answers.push(recipient.await.unwrap());
    }
    answers
}
