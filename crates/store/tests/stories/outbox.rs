//! Stories of mail: what waits to be sent, to whom, and what becomes of it.

use store::{About, Failed, LEASE_SECONDS, Message, Store};
use vault::message::State;
use vault::share::{Delivery, Views};
use vault::{MessageId, Refusal, Timestamp};

use crate::support::*;

on_both_databases! {
    a_token_waits_for_its_recipient_and_is_gone_once_sent
    an_owner_is_told_of_views_of_the_last_view_and_of_a_lock
    an_owner_is_told_that_nobody_came
    nothing_is_mailed_by_hand_and_for_what_is_refused
    a_message_is_handed_out_to_one_worker_at_a_time
    a_message_that_fails_waits_and_one_given_up_loses_its_payload
    the_owner_learns_of_a_token_that_was_given_up_and_of_no_notice
    a_message_leaves_for_whoever_holds_it_and_only_while_it_is_wanted
    a_message_of_which_nothing_was_heard_may_have_been_delivered_and_that_is_recorded
    without_an_answer_a_message_may_have_been_delivered_and_is_sent_again
    a_message_that_was_taken_back_while_it_left_does_not_come_back
    operators_see_the_outbox_and_try_again_what_can_be
    a_dropped_message_is_not_sent_and_loses_its_payload
    what_was_given_up_before_dead_letters_were_told_apart_is_one_now
    a_token_for_a_link_that_ended_is_taken_back
    an_unknown_message_is_nobodys
}

fn failed(why: &str, next_try: Option<Timestamp>) -> Failed {
    Failed { why: why.to_owned(), next_try, uncertain: false }
}

fn abouts(messages: &[Message]) -> Vec<About> {
    messages.iter().map(|message| message.about).collect()
}

async fn a_token_waits_for_its_recipient_and_is_gone_once_sent(house: House) {
    let (ada, share, link) = house
        .link(|share| {
            share.delivery = Delivery::HandOver;
            share.label = Some("the router".parse().unwrap());
        })
        .await;
    let made = house.now();
    assert_eq!(house.store.messages_waiting().await, Ok(1));
    let message = house.due().await.remove(0);
    assert_eq!((message.about, about(&message).link, about(&message).share, message.at), (About::Token, link, share, made));
    assert_eq!(message.to().as_str(), "bob@example.org");
    assert_eq!((&about(&message).owner_name, &about(&message).owner_email), (&ada.owner().full_name, &ada.owner().email));
    assert_eq!(about(&message).label.as_ref().unwrap().as_str(), "the router");
    assert_eq!(message.payload.as_deref(), Some(&b"\x01sealed token"[..]));
    house.store.message_sent(&house.call(), message.id).await.unwrap();
    assert!(!house.remembered().contains(&hex(b"\x01sealed token")), "the payload is gone");
    assert_eq!(house.store.messages_waiting().await, Ok(0));
    house.wait(LEASE_SECONDS);
    assert!(house.due().await.is_empty());
    let told = house.records().await.pop().unwrap();
    assert_eq!((told.event.as_str(), told.details["about"].as_str(), told.link), ("mail.sent", "token", link.to_string()));
}

async fn an_owner_is_told_of_views_of_the_last_view_and_of_a_lock(house: House) {
    let (ada, share, link) = house.link(|share| share.views = Views::Limited(2)).await;
    house.store.reveal_link(&house.call_from("10.20.0.77"), link, knock(link), proof(link), attempt(1)).await.unwrap();
    let viewed = house.now();
    house.reveal(link, 1).await.unwrap();
    house.reveal(link, 2).await.unwrap();
    let item = house.item(&ada).await;
    let locked = house.share(&ada, item, |_| ()).await.links[0].id;
    for _ in 0..12 {
        house.guess(locked).await;
    }
    let due = house.due().await;
    assert_eq!(abouts(&due), [About::Revealed, About::UsedUp, About::Locked], "a retry is not told again");
    assert!(due.iter().all(|message| message.to() == &ada.owner().email && message.payload.is_none()));
    assert_eq!((about(&due[0]).share, due[0].at, due[0].address.as_str()), (share, viewed, "10.20.0.77"));
    assert_eq!((about(&due[2]).link, due[2].address.as_str()), (locked, OFFICE));
}

