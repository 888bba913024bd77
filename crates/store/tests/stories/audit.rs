//! Stories of the audit log: it tells everything that happened, and nothing that must stay secret.

use vault::event::Chain;
use vault::freeze::Selection;
use vault::share::{Delivery, Views};
use vault::{Digest, FreezeId, Refusal};

use crate::support::*;

on_both_databases! {
    nothing_that_opens_a_link_stands_anywhere_in_the_database
    every_lane_verifies_after_a_busy_day
    everything_about_a_link_is_found_by_the_link
}

/// A day in which most things happen once.
async fn a_busy_day(house: &House) -> vault::LinkId {
    let (ada, share, link) = house.link(|share| (share.views, share.delivery) = (Views::Limited(3), Delivery::HandOver)).await;
    house.store.knock_link(&house.call(), link, knock(link)).await.unwrap();
    house.store.check_link(&house.call(), link, knock(link), proof(link)).await.unwrap();
    house.guess(link).await;
    for _ in 0..2 {
        house.reveal(link, 1).await.unwrap();
    }
    let _wrong = house.store.reveal_link(&house.call(), link, wrong_knock(), wrong_proof(), attempt(2)).await;
    let freeze = FreezeId::from_bytes(house.id());
    let incident = "an incident".parse().unwrap();
    house.store.place_freeze(&house.call(), &operator(), freeze, Selection::Share(share), incident).await.unwrap();
    assert_eq!(refusal(house.reveal(link, 2).await), Refusal::Frozen);
    house.store.lift_freeze(&house.call(), &operator(), freeze).await.unwrap();
    for message in house.store.due_messages(&house.call(), 10).await.unwrap() {
        house.store.message_sent(&house.call(), message.id).await.unwrap();
    }
    house.store.revoke_share(&house.call(), &ada, share).await.unwrap();
    house.store.sweep(&house.call()).await.unwrap();
    house.store.sign_out(&house.call(), &ada).await.unwrap();
    link
}

async fn nothing_that_opens_a_link_stands_anywhere_in_the_database(house: House) {
    let link = a_busy_day(&house).await;
    let remembered = house.remembered();
    let records: Vec<Vec<u8>> = house.records().await.iter().map(|record| record.encode()).collect();
    let attempt = |n: u8| [0xc0 ^ n; 32];
    let secrets = [knock_bytes(link), proof_bytes(link), [0xa7; 32], [0xb7; 32], attempt(1), attempt(2)];
    for secret in secrets {
        assert!(!remembered.contains(&hex(&secret)), "a secret is kept as it came");
        for record in &records {
            let text = String::from_utf8_lossy(record);
            assert!(!record.windows(32).any(|window| window == secret) && !text.to_lowercase().contains(&hex(&secret).to_lowercase()));
        }
    }
    // Nor does a record hold what could be compared with a stolen secret, or what is sealed.
    let hashes = [knock(link).hash(), proof(link).hash(), code("ada"), verifier("ada"), Digest::of(&[&attempt(1)])];
    for record in &records {
        let text = String::from_utf8_lossy(record).to_lowercase();
        assert!(hashes.iter().all(|hash| !text.contains(&hex(hash.as_bytes()).to_lowercase())));
        for sealed in ["snapshot of", "wrap for", "sealed", "record of ada"] {
            assert!(!text.replace("sealed.deleted", "").contains(sealed), "{sealed:?} stands in {text:?}");
        }
    }
    for gone in [b"\x01snapshot of".as_slice(), b"\x01wrap for", b"\x01sealed token"] {
        assert!(!remembered.contains(&hex(gone)), "what was swept and sent is gone");
    }
}

async fn every_lane_verifies_after_a_busy_day(house: House) {
    a_busy_day(&house).await;
    let mut verified = 0;
    for lane in house.store.audit_lanes().await.unwrap() {
        let entries = house.store.audit_lane_entries(lane.lane, 0, 200).await.unwrap();
        let chain = entries.iter().try_fold(Chain::empty(lane.lane), |chain, (record, hash)| chain.verify(record, *hash)).unwrap();
        assert_eq!((chain.seq, chain.head), (lane.seq, lane.head));
        verified += entries.len();
    }
    assert_eq!(verified, house.records().await.len());
}

async fn everything_about_a_link_is_found_by_the_link(house: House) {
    let link = a_busy_day(&house).await;
    let filter = store::AuditFilter { link: Some(link), ..Default::default() };
    let mut found = house.store.audit_entries(filter, None, 100).await.unwrap();
    found.reverse();
    let events: Vec<String> = found.into_iter().map(|(record, _)| record.event).collect();
    let expected = ["link.checked", "link.refused", "link.revealed", "link.revealed_again", "link.refused", "mail.sent", "mail.sent"];
    assert_eq!(events, expected);
}
