//! Stories of messages that nobody needs any more, or that can't be read: what becomes of them, and of those beside them.

use store::{About, Failed, LEASE_SECONDS, Operator, SealedMail, Store};
use vault::account::Standing;
use vault::message::State;
use vault::share::Delivery;
use vault::{MessageId, Policy, Refusal, Timestamp};

use crate::support::*;

on_both_databases! {
    an_invitation_that_was_used_is_not_mailed_any_more
    an_invitation_that_lapsed_is_taken_back_by_the_sweeper
    an_invitation_that_lapsed_does_not_leave_before_the_sweeper_comes
    an_invitation_of_somebody_suspended_is_taken_back
    a_message_whose_row_is_damaged_is_given_up_and_the_others_go_on
    an_owner_is_told_what_is_known_of_a_token_that_was_given_up
    an_owner_is_told_of_a_token_and_of_a_link_that_an_operator_dropped
    what_ended_is_forgotten_after_a_week_or_a_month_and_what_waits_is_not
    a_notice_that_could_not_be_sent_for_a_month_is_taken_back
    a_database_from_before_forgets_what_ended_long_ago
    ten_test_messages_leave_in_an_hour_whoever_asks
    what_can_not_be_tried_again_is_refused_by_name_and_not_recorded_as_tried
}

impl House {
    /// Invites by mail. Answers with the message.
    async fn mailed(&self, name: &str) -> MessageId {
        let mut new = self.invitation(name);
        let message = MessageId::from_bytes(self.id());
        new.mail = Some(SealedMail { message, sealed: b"\x01sealed invitation".to_vec() });
        self.store.invite(&self.call(), &operator(), new).await.unwrap();
        message
    }

    async fn state_of(&self, id: MessageId) -> State {
        self.store.messages(None, None, 100).await.unwrap().into_iter().find(|row| row.id == id).unwrap().state
    }

    fn keeps_invitation(&self) -> bool {
        self.remembered().contains(&hex(b"\x01sealed invitation"))
    }
}

async fn an_invitation_that_was_used_is_not_mailed_any_more(house: House) {
    let mail = house.mailed("ada").await;
    let before = house.records().await.len();
    house.owner_registers("ada").await;
    assert!(!house.keeps_invitation());
    assert_eq!(house.state_of(mail).await, State::Withdrawn);
    assert_eq!(house.store.oldest_payload().await, Ok(None), "its day's key can go");
    assert!(house.due().await.is_empty());
    assert_eq!(house.told_since(before).await[..2], ["account.registered", "mail.withdrawn"]);
}

async fn an_invitation_that_lapsed_is_taken_back_by_the_sweeper(house: House) {
    let mail = house.mailed("ada").await;
    house.wait(71 * 3600);
    house.store.sweep(&house.call()).await.unwrap();
    assert!(house.keeps_invitation(), "it can still be used");
    house.wait(3600);
    let before = house.records().await.len();
    house.store.sweep(&house.call()).await.unwrap();
    assert!(!house.keeps_invitation());
    assert_eq!((house.state_of(mail).await, house.store.oldest_payload().await), (State::Withdrawn, Ok(None)));
    let told = house.records().await.split_off(before);
    assert_eq!(told.iter().map(|record| record.event.as_str()).collect::<Vec<_>>(), ["mail.withdrawn"]);
    assert_eq!((told[0].details["about"].as_str(), told[0].details["message"].as_str()), ("invitation", mail.to_string().as_str()));
    house.store.sweep(&house.call()).await.unwrap();
    assert_eq!(house.records().await.len(), before + 1, "it is told once");
}

async fn an_invitation_that_lapsed_does_not_leave_before_the_sweeper_comes(house: House) {
    house.mailed("ada").await;
    house.wait(72 * 3600 - 10);
    let mail = house.due().await.remove(0);
    house.wait(10);
    assert!(!house.store.message_leaves(&house.call(), &mail).await.unwrap());
}

async fn an_invitation_of_somebody_suspended_is_taken_back(house: House) {
    let mail = house.mailed("ada").await;
    house.store.set_standing(&house.call(), &operator(), &"ada".parse().unwrap(), Standing::Suspended).await.unwrap();
    assert!(!house.keeps_invitation());
    assert_eq!(house.state_of(mail).await, State::Withdrawn);
}

async fn a_message_whose_row_is_damaged_is_given_up_and_the_others_go_on(house: House) {
    let links: Vec<_> = (0..3).map(|n| house.new_link(&format!("r{n}@example.org"))).collect();
    house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::HandOver)).await;
    house.sql("UPDATE links SET recipient = 'nobody at all' WHERE recipient = 'r0@example.org'");
    house.sql("UPDATE outbox SET about = 'nonsense' WHERE link = (SELECT id FROM links WHERE recipient = 'r1@example.org')");
    let before = house.records().await.len();
    let due = house.due().await;
    assert_eq!(due.iter().map(|message| message.to().to_string()).collect::<Vec<_>>(), ["r2@example.org"]);
    let dead = house.store.messages(Some(State::Dead), None, 10).await.unwrap();
    assert_eq!(dead.len(), 2, "{dead:?}");
    assert!(dead.iter().all(|row| row.last_failure.as_deref().is_some_and(|why| why.contains("can't be read"))), "{dead:?}");
    assert_eq!(house.remembered().matches(&hex(b"\x01sealed token")).count(), 1, "what they carried is gone");
    assert!(house.told_since(before).await.starts_with(&["mail.given_up".to_owned(), "mail.given_up".to_owned()]));
    house.store.message_sent(&house.call(), due[0].id).await.unwrap();
    house.wait(LEASE_SECONDS);
    house.due().await;
    assert_eq!(house.store.messages_waiting().await, Ok(0), "a notice about it can't be read either, and stops nothing");
}