async fn an_owner_is_told_that_nobody_came(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    let (_, _, viewed) = house.link(|share| (share.links, share.views) = (links.clone(), Views::Limited(2))).await;
    house.reveal(viewed, 1).await.unwrap();
    house.wait(3600);
    let before = house.records().await.len();
    for expired in [2, 0] {
        assert_eq!(house.store.sweep(&house.call()).await.unwrap().expired, expired);
    }
    let due = house.due().await;
    assert_eq!(abouts(&due), [About::Revealed, About::ExpiredUnseen]);
    assert_eq!(about(&due[1]).link, links[1].id);
    assert_eq!(house.told_since(before).await, ["link.expired", "link.expired", "sealed.deleted"]);
}

async fn nothing_is_mailed_by_hand_and_for_what_is_refused(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    house.guess(link).await;
    house.store.knock_link(&house.call(), link, knock(link)).await.unwrap();
    house.store.check_link(&house.call(), link, knock(link), proof(link)).await.unwrap();
    assert!(house.due().await.is_empty());
}

async fn a_message_is_handed_out_to_one_worker_at_a_time(house: House) {
    let links: Vec<_> = (0..5).map(|n| house.new_link(&format!("r{n}@example.org"))).collect();
    house.link(|share| (share.links, share.delivery) = (links, Delivery::HandOver)).await;
    let work = || {
        let (store, call) = (house.store.clone(), house.call());
        tokio::spawn(async move { store.due_messages(&call, 3).await.unwrap() })
    };
    let mut ids: Vec<MessageId> = Vec::new();
    for worker in [work(), work()] {
        ids.extend(worker.await.unwrap().iter().map(|message| message.id));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    assert!(house.due().await.is_empty());
    // A worker that died leaves its messages to the next.
    house.wait(LEASE_SECONDS);
    assert_eq!(house.due().await.len(), 5);
}

async fn a_message_that_fails_waits_and_one_given_up_loses_its_payload(house: House) {
    house.link(|share| share.delivery = Delivery::HandOver).await;
    let message = house.due().await.remove(0);
    let next = house.now().plus_seconds(60);
    house.store.message_failed(&house.call(), message.id, failed(&"the server said no. ".repeat(40), Some(next))).await.unwrap();
    assert!(house.due().await.is_empty());
    house.wait(60);
    let again = house.due().await.remove(0);
    assert_eq!((again.id, again.attempts, again.payload.is_some()), (message.id, 1, true));
    house.store.message_failed(&house.call(), message.id, failed("the server said no for good", None)).await.unwrap();
    assert!(!house.remembered().contains(&hex(b"\x01sealed token")));
    house.wait(86_400);
    assert_eq!(abouts(&house.due().await), [About::Undelivered]);
    assert_eq!(house.store.health(house.now()).await.unwrap().mail_dead, 1);
    let told: Vec<_> = house.records().await.into_iter().filter(|record| record.event.starts_with("mail.")).collect();
    assert_eq!((told[0].event.as_str(), told[0].details["why"].chars().count()), ("mail.failed", 500));
    assert_eq!((told[1].event.as_str(), told[1].details["why"].as_str()), ("mail.given_up", "the server said no for good"));
    assert_eq!(told.len(), 2);
}

async fn a_token_for_a_link_that_ended_is_taken_back(house: House) {
    let links: Vec<_> = (0..4).map(|n| house.new_link(&format!("r{n}@example.org"))).collect();
    let (ada, share, first) = house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::HandOver)).await;
    assert_eq!(house.store.messages_waiting().await, Ok(4));
    house.store.revoke_link(&house.call(), &ada, first).await.unwrap();
    assert_eq!(house.store.messages_waiting().await, Ok(3));
    let second = links[1].id;
    house.store.burn_link(&house.call(), second, knock(second), proof(second)).await.unwrap();
    assert_eq!(house.store.messages_waiting().await, Ok(2));
    house.store.revoke_share(&house.call(), &ada, share).await.unwrap();
    assert_eq!(house.store.messages_waiting().await, Ok(0));
    assert!(!house.remembered().contains(&hex(b"\x01sealed token")));
}

async fn an_unknown_message_is_nobodys(house: House) {
    let nothing = MessageId::from_bytes(house.id());
    let operator = operator();
    let before = house.records().await.len();
    assert_eq!(refusal(house.store.retry_message(&house.call(), &operator, nothing).await), Refusal::NotFound);
    assert_eq!(refusal(house.store.drop_message(&house.call(), &operator, nothing).await), Refusal::NotFound);
    assert_eq!(house.told_since(before).await, ["operator.refused: not-found"; 2]);
    assert_eq!(refusal(house.store.message_sent(&house.call(), nothing).await), Refusal::NotFound);
    assert_eq!(refusal(house.store.message_failed(&house.call(), nothing, failed("no", None)).await), Refusal::NotFound);
}

