//! Stories of freezes: a selection of links is stopped, and comes back as it was.

use vault::account::Standing;
use vault::freeze::Selection;
use vault::link::State;
use vault::share::Views;
use vault::{FreezeId, Refusal, UserId};

use crate::support::*;

on_both_databases! {
    what_is_frozen_comes_back_as_it_was
    a_freeze_takes_what_it_selects_and_nothing_else
    a_link_that_two_freezes_hold_is_free_after_both
    lifting_twice_frees_nothing_more
    a_freeze_ends_a_retry_and_gives_it_back
    what_has_ended_is_not_frozen
    suspending_an_owner_freezes_their_links_and_resuming_frees_them
    an_unknown_freeze_is_refused_and_recorded
    freezes_are_listed_newest_first
}

impl House {
    pub async fn freeze(&self, selection: Selection) -> store::FreezeRow {
        let id = FreezeId::from_bytes(self.id());
        let (counted, owner) = self.store.count_freeze(&self.call(), &selection).await.unwrap();
        let row = self.store.place_freeze(&self.call(), &operator(), id, selection, "an incident".parse().unwrap()).await.unwrap();
        assert_eq!((row.links, row.owner.clone()), (counted, owner), "what is counted first is what is taken");
        row
    }

    pub async fn lift(&self, id: FreezeId) -> store::FreezeRow {
        self.store.lift_freeze(&self.call(), &operator(), id).await.unwrap()
    }
}

async fn what_is_frozen_comes_back_as_it_was(house: House) {
    let (_, share, link) = house.link(|share| share.views = Views::Limited(3)).await;
    house.reveal(link, 1).await.unwrap();
    house.guess(link).await;
    let links = |remembered: String| remembered.split("\n\n").find(|part| part.starts_with("links:")).map(str::to_owned);
    let before = (links(house.remembered()), house.records().await.len());
    let freeze = house.freeze(Selection::Share(share)).await;
    assert_eq!((freeze.links, freeze.lifted_at), (1, None));
    assert_eq!(refusal(house.reveal(link, 2).await), Refusal::Frozen);
    assert_eq!(house.guess(link).await, Refusal::Frozen, "nobody guesses at what is frozen");
    let lifted = house.lift(freeze.id).await;
    assert_eq!((lifted.lifted_at, lifted.links), (Some(house.now()), 1));
    assert_eq!(links(house.remembered()), before.0);
    assert_eq!(house.told_since(before.1).await, ["freeze.placed", "link.refused: frozen", "link.refused: frozen", "freeze.lifted"]);
    let told = house.records().await.into_iter().find(|record| record.event == "freeze.placed").unwrap();
    let detail = |name: &str| told.details[name].clone();
    assert_eq!((detail("freeze"), detail("by"), detail("value")), (freeze.id.to_string(), "share".to_owned(), share.to_string()));
    assert_eq!((detail("links"), detail("reason"), told.share.clone()), ("1".to_owned(), "an incident".to_owned(), share.to_string()));
    assert!(house.reveal(link, 2).await.unwrap().spent);
}

async fn a_freeze_takes_what_it_selects_and_nothing_else(house: House) {
    let (ada, eve) = (house.owner("ada").await, house.owner("eve").await);
    let (of_ada, other, of_eve) = (house.item(&ada).await, house.item(&ada).await, house.item(&eve).await);
    let two = vec![house.new_link("bob@example.org"), house.new_link("Carl@example.org")];
    let both = house.share(&ada, of_ada, |share| share.links = two.clone()).await;
    let one = house.share(&ada, other, |_| ()).await.links[0].id;
    let foreign = house.share(&eve, of_eve, |share| share.links[0].recipient = "cARL@Example.org".parse().unwrap()).await.links[0].id;
    let (bob, carl) = (two[0].id, two[1].id);
    let cases = [
        (Selection::Link(bob), vec![bob]),
        (Selection::Share(both.id), vec![bob, carl]),
        (Selection::Item(of_ada), vec![bob, carl]),
        (Selection::Owner(ada.owner().id), vec![bob, carl, one]),
        (Selection::Recipient("carl@example.org".parse().unwrap()), vec![carl, foreign]),
    ];
    for (selection, expected) in cases {
        let freeze = house.freeze(selection.clone()).await;
        for link in [bob, carl, one, foreign] {
            let state = house.store.knock_link(&house.call(), link, knock(link)).await.unwrap().state;
            assert_eq!(state == State::Frozen, expected.contains(&link), "{selection:?}");
        }
        house.lift(freeze.id).await;
    }
}