async fn what_can_not_be_tried_again_is_refused_by_name_and_not_recorded_as_tried(house: House) {
    let (_, _, link) = house.link(|share| share.delivery = Delivery::HandOver).await;
    let message = house.due().await.remove(0);
    assert_eq!(message.about, About::Token);
    assert!(house.store.message_leaves(&house.call(), &message).await.unwrap());
    let before = house.records().await.len();
    assert_eq!(refusal(house.store.retry_message(&house.call(), &operator(), message.id).await).name(), "leaving");
    assert_eq!(house.told_since(before).await, ["operator.refused: leaving"]);
    let retried = house.store.retry_dead_messages(&house.call(), &operator()).await.unwrap();
    assert_eq!((retried.tried, house.records().await.len()), (0, before + 1), "nothing was tried, and nothing is recorded as tried");
    house.sql("UPDATE outbox SET leaving_at = NULL, held = '1'");
    assert_eq!(refusal(house.store.retry_message(&house.call(), &operator(), message.id).await).name(), "waits-for-token");
    assert_ne!(
        refusal(house.store.retry_message(&house.call(), &operator(), MessageId::from_bytes(*link.as_bytes())).await),
        Refusal::NothingToSend
    );
}

fn failed(uncertain: bool, next_try: Option<Timestamp>) -> Failed {
    Failed { why: "no".to_owned(), next_try, uncertain }
}

async fn an_owner_is_told_what_is_known_of_a_token_that_was_given_up(house: House) {
    let links: Vec<_> = (0..4).map(|n| house.new_link(&format!("r{n}@example.org"))).collect();
    house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::HandOver)).await;
    let due = house.due().await;
    let later = house.now().plus_seconds(3600);
    let tell = async |at: usize, failed| house.store.message_failed(&house.call(), due[at].id, failed).await.unwrap();
    tell(0, failed(true, None)).await;
    // What may have arrived once stays so, whatever is known of later tries.
    tell(1, failed(true, Some(later))).await;
    tell(1, failed(false, None)).await;
    tell(2, failed(false, Some(later))).await;
    tell(2, failed(false, None)).await;
    assert!(house.store.message_leaves(&house.call(), &due[3]).await.unwrap());
    house.wait(LEASE_SECONDS);
    let again = house.due().await.into_iter().find(|message| message.id == due[3].id).unwrap();
    house.store.message_failed(&house.call(), again.id, failed(false, None)).await.unwrap();
    house.wait(LEASE_SECONDS);
    let mut told: Vec<_> = house.due().await.iter().map(|message| (about(message).recipient.to_string(), message.about)).collect();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let told: Vec<_> = told.into_iter().map(|(_, about)| about).collect();
    assert_eq!(told, [About::PerhapsDelivered, About::PerhapsDelivered, About::Undelivered, About::PerhapsDelivered]);
}

async fn an_owner_is_told_of_a_token_and_of_a_link_that_an_operator_dropped(mut house: House) {
    house.store.clone().close().await;
    house.settings.policy = Policy { relay_both: true, ..Policy::default() };
    house.store = Store::open(house.settings.clone()).await.unwrap();
    let links = vec![house.new_link("bob@example.org"), house.new_link("eve@example.org")];
    let (ada, _, _) = house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::RelayBoth)).await;
    let [of_bob, of_eve] = <[_; 2]>::try_from(house.due().await).unwrap_or_else(|_| panic!("two tokens"));
    house.store.message_sent(&house.call(), of_eve.id).await.unwrap();
    let rows = house.store.messages(Some(State::Waiting), None, 10).await.unwrap();
    let link_of_eve = rows.iter().find(|row| row.about == About::Link && row.link == Some(about(&of_eve).link)).unwrap().id;
    let before = house.records().await.len();
    house.store.drop_message(&house.call(), &operator(), of_bob.id).await.unwrap();
    house.store.drop_message(&house.call(), &operator(), link_of_eve).await.unwrap();
    assert_eq!(house.told_since(before).await, ["mail.dropped", "mail.dropped"]);
    let due = house.due().await;
    let told: Vec<_> = due.iter().map(|message| (message.about, about(message).link, message.to().clone())).collect();
    let email = || ada.owner().email.clone();
    assert_eq!(told, [(About::Dropped, links[0].id, email()), (About::DroppedLink, links[1].id, email())]);
    // A dead letter was told of when it was given up, and a notice concerns nobody else.
    house.store.message_failed(&house.call(), due[0].id, failed(false, None)).await.unwrap();
    house.store.drop_message(&house.call(), &operator(), due[0].id).await.unwrap();
    house.store.drop_message(&house.call(), &operator(), due[1].id).await.unwrap();
    assert_eq!(house.store.messages_waiting().await, Ok(0));
}