async fn the_owner_learns_of_a_token_that_was_given_up_and_of_no_notice(house: House) {
    let (ada, _, link) = house.link(|share| share.delivery = Delivery::HandOver).await;
    let token = house.due().await.remove(0);
    house.store.message_failed(&house.call(), token.id, failed("no such user", None)).await.unwrap();
    let notice = house.due().await.remove(0);
    assert_eq!((notice.about, about(&notice).link, notice.to()), (About::Undelivered, link, &ada.owner().email));
    assert_eq!(notice.payload, None);
    house.store.message_failed(&house.call(), notice.id, failed("no such user either", None)).await.unwrap();
    house.wait(86_400);
    assert!(house.due().await.is_empty(), "nobody is told of a notice");
}

async fn a_message_leaves_for_whoever_holds_it_and_only_while_it_is_wanted(house: House) {
    let (ada, _, link) = house.link(|share| share.delivery = Delivery::HandOver).await;
    let slow = house.due().await.remove(0);
    house.wait(LEASE_SECONDS);
    let quick = house.due().await.remove(0);
    assert!(!house.store.message_leaves(&house.call(), &slow).await.unwrap(), "it is another worker's now");
    assert!(house.store.message_leaves(&house.call(), &quick).await.unwrap());
    house.wait(LEASE_SECONDS - 1);
    assert!(house.due().await.is_empty(), "it is held from when it began to leave");
    house.wait(1);
    let again = house.due().await.remove(0);
    house.store.revoke_link(&house.call(), &ada, link).await.unwrap();
    assert!(!house.store.message_leaves(&house.call(), &again).await.unwrap(), "its link has ended");
}

async fn a_message_of_which_nothing_was_heard_may_have_been_delivered_and_that_is_recorded(house: House) {
    house.link(|share| share.delivery = Delivery::HandOver).await;
    let first = house.due().await.remove(0);
    house.wait(LEASE_SECONDS);
    let before = house.records().await.len();
    let second = house.due().await.remove(0);
    assert!(house.told_since(before).await.is_empty(), "nothing had been said of it yet");
    assert!(house.store.message_leaves(&house.call(), &second).await.unwrap());
    house.wait(LEASE_SECONDS);
    let third = house.due().await.remove(0);
    assert_eq!((third.id, third.attempts, first.attempts), (first.id, 1, 0));
    assert_eq!(house.told_since(before).await, ["mail.uncertain"]);
    house.store.message_sent(&house.call(), third.id).await.unwrap();
    let row = house.store.messages(None, None, 10).await.unwrap().remove(0);
    assert_eq!((row.state, row.uncertain), (State::Sent, true));
}

async fn without_an_answer_a_message_may_have_been_delivered_and_is_sent_again(house: House) {
    house.link(|share| share.delivery = Delivery::HandOver).await;
    let message = house.due().await.remove(0);
    let before = house.records().await.len();
    let lost = |next_try| Failed { uncertain: true, ..failed("the connection ended", next_try) };
    let next = house.now().plus_seconds(60);
    house.store.message_failed(&house.call(), message.id, lost(Some(next))).await.unwrap();
    assert_eq!(house.told_since(before).await, ["mail.uncertain"]);
    house.wait(60);
    assert_eq!(house.due().await.remove(0).id, message.id);
    house.store.message_failed(&house.call(), message.id, lost(None)).await.unwrap();
    assert_eq!(house.told_since(before).await, ["mail.uncertain", "mail.uncertain", "mail.given_up"]);
    let row = house.store.messages(Some(State::Dead), None, 10).await.unwrap().remove(0);
    assert_eq!((row.uncertain, row.last_failure.as_deref()), (true, Some("the connection ended")));
}

async fn a_message_that_was_taken_back_while_it_left_does_not_come_back(house: House) {
    let (ada, _, link) = house.link(|share| share.delivery = Delivery::HandOver).await;
    let message = house.due().await.remove(0);
    assert!(house.store.message_leaves(&house.call(), &message).await.unwrap());
    house.store.revoke_link(&house.call(), &ada, link).await.unwrap();
    let next = house.now().plus_seconds(60);
    house.store.message_failed(&house.call(), message.id, failed("come back later", Some(next))).await.unwrap();
    house.wait(86_400);
    assert!(house.due().await.is_empty());
    let row = house.store.messages(None, None, 10).await.unwrap().remove(0);
    assert_eq!((row.id, row.state), (message.id, State::Withdrawn));
}

