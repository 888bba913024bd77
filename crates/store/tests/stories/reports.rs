//! Stories of reports: a recipient says that an earlier opening wasn't theirs, and everything of the share stands still.

use store::{About, Failure};
use vault::event::Record;
use vault::link::State;
use vault::share::Views;
use vault::{FreezeId, LinkId, Refusal};

use crate::support::*;

on_both_databases! {
    a_report_freezes_the_whole_share_and_tells_owner_and_audit
    a_report_ends_the_ten_minute_retry
    a_second_report_is_heard_and_changes_nothing
    of_sixteen_simultaneous_reports_one_freezes
    of_sixteen_simultaneous_reports_of_what_has_ended_one_is_mailed
    once_an_operator_has_lifted_it_a_report_freezes_anew
    an_operators_freeze_neither_hides_nor_is_hidden_by_a_report
    what_can_not_be_had_any_more_is_reported_all_the_same
    a_wrong_token_reports_nothing_and_is_counted
    a_stranger_reports_nothing_and_leaves_no_trace
}

impl House {
    async fn report(&self, link: LinkId) -> Result<(), Failure> {
        let freeze = FreezeId::from_bytes(self.id());
        self.store.report_link(&self.call(), link, knock(link), proof(link), freeze).await
    }

    pub async fn state(&self, link: LinkId) -> State {
        self.store.knock_link(&self.call(), link, knock(link)).await.unwrap().state
    }

    /// What waits for the owner about reports.
    async fn alarms(&self) -> Vec<store::Message> {
        let due = self.store.due_messages(&self.call(), 100).await.unwrap();
        due.into_iter().filter(|message| message.about == About::Reported).collect()
    }
}

async fn a_report_freezes_the_whole_share_and_tells_owner_and_audit(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("carl@example.org")];
    let (ada, share, bob) = house.link(|share| (share.links, share.views) = (links.clone(), Views::Limited(3))).await;
    let item = house.item(&ada).await;
    let other = house.share(&ada, item, |_| ()).await.links[0].id;
    house.reveal(bob, 1).await.unwrap();
    let before = house.records().await.len();
    house.report(bob).await.unwrap();
    let at = house.now();
    assert_eq!((house.state(bob).await, house.state(links[1].id).await), (State::Frozen, State::Frozen));
    assert_eq!(house.state(other).await, State::Open, "another share is nobody's business");
    let told: Vec<Record> = house.records().await.into_iter().skip(before).take(2).collect();
    assert_eq!(told.iter().map(|record| record.event.as_str()).collect::<Vec<_>>(), ["freeze.placed", "link.reported"]);
    for record in &told {
        assert_eq!((record.actor.as_str(), record.who.as_str(), record.address.as_str()), ("recipient", &*bob.to_string(), OFFICE));
        assert_eq!((record.share.as_str(), record.link.as_str()), (&*share.to_string(), &*bob.to_string()));
        assert_eq!(record.details["links"], "2");
    }
    assert_eq!(told[0].details["reason"], "the recipient says: this was not me");
    let freeze = house.store.freezes(None, 10).await.unwrap().remove(0);
    assert_eq!((freeze.reported_by, freeze.links, freeze.lifted_at), (Some(bob), 2, None));
    assert_eq!((freeze.placed_at, freeze.selection.value()), (at, share.to_string()));
    let alarm = house.alarms().await.remove(0);
    assert_eq!((alarm.to(), about(&alarm).link, alarm.at, alarm.address.as_str()), (&ada.owner().email, bob, at, OFFICE));
}

async fn a_report_ends_the_ten_minute_retry(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    assert!(!house.reveal(link, 1).await.unwrap().spent);
    house.report(link).await.unwrap();
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::UsedUp);
}

async fn a_second_report_is_heard_and_changes_nothing(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("carl@example.org")];
    house.link(|share| share.links = links.clone()).await;
    house.report(links[0].id).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    for link in [links[0].id, links[1].id] {
        house.report(link).await.unwrap();
    }
    assert_eq!(house.remembered(), before.0, "no freeze, no mail");
    assert_eq!(house.told_since(before.1).await, ["link.reported", "link.reported"]);
    assert!(house.records().await.iter().skip(before.1).all(|record| record.details["links"] == "0"));
}

/// Sixteen reports at once, half of each link. Answers how many freezes and how many alarms they made.
async fn sixteen_reports(house: &House, links: [LinkId; 2]) -> (usize, usize) {
    let reports: Vec<_> = (0..16)
        .map(|n| {
            let (store, call, link, freeze) = (house.store.clone(), house.call(), links[n % 2], FreezeId::from_bytes(house.id()));
            tokio::spawn(async move { store.report_link(&call, link, knock(link), proof(link), freeze).await })
        })
        .collect();
    for report in reports {
        report.await.unwrap().unwrap();
    }
    let told = house.told_since(0).await;
    assert_eq!(told.iter().filter(|event| *event == "link.reported").count(), 16);
    (house.store.freezes(None, 100).await.unwrap().len(), house.alarms().await.len())
}

async fn of_sixteen_simultaneous_reports_one_freezes(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("carl@example.org")];
    let (_, _, link) = house.link(|share| share.links = links.clone()).await;
    assert_eq!(sixteen_reports(&house, [link, links[1].id]).await, (1, 1));
    let freeze = house.store.freezes(None, 1).await.unwrap().remove(0);
    house.store.lift_freeze(&house.call(), &operator(), freeze.id).await.unwrap();
    assert_eq!(house.state(link).await, State::Open);
}

