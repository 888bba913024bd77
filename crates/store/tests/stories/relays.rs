//! Stories of what the appliance mails besides tokens: links, where policy allows that it mails both, and invitations.

use store::{About, Failed, Matter, SealedMail, Store};
use vault::message::State;
use vault::share::{Delivery, NewShare};
use vault::{Language, LinkId, MessageId, Policy, Refusal, UserId};

use crate::support::*;

on_both_databases! {
    without_policys_leave_nothing_is_relayed
    a_relayed_link_leaves_only_a_while_after_its_token_and_is_gone_then
    an_operator_can_not_make_a_link_overtake_its_token
    a_link_whose_token_never_leaves_never_leaves_either
    revoking_takes_link_and_token_back
    the_owner_learns_of_a_link_that_was_given_up
    a_shares_language_is_kept_and_told_with_its_messages
    a_mailed_invitation_waits_for_the_invited_person_and_is_gone_once_sent
    an_invitation_that_makes_room_for_another_is_not_mailed_any_more
}

const GAP: i64 = 300;

fn relayed(share: &mut NewShare) {
    share.delivery = Delivery::RelayBoth;
}

impl House {
    /// The same house, where policy allows that the appliance mails both.
    async fn relaying(mut self) -> Self {
        self.store.clone().close().await;
        self.settings.policy = Policy { relay_both: true, ..Policy::default() };
        self.store = Store::open(self.settings.clone()).await.unwrap();
        self
    }

    fn keeps(&self, sealed: &[u8]) -> bool {
        self.remembered().contains(&hex(sealed))
    }

    async fn invited_by_mail(&self, name: &str) -> UserId {
        let mail = SealedMail { message: MessageId::from_bytes(self.id()), sealed: b"\x01sealed invitation".to_vec() };
        let new = store::NewInvitation { mail: Some(mail), ..self.invitation(name) };
        let user = new.user;
        self.store.invite(&self.call(), &operator(), new).await.unwrap();
        user
    }

    async fn states_of(&self, link: LinkId) -> Vec<(&'static str, State)> {
        let rows = self.store.messages(None, None, 100).await.unwrap();
        rows.into_iter().filter(|row| row.link == Some(link)).map(|row| (row.about.name(), row.state)).collect()
    }
}

async fn without_policys_leave_nothing_is_relayed(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let before = house.records().await.len();
    assert_eq!(refusal(house.try_share(&ada, item, relayed).await), Refusal::RelayNotAllowed);
    assert_eq!(house.told_since(before).await, ["owner.refused: relay-not-allowed"]);
    assert_eq!(house.store.messages_waiting().await, Ok(0));
    assert!(!house.keeps(b"\x01sealed secret"));
}

async fn a_relayed_link_leaves_only_a_while_after_its_token_and_is_gone_then(house: House) {
    let house = house.relaying().await;
    let (ada, share, link) = house.link(relayed).await;
    assert_eq!(house.store.share(&house.call(), &ada, share).await.unwrap().delivery, Delivery::RelayBoth);
    let told: Vec<_> = house.records().await.into_iter().filter(|record| record.share == share.to_string()).collect();
    assert_eq!(told.iter().map(|record| record.event.as_str()).collect::<Vec<_>>(), ["share.created", "share.relayed"]);
    assert_eq!((told[0].details["delivery"].as_str(), told[1].details["links"].as_str()), ("relay-both", "1"));
    assert_eq!(house.store.messages_waiting().await, Ok(2));

    house.wait(2 * GAP);
    let due = house.due().await;
    assert_eq!((due.len(), due[0].about), (1, About::Token), "however late it is, the token goes first");
    assert_eq!(about(&due[0]).delivery, Delivery::RelayBoth);
    let later = house.now().plus_seconds(60);
    let failed = Failed { why: "come back later".to_owned(), next_try: Some(later), uncertain: false };
    house.store.message_failed(&house.call(), due[0].id, failed).await.unwrap();
    house.wait(2 * GAP);
    let token = house.due().await.remove(0);
    assert_eq!(token.about, About::Token);
    house.store.message_sent(&house.call(), token.id).await.unwrap();
    assert!(house.due().await.is_empty(), "not together with the token");
    house.wait(GAP - 1);
    assert!(house.due().await.is_empty());
    house.wait(1);
    let mail = house.due().await.remove(0);
    assert_eq!((mail.about, about(&mail).link, mail.to().as_str()), (About::Link, link, "bob@example.org"));
    assert_eq!(mail.payload.as_deref(), Some(&b"\x01sealed secret"[..]));
    house.store.message_sent(&house.call(), mail.id).await.unwrap();
    assert!(!house.keeps(b"\x01sealed secret") && !house.keeps(b"\x01sealed token"));
    assert_eq!(house.states_of(link).await, [("link", State::Sent), ("token", State::Sent)]);
}

async fn an_operator_can_not_make_a_link_overtake_its_token(house: House) {
    let house = house.relaying().await;
    let (_, _, link) = house.link(relayed).await;
    let rows = house.store.messages(None, None, 10).await.unwrap();
    let held = rows.iter().find(|row| row.about == About::Link).unwrap();
    assert_eq!((held.link, held.state), (Some(link), State::Waiting));
    assert_eq!(refusal(house.store.retry_message(&house.call(), &operator(), held.id).await), Refusal::WaitsForToken);
    house.store.retry_dead_messages(&house.call(), &operator()).await.unwrap();
    let due = house.due().await;
    assert_eq!(due.iter().map(|message| message.about).collect::<Vec<_>>(), [About::Token]);
}

