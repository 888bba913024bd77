//! Stories of items: made, changed, read, disabled.

use store::{EpochBlobs, SaveItem};
use vault::{ItemId, Refusal};

use crate::support::*;

on_both_databases! {
    an_item_keeps_its_whole_history
    the_same_item_again_is_a_success_and_other_bytes_are_not
    the_same_save_again_is_a_success_and_an_older_one_is_not
    of_sixteen_simultaneous_saves_exactly_one_is_kept
    who_may_not_see_an_item_does_not_learn_that_it_exists
    a_disabled_item_is_neither_saved_nor_shared_until_it_is_enabled
    items_are_listed_newest_first_page_by_page_and_say_whether_they_are_shared
    an_item_too_large_or_off_its_beginning_is_refused
}

fn save(number: u64, epoch_of: u64, starts: Option<EpochBlobs>) -> SaveItem {
    SaveItem { epoch: starts, version: version(number, epoch_of), body: format!("\x01sealed body {number}").into_bytes() }
}

async fn an_item_keeps_its_whole_history(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let created = house.now();
    house.store.save_item(&house.call(), &ada, item, save(2, 1, None)).await.unwrap();
    house.store.save_item(&house.call(), &ada, item, save(3, 2, Some(epoch(2)))).await.unwrap();
    let saved = house.now();
    let newest = house.store.item(&house.call(), &ada, item, None).await.unwrap();
    assert_eq!((newest.id, newest.owner, newest.disabled, newest.shared), (item, ada.owner().id, false, false));
    assert!(newest.epochs == [epoch(1), epoch(2)]);
    assert!(newest.versions.iter().map(|saved| saved.version.clone()).eq([version(1, 1), version(2, 1), version(3, 2)]));
    assert_eq!((newest.created_at, newest.versions[2].saved_at), (created, saved));
    assert_eq!(newest.body, b"\x01sealed body 3");
    assert_eq!(house.store.item(&house.call(), &ada, item, Some(1)).await.unwrap().body, b"\x01sealed body 1");
    assert_eq!(refusal(house.store.item(&house.call(), &ada, item, Some(4)).await.map(|_| ())), Refusal::NotFound);
    let told = house.records().await.split_off(3);
    let events: Vec<&str> = told.iter().map(|record| record.event.as_str()).collect();
    assert_eq!(events, ["item.created", "item.saved", "item.saved", "item.read", "item.read", "owner.refused"]);
    assert!(told.iter().all(|record| record.item == item.to_string()));
    assert_eq!((told[2].details["version"].as_str(), told[2].details["epoch"].as_str()), ("3", "2"));
    assert_eq!((told[3].details["version"].as_str(), told[4].details["version"].as_str()), ("3", "1"));
}

async fn the_same_item_again_is_a_success_and_other_bytes_are_not(house: House) {
    let (ada, eve) = (house.owner("ada").await, house.owner("eve").await);
    let new = house.new_item();
    house.store.create_item(&house.call(), &ada, new.clone()).await.unwrap();
    house.store.save_item(&house.call(), &ada, new.id, save(2, 1, None)).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    house.store.create_item(&house.call(), &ada, new.clone()).await.unwrap();
    assert_eq!((house.remembered(), house.records().await.len()), before);
    let mut other = new.clone();
    other.body.push(0);
    assert_eq!(refusal(house.store.create_item(&house.call(), &ada, other).await), Refusal::IdReused);
    assert_eq!(refusal(house.store.create_item(&house.call(), &eve, new).await), Refusal::IdReused);
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["owner.refused: id-reused"; 2]);
}

async fn the_same_save_again_is_a_success_and_an_older_one_is_not(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    house.store.save_item(&house.call(), &ada, item, save(2, 1, None)).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    house.store.save_item(&house.call(), &ada, item, save(2, 1, None)).await.unwrap();
    assert_eq!((house.remembered(), house.records().await.len()), before);
    let mut other = save(2, 1, None);
    other.body.push(0);
    assert_eq!(refusal(house.store.save_item(&house.call(), &ada, item, other).await), Refusal::StaleVersion);
    assert_eq!(refusal(house.store.save_item(&house.call(), &ada, item, save(4, 1, None)).await), Refusal::StaleVersion);
    assert_eq!(refusal(house.store.save_item(&house.call(), &ada, item, save(3, 3, Some(epoch(3)))).await), Refusal::StaleEpoch);
    assert_eq!(refusal(house.store.save_item(&house.call(), &ada, item, save(3, 1, Some(epoch(2)))).await), Refusal::StaleEpoch);
    assert_eq!(house.remembered(), before.0);
    house.store.save_item(&house.call(), &ada, item, save(3, 1, None)).await.unwrap();
    assert_eq!(refusal(house.store.save_item(&house.call(), &ada, item, save(2, 1, None)).await), Refusal::StaleVersion);
}