async fn of_sixteen_simultaneous_reports_of_what_has_ended_one_is_mailed(house: House) {
    let links = vec![house.new_link("bob@example.org"), house.new_link("carl@example.org")];
    let (ada, share, link) = house.link(|share| share.links = links.clone()).await;
    house.store.revoke_share(&house.call(), &ada, share).await.unwrap();
    assert_eq!(sixteen_reports(&house, [link, links[1].id]).await, (1, 1));
}

async fn once_an_operator_has_lifted_it_a_report_freezes_anew(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    // At one and the same moment: notices of each are told apart by more than their time.
    let call = house.call();
    let state = async || house.store.knock_link(&call, link, knock(link)).await.unwrap().state;
    for times in 1..=3 {
        let freeze = FreezeId::from_bytes(house.id());
        house.store.report_link(&call, link, knock(link), proof(link), freeze).await.unwrap();
        assert_eq!(state().await, State::Frozen);
        let lifted = house.store.lift_freeze(&call, &operator(), freeze).await.unwrap();
        assert_eq!((lifted.links, state().await), (1, State::Open));
        assert_eq!(house.store.messages_waiting().await, Ok(times));
    }
}

async fn an_operators_freeze_neither_hides_nor_is_hidden_by_a_report(house: House) {
    let (_, share, link) = house.link(|_| ()).await;
    let (id, reason) = (FreezeId::from_bytes(house.id()), "an incident".parse().unwrap());
    let selection = vault::freeze::Selection::Share(share);
    let placed = house.store.place_freeze(&house.call(), &operator(), id, selection, reason).await.unwrap();
    assert_eq!(placed.reported_by, None);
    house.report(link).await.unwrap();
    assert_eq!((house.alarms().await.len(), house.store.freezes(None, 10).await.unwrap().len()), (1, 2));
    house.store.lift_freeze(&house.call(), &operator(), id).await.unwrap();
    assert_eq!(house.state(link).await, State::Frozen, "the report's own freeze holds");
}

async fn what_can_not_be_had_any_more_is_reported_all_the_same(house: House) {
    let (ada, _, used_up) = house.link(|_| ()).await;
    let item = house.item(&ada).await;
    let mut dead = vec![(used_up, State::UsedUp)];
    house.reveal(used_up, 1).await.unwrap();
    let expired = house.share(&ada, item, |share| share.expires_at = share.starts_at.plus_seconds(9)).await.links[0].id;
    let burnt = house.share(&ada, item, |_| ()).await.links[0].id;
    house.store.burn_link(&house.call(), burnt, knock(burnt), proof(burnt)).await.unwrap();
    let revoked = house.share(&ada, item, |_| ()).await;
    house.store.revoke_share(&house.call(), &ada, revoked.id).await.unwrap();
    house.wait(600);
    dead.extend([(expired, State::Expired), (burnt, State::Burnt), (revoked.links[0].id, State::Revoked)]);
    house.store.due_messages(&house.call(), 100).await.unwrap();
    for (link, state) in dead {
        for alarms in [1, 0] {
            house.report(link).await.unwrap();
            let told = house.records().await.pop().unwrap();
            assert_eq!((told.event.as_str(), told.details["links"].as_str()), ("link.reported", "0"), "{state:?}");
            assert_eq!(house.state(link).await, state, "how it ended stays told");
            assert_eq!(house.alarms().await.len(), alarms, "{state:?}");
        }
    }
}

async fn a_wrong_token_reports_nothing_and_is_counted(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    let wrong = async |left: u32| {
        let freeze = FreezeId::from_bytes(house.id());
        let answer = house.store.report_link(&house.call(), link, knock(link), wrong_proof(), freeze).await;
        assert_eq!(refusal(answer), Refusal::WrongToken { tries_left: left });
    };
    let before = house.records().await.len();
    for left in (0..10).rev() {
        wrong(left).await;
    }
    assert_eq!(house.store.share(&house.call(), &ada, share).await.unwrap().links[0].failed_tokens, 10);
    assert!(house.told_since(before).await.ends_with(&["link.refused: wrong-token".to_owned(), "link.locked".to_owned()]));
    assert_eq!(refusal(house.report(link).await), Refusal::Locked, "whoever guessed ten times is not heard, not even with the right one");
    assert!(house.store.freezes(None, 10).await.unwrap().is_empty() && house.alarms().await.is_empty());
    house.store.unlock_link(&house.call(), &ada, link).await.unwrap();
    house.report(link).await.unwrap();
}

async fn a_stranger_reports_nothing_and_leaves_no_trace(house: House) {
    let (_, _, link) = house.link(|_| ()).await;
    let before = (house.remembered(), house.records().await.len());
    for id in [link, LinkId::from_bytes(house.id())] {
        let freeze = FreezeId::from_bytes(house.id());
        let answer = house.store.report_link(&house.call(), id, wrong_knock(), proof(link), freeze).await;
        assert_eq!(refusal(answer), Refusal::UnknownLink);
        assert_eq!(refusal(house.store.watch_link(&house.call(), id, wrong_knock(), proof(link)).await), Refusal::UnknownLink);
    }
    assert_eq!((house.remembered(), house.records().await.len()), before);
}