async fn what_ended_is_forgotten_after_a_week_or_a_month_and_what_waits_is_not(house: House) {
    let links: Vec<_> = (0..4).map(|n| house.new_link(&format!("r{n}@example.org"))).collect();
    let month = house.now().plus_seconds(31 * 86_400);
    let wishes = |share: &mut vault::share::NewShare| {
        (share.links, share.delivery, share.expires_at) = (links.clone(), Delivery::HandOver, share.starts_at.plus_seconds(30 * 86_400));
    };
    house.link(wishes).await;
    let due = house.due().await;
    house.store.message_sent(&house.call(), due[0].id).await.unwrap();
    house.store.message_failed(&house.call(), due[1].id, failed(false, None)).await.unwrap();
    house.store.drop_message(&house.call(), &operator(), due[2].id).await.unwrap();
    house.store.message_failed(&house.call(), due[3].id, failed(false, Some(month))).await.unwrap();
    for notice in house.due().await {
        house.store.message_sent(&house.call(), notice.id).await.unwrap();
    }
    let left = async || {
        house.store.sweep(&house.call()).await.unwrap();
        let rows = house.store.messages(None, None, 100).await.unwrap();
        let mut left: Vec<usize> = rows.iter().filter_map(|row| due.iter().position(|message| message.id == row.id)).collect();
        left.sort_unstable();
        (left, rows.len())
    };
    house.wait(7 * 86_400 - 60);
    assert_eq!(left().await, (vec![0, 1, 2, 3], 6));
    house.wait(60);
    assert_eq!(left().await, (vec![1, 2, 3], 3));
    house.wait(23 * 86_400 - 120);
    assert_eq!(left().await.0, [1, 2, 3]);
    // The link itself ends after a month, and its token is taken back then.
    house.wait(180);
    assert_eq!(left().await.0, [3]);
    let told = house.records().await;
    assert_eq!(told.iter().filter(|record| record.event == "mail.given_up").count(), 1, "audit forgets nothing");
}

async fn a_notice_that_could_not_be_sent_for_a_month_is_taken_back(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    house.wait(30 * 86_400 - 60);
    house.store.sweep(&house.call()).await.unwrap();
    assert_eq!(house.store.messages_waiting().await, Ok(1));
    house.wait(60);
    house.store.sweep(&house.call()).await.unwrap();
    assert_eq!(house.store.messages_waiting().await, Ok(0));
    let told = house.records().await.pop().unwrap();
    assert_eq!((told.event.as_str(), told.details["about"].as_str()), ("mail.withdrawn", "used-up"));
}

async fn a_database_from_before_forgets_what_ended_long_ago(house: House) {
    let used = house.mailed("eve").await;
    let links = vec![house.new_link("bob@example.org"), house.new_link("dan@example.org")];
    house.link(|share| (share.links, share.delivery) = (links.clone(), Delivery::HandOver)).await;
    let due = house.due().await;
    house.store.message_sent(&house.call(), due[1].id).await.unwrap();
    house.sql("UPDATE invitations SET used_at = 1 WHERE used_at IS NULL");
    house.store.clone().close().await;
    let down = include_str!("../../../../migrations/sqlite/2026-11-21-000310_ended_messages/down.sql");
    house.sql(down);
    house.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20261121000310'");
    let store = Store::open(house.settings.clone()).await.unwrap();
    store.sweep(&house.call()).await.unwrap();
    let left = store.messages(None, None, 10).await.unwrap();
    let state = |id| left.iter().find(|row| row.id == id).map(|row| row.state);
    assert_eq!((state(used), state(due[1].id), state(due[2].id)), (Some(State::Withdrawn), Some(State::Sent), Some(State::Waiting)));
    house.wait(7 * 86_400);
    store.sweep(&house.call()).await.unwrap();
    assert!(store.messages(Some(State::Sent), None, 10).await.unwrap().is_empty());
    store.close().await;
}

async fn ten_test_messages_leave_in_an_hour_whoever_asks(house: House) {
    let other = Operator { uid: 1001, name: "otto".to_owned() };
    let olga = operator();
    let to = || "olga@example.com".parse().unwrap();
    for n in 0..10 {
        house.store.mail_tested(&house.call(), if n % 2 == 0 { &other } else { &olga }, to()).await.unwrap();
    }
    let before = house.records().await.len();
    let refused = refusal(house.store.mail_tested(&house.call(), &other, to()).await);
    assert!(matches!(refused, Refusal::TooManyTests { retry_seconds: 3595..=3600 }), "{refused:?}");
    assert_eq!(house.told_since(before).await, ["operator.refused: too-many-tests"]);
    house.wait(3600);
    house.store.mail_tested(&house.call(), &other, to()).await.unwrap();
    let told = house.records().await.pop().unwrap();
    assert_eq!((told.event.as_str(), told.details["to"].as_str()), ("mail.tested", "olga@example.com"));
}
