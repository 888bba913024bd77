//! Stories of mail: what waits to be sent, to whom, and what becomes of it.

use store::{About, LEASE_SECONDS, Message};
use vault::share::{Delivery, Views};
use vault::{MessageId, Refusal};

use crate::support::*;

on_both_databases! {
    a_token_waits_for_its_recipient_and_is_gone_once_sent
    an_owner_is_told_of_views_of_the_last_view_and_of_a_lock
    an_owner_is_told_that_nobody_came
    nothing_is_mailed_by_hand_and_for_what_is_refused
    a_message_is_handed_out_to_one_worker_at_a_time
    a_message_that_fails_waits_and_one_given_up_loses_its_payload
    a_token_for_a_link_that_ended_is_taken_back
    an_unknown_message_is_nobodys
}

impl House {
    async fn due(&self) -> Vec<Message> {
        self.store.due_messages(&self.call(), 100).await.unwrap()
    }
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
    assert_eq!((message.about, message.link, message.share, message.at), (About::Token, link, share, made));
    assert_eq!(message.to().as_str(), "bob@example.org");
    assert_eq!((&message.owner_name, &message.owner_email), (&ada.owner().full_name, &ada.owner().email));
    assert_eq!(message.label.as_ref().unwrap().as_str(), "the router");
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
    assert_eq!((due[0].share, due[0].at, due[0].address.as_str()), (share, viewed, "10.20.0.77"));
    assert_eq!((due[2].link, due[2].address.as_str()), (locked, OFFICE));
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
    assert_eq!(due[1].link, links[1].id);
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
    house.store.message_failed(&house.call(), message.id, &"the server said no. ".repeat(40), Some(next)).await.unwrap();
    assert!(house.due().await.is_empty());
    house.wait(60);
    let again = house.due().await.remove(0);
    assert_eq!((again.id, again.attempts, again.payload.is_some()), (message.id, 1, true));
    house.store.message_failed(&house.call(), message.id, "the server said no for good", None).await.unwrap();
    house.wait(86_400);
    assert!(house.due().await.is_empty());
    assert_eq!(house.store.messages_waiting().await, Ok(0));
    assert!(!house.remembered().contains(&hex(b"\x01sealed token")));
    let told: Vec<_> = house.records().await.into_iter().filter(|record| record.event == "mail.failed").collect();
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].details["why"].chars().count(), told[1].details["why"].as_str()), (500, "the server said no for good"));
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
    assert_eq!(refusal(house.store.message_sent(&house.call(), nothing).await), Refusal::NotFound);
    assert_eq!(refusal(house.store.message_failed(&house.call(), nothing, "no", None).await), Refusal::NotFound);
}