async fn operators_see_the_outbox_and_try_again_what_can_be(house: House) {
    let (store, operator) = (&house.store, operator());
    let links: Vec<_> = (0..3).map(|n| house.new_link(&format!("r{n}@example.org"))).collect();
    house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::HandOver)).await;
    let due = house.due().await;
    store.message_sent(&house.call(), due[0].id).await.unwrap();
    store.message_failed(&house.call(), due[1].id, failed("no such user", None)).await.unwrap();
    let later = house.now().plus_seconds(3600);
    store.message_failed(&house.call(), due[2].id, failed("come back later", Some(later))).await.unwrap();
    let ids = |rows: Vec<store::MessageRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let of = async |state| ids(store.messages(Some(state), None, 10).await.unwrap());
    assert_eq!((of(State::Sent).await, of(State::Dead).await), (vec![due[0].id], vec![due[1].id]));
    let notice = of(State::Waiting).await.into_iter().find(|id| *id != due[2].id).unwrap();
    let all = ids(store.messages(None, None, 10).await.unwrap());
    assert!(all.len() == 4 && all.windows(2).all(|two| two[0] > two[1]), "newest first");
    assert_eq!(ids(store.messages(None, Some(all[1]), 10).await.unwrap()), all[2..]);

    assert_eq!(refusal(store.retry_message(&house.call(), &operator, due[1].id).await), Refusal::NothingToSend, "its token is gone");
    assert_eq!(refusal(store.retry_message(&house.call(), &operator, due[0].id).await), Refusal::NothingToSend, "it has left");
    let row = store.retry_message(&house.call(), &operator, due[2].id).await.unwrap();
    assert!(row.due_at.unwrap() <= house.now() && row.state == State::Waiting);
    assert_eq!(house.due().await.iter().map(|message| message.id).collect::<Vec<_>>(), [notice, due[2].id]);
    store.message_failed(&house.call(), notice, failed("no", None)).await.unwrap();
    let before = house.records().await.len();
    let retried = store.retry_dead_messages(&house.call(), &operator).await.unwrap();
    assert_eq!((retried.tried, retried.gone, retried.more), (1, 1, false));
    assert_eq!(house.told_since(before).await, ["mail.retried"]);
    let again = house.due().await.remove(0);
    assert_eq!((again.id, again.attempts), (notice, 0));
    assert!(store.message_leaves(&house.call(), &again).await.unwrap());
    assert_eq!(refusal(store.retry_message(&house.call(), &operator, notice).await), Refusal::Leaving);
    assert!(house.due().await.is_empty(), "what is just leaving isn't sent a second time beside it");
}

async fn a_dropped_message_is_not_sent_and_loses_its_payload(house: House) {
    house.link(|share| share.delivery = Delivery::HandOver).await;
    let id = house.store.messages(None, None, 10).await.unwrap()[0].id;
    let before = house.records().await.len();
    let row = house.store.drop_message(&house.call(), &operator(), id).await.unwrap();
    assert_eq!(row.state, State::Withdrawn);
    assert_eq!(abouts(&house.due().await), [About::Dropped], "its owner is told");
    assert!(!house.remembered().contains(&hex(b"\x01sealed token")));
    assert_eq!(refusal(house.store.drop_message(&house.call(), &operator(), id).await), Refusal::NothingToSend);
    assert_eq!(house.told_since(before).await, ["mail.dropped", "operator.refused: nothing-to-send"]);
}

async fn what_was_given_up_before_dead_letters_were_told_apart_is_one_now(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::HandOver)).await;
    let due = house.due().await;
    house.store.message_failed(&house.call(), due[0].id, failed("no such user", None)).await.unwrap();
    house.store.clone().close().await;
    house.sql(include_str!("../../../../migrations/sqlite/2026-11-21-000310_ended_messages/down.sql"));
    house.sql(include_str!("../../../../migrations/sqlite/2026-11-21-000100_outbox/down.sql"));
    house.sql("DELETE FROM __diesel_schema_migrations WHERE version IN ('20261121000100', '20261121000310')");
    let store = Store::open(house.settings.clone()).await.unwrap();
    let dead = store.messages(Some(State::Dead), None, 10).await.unwrap();
    assert_eq!(dead.iter().map(|row| row.id).collect::<Vec<_>>(), [due[0].id]);
    assert_eq!(store.messages(Some(State::Waiting), None, 10).await.unwrap().len(), 2);
    store.close().await;
}