async fn a_link_that_two_freezes_hold_is_free_after_both(house: House) {
    let (ada, _, link) = house.link(|_| ()).await;
    let one = house.freeze(Selection::Link(link)).await;
    let other = house.freeze(Selection::Owner(ada.owner().id)).await;
    house.lift(one.id).await;
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Frozen);
    house.lift(other.id).await;
    assert!(house.reveal(link, 1).await.unwrap().spent);
}

async fn lifting_twice_frees_nothing_more(house: House) {
    let (ada, _, link) = house.link(|_| ()).await;
    let one = house.freeze(Selection::Link(link)).await;
    house.freeze(Selection::Owner(ada.owner().id)).await;
    let first = house.lift(one.id).await;
    let before = house.remembered();
    assert_eq!(house.lift(one.id).await, first);
    assert_eq!(house.remembered(), before);
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Frozen);
}

async fn a_freeze_ends_a_retry_and_gives_it_back(house: House) {
    let (_, share, link) = house.link(|_| ()).await;
    house.reveal(link, 1).await.unwrap();
    let freeze = house.freeze(Selection::Share(share)).await;
    assert_eq!(freeze.links, 1, "used up, but its answer could still be had again");
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::UsedUp);
    house.lift(freeze.id).await;
    assert!(!house.reveal(link, 1).await.unwrap().spent);
}

async fn what_has_ended_is_not_frozen(house: House) {
    let links = ["a@example.org", "b@example.org", "c@example.org"].map(|recipient| house.new_link(recipient)).to_vec();
    let (ada, share, used_up) = house.link(|share| share.links = links.clone()).await;
    house.reveal(used_up, 1).await.unwrap();
    house.store.revoke_link(&house.call(), &ada, links[1].id).await.unwrap();
    house.wait(601);
    assert_eq!(house.freeze(Selection::Share(share)).await.links, 1);
    house.wait(3600);
    assert_eq!(house.freeze(Selection::Share(share)).await.links, 0);
}

async fn suspending_an_owner_freezes_their_links_and_resuming_frees_them(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    let name = &ada.owner().name;
    let freeze = house.freeze(Selection::Share(share)).await;
    house.store.set_standing(&house.call(), &operator(), name, Standing::Suspended).await.unwrap();
    house.store.set_standing(&house.call(), &operator(), name, Standing::Suspended).await.unwrap();
    house.lift(freeze.id).await;
    assert_eq!(refusal(house.reveal(link, 1).await), Refusal::Frozen);
    house.store.set_standing(&house.call(), &operator(), name, Standing::Active).await.unwrap();
    assert!(house.reveal(link, 1).await.unwrap().spent);
}

async fn an_unknown_freeze_is_refused_and_recorded(house: House) {
    let nothing = FreezeId::from_bytes(house.id());
    assert_eq!(refusal(house.store.lift_freeze(&house.call(), &operator(), nothing).await), Refusal::NotFound);
    assert_eq!(house.told_since(0).await, ["operator.refused: not-found"]);
}

async fn freezes_are_listed_newest_first(house: House) {
    let (ada, share, link) = house.link(|_| ()).await;
    let mut placed = Vec::new();
    for selection in [Selection::Link(link), Selection::Share(share), Selection::Owner(ada.owner().id)] {
        placed.push(house.freeze(selection).await);
    }
    placed[1] = house.lift(placed[1].id).await;
    placed.push(house.freeze(Selection::Owner(UserId::from_bytes(house.id()))).await);
    placed.reverse();
    // People know names; under the last id there is nobody.
    let names: Vec<_> = placed.iter().map(|row| row.owner.clone()).collect();
    assert_eq!(names, [None, Some(ada.owner().name.clone()), None, None]);
    assert_eq!(house.lift(placed[1].id).await.owner, names[1]);
    placed[1].lifted_at = Some(house.now());
    assert_eq!(house.store.freezes(None, 2).await.unwrap(), placed[..2]);
    assert_eq!(house.store.freezes(Some(placed[1].id), 2).await.unwrap(), placed[2..]);
}