async fn a_link_whose_token_never_leaves_never_leaves_either(house: House) {
    let house = house.relaying().await;
    let (ada, _, link) = house.link(relayed).await;
    let token = house.due().await.remove(0);
    let failed = Failed { why: "no such user".to_owned(), next_try: None, uncertain: false };
    house.store.message_failed(&house.call(), token.id, failed).await.unwrap();
    assert!(!house.keeps(b"\x01sealed secret"));
    assert_eq!(house.states_of(link).await[1..], [("link", State::Withdrawn), ("token", State::Dead)]);

    let item = house.item(&ada).await;
    let other = house.share(&ada, item, relayed).await.links[0].id;
    let token = house.due().await.into_iter().find(|message| message.about == About::Token).unwrap();
    house.store.drop_message(&house.call(), &operator(), token.id).await.unwrap();
    assert!(!house.keeps(b"\x01sealed secret"));
    assert_eq!(house.states_of(other).await[1..], [("link", State::Withdrawn), ("token", State::Withdrawn)]);
}

async fn revoking_takes_link_and_token_back(house: House) {
    let house = house.relaying().await;
    let (ada, share, link) = house.link(relayed).await;
    house.store.revoke_share(&house.call(), &ada, share).await.unwrap();
    assert_eq!(house.states_of(link).await, [("link", State::Withdrawn), ("token", State::Withdrawn)]);
    assert!(!house.keeps(b"\x01sealed secret") && !house.keeps(b"\x01sealed token"));

    let item = house.item(&ada).await;
    let share = house.share(&ada, item, relayed).await;
    let token = house.due().await.remove(0);
    house.store.message_sent(&house.call(), token.id).await.unwrap();
    house.store.revoke_share(&house.call(), &ada, share.id).await.unwrap();
    assert!(!house.keeps(b"\x01sealed secret"), "also when its token has left");
    house.wait(2 * GAP);
    assert!(house.due().await.is_empty());
}

async fn the_owner_learns_of_a_link_that_was_given_up(house: House) {
    let house = house.relaying().await;
    let (ada, _, link) = house.link(relayed).await;
    let token = house.due().await.remove(0);
    house.store.message_sent(&house.call(), token.id).await.unwrap();
    house.wait(GAP);
    let mail = house.due().await.remove(0);
    let failed = Failed { why: "no such user".to_owned(), next_try: None, uncertain: false };
    house.store.message_failed(&house.call(), mail.id, failed).await.unwrap();
    let notice = house.due().await.remove(0);
    assert_eq!((notice.about, about(&notice).link, notice.to()), (About::UndeliveredLink, link, &ada.owner().email));
    assert_eq!(refusal(house.store.retry_message(&house.call(), &operator(), mail.id).await), Refusal::NothingToSend);
    let retried = house.store.retry_dead_messages(&house.call(), &operator()).await.unwrap();
    assert_eq!((retried.tried, retried.gone), (0, 1));
}

async fn a_shares_language_is_kept_and_told_with_its_messages(house: House) {
    let wishes = |share: &mut NewShare| (share.delivery, share.language) = (Delivery::HandOver, Some(Language::Portuguese));
    let (ada, share, _) = house.link(wishes).await;
    assert_eq!(house.store.share(&house.call(), &ada, share).await.unwrap().language, Some(Language::Portuguese));
    assert_eq!(about(&house.due().await[0]).language, Some(Language::Portuguese));
}

async fn a_mailed_invitation_waits_for_the_invited_person_and_is_gone_once_sent(house: House) {
    let user = house.invited_by_mail("ada").await;
    let told = house.records().await.pop().unwrap();
    assert_eq!((told.event.as_str(), told.details["to"].as_str()), ("account.invitation_mailed", "ada@example.com"));
    let mail = house.due().await.remove(0);
    assert_eq!((mail.about, mail.to().as_str()), (About::Invitation, "ada@example.com"));
    assert!(matches!(&mail.matter, Matter::Invitation(of) if of.user == user && of.expires_at > house.now()));
    let row = house.store.messages(None, None, 10).await.unwrap().remove(0);
    assert_eq!((row.link, row.to.as_str()), (None, "ada@example.com"));
    assert!(house.store.message_leaves(&house.call(), &mail).await.unwrap());
    house.store.message_sent(&house.call(), mail.id).await.unwrap();
    assert!(!house.keeps(b"\x01sealed invitation"));
    let told = house.records().await.pop().unwrap();
    assert_eq!((told.event.as_str(), told.details["about"].as_str()), ("mail.sent", "invitation"));
}

async fn an_invitation_that_makes_room_for_another_is_not_mailed_any_more(house: House) {
    house.invited_by_mail("ada").await;
    let first = house.due().await.remove(0);
    house.wait(30 * 86_400);
    house.invited_by_mail("ada").await;
    let due = house.due().await;
    assert!(due.len() == 1 && due[0].id != first.id);
    assert!(!house.store.message_leaves(&house.call(), &first).await.unwrap());
}