async fn of_sixteen_simultaneous_saves_exactly_one_is_kept(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let saves: Vec<_> = (0..16_u8)
        .map(|n| {
            let (store, call, ada) = (house.store.clone(), house.call(), ada.clone());
            let save = SaveItem { body: vec![1, n], ..save(2, 1, None) };
            tokio::spawn(async move { store.save_item(&call, &ada, item, save).await })
        })
        .collect();
    let mut kept = 0;
    for save in saves {
        match save.await.unwrap() {
            Ok(()) => kept += 1,
            refused => assert_eq!(refusal(refused), Refusal::StaleVersion),
        }
    }
    assert_eq!(kept, 1);
    assert_eq!(house.store.item(&house.call(), &ada, item, None).await.unwrap().versions.len(), 2);
}

async fn who_may_not_see_an_item_does_not_learn_that_it_exists(house: House) {
    let (ada, eve) = (house.owner("ada").await, house.owner("eve").await);
    let (item, nothing) = (house.item(&ada).await, ItemId::from_bytes(house.id()));
    let before = (house.remembered(), house.records().await.len());
    for id in [item, nothing] {
        assert_eq!(refusal(house.store.item(&house.call(), &eve, id, None).await.map(|_| ())), Refusal::NotFound);
        assert_eq!(refusal(house.store.save_item(&house.call(), &eve, id, save(2, 1, None)).await), Refusal::NotFound);
        assert_eq!(refusal(house.store.set_item_disabled(&house.call(), &eve, id, true).await), Refusal::NotFound);
        assert_eq!(refusal(house.try_share(&eve, id, |_| ()).await), Refusal::NotFound);
    }
    assert!(house.store.items(&house.call(), &eve, None, 10).await.unwrap().is_empty());
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["owner.refused: not-found"; 8]);
}

async fn a_disabled_item_is_neither_saved_nor_shared_until_it_is_enabled(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let link = house.share(&ada, item, |_| ()).await.links[0].id;
    house.store.set_item_disabled(&house.call(), &ada, item, true).await.unwrap();
    assert_eq!(refusal(house.store.save_item(&house.call(), &ada, item, save(2, 1, None)).await), Refusal::ItemDisabled);
    assert_eq!(refusal(house.try_share(&ada, item, |_| ()).await), Refusal::ItemDisabled);
    assert!(house.store.item(&house.call(), &ada, item, None).await.unwrap().disabled);
    assert!(house.reveal(link, 1).await.unwrap().spent, "what was shared before lives on");
    house.store.set_item_disabled(&house.call(), &ada, item, false).await.unwrap();
    house.share(&ada, item, |_| ()).await;
    let told = house.told_since(5).await;
    assert_eq!(told[..3], ["item.disabled", "owner.refused: item-disabled", "owner.refused: item-disabled"]);
    assert!(told.contains(&"item.enabled".to_owned()));
}

async fn items_are_listed_newest_first_page_by_page_and_say_whether_they_are_shared(house: House) {
    let ada = house.owner("ada").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(house.item(&ada).await);
    }
    let used_up = house.share(&ada, made[1], |_| ()).await;
    house.reveal(used_up.links[0].id, 1).await.unwrap();
    house.share(&ada, made[3], |_| ()).await;
    house.store.save_item(&house.call(), &ada, made[0], save(2, 2, Some(epoch(2)))).await.unwrap();
    let saved = house.now();
    made.reverse();
    let first = house.store.items(&house.call(), &ada, None, 3).await.unwrap();
    assert_eq!(first.iter().map(|row| row.id).collect::<Vec<_>>(), made[..3]);
    assert_eq!(first.iter().map(|row| row.shared).collect::<Vec<_>>(), [false, true, false]);
    let rest = house.store.items(&house.call(), &ada, Some(made[2]), 3).await.unwrap();
    assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), made[3..]);
    assert_eq!(rest.iter().map(|row| row.shared).collect::<Vec<_>>(), [false, false]);
    assert!(rest[1].epoch == epoch(2) && rest[1].version == version(2, 2) && rest[1].updated_at == saved);
}

async fn an_item_too_large_or_off_its_beginning_is_refused(house: House) {
    let ada = house.owner("ada").await;
    let before = (house.remembered(), house.records().await.len());
    let mut large = house.new_item();
    large.body = vec![1; 1024 * 1024];
    assert!(matches!(refusal(house.store.create_item(&house.call(), &ada, large).await), Refusal::TooLarge { .. }));
    let mut second = house.new_item();
    second.version.version = 2;
    assert_eq!(refusal(house.store.create_item(&house.call(), &ada, second).await), Refusal::StaleVersion);
    let old = house.new_item();
    house.wait(301);
    assert_eq!(refusal(house.store.create_item(&house.call(), &ada, old).await), Refusal::IdOffClock);
    assert_eq!(house.remembered(), before.0);
    let told = ["owner.refused: too-large", "owner.refused: stale-version", "owner.refused: id-off-clock"];
    assert_eq!(house.told_since(before.1).await, told);
}
