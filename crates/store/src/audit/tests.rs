//! Reading the log by filter, on both databases.

use vault::event::{Actor, Event, Kind, Subject};
use vault::{ItemId, LinkId, Refusal, ShareId, UserId};

use crate::engine::ground::{Ground, NOON, at, run};
use crate::{AuditFilter, Call, Operator};

#[test]
fn every_filter_finds_its_records_and_no_others() {
    run(async {
        let (user, item, share, link) =
            (UserId::from_bytes([1; 16]), ItemId::from_bytes([2; 16]), ShareId::from_bytes([3; 16]), LinkId::from_bytes([4; 16]));
        let subject = Subject { user: Some(user), item: Some(item), share: Some(share), link: Some(link) };
        let operator = Operator { uid: 1000, name: "grace".to_owned() };
        for ground in Ground::both() {
            let store = ground.open().await;
            store.record(&at(NOON), Event::new(Kind::LinkRevealed, NOON, Actor::Recipient(link)).on(subject)).await.unwrap();
            store.record(&at(NOON), Event::new(Kind::AccountSuspended, NOON, operator.actor())).await.unwrap();
            let elsewhere = Call { address: Some("203.0.113.7".parse().unwrap()), ..at(NOON) };
            let denied = Event::new(Kind::GateDenied, NOON, Actor::Stranger).refused(Refusal::OutsideNetworks);
            store.record(&elsewhere, denied).await.unwrap();

            let all = AuditFilter::default;
            let text = |text: &str| Some(text.to_owned());
            for (filter, expected) in [
                (AuditFilter { event: text("link.revealed"), ..all() }, "link.revealed"),
                (AuditFilter { actor: text("recipient"), ..all() }, "link.revealed"),
                (AuditFilter { who: text(&link.to_string()), ..all() }, "link.revealed"),
                (AuditFilter { user: Some(user), ..all() }, "link.revealed"),
                (AuditFilter { item: Some(item), ..all() }, "link.revealed"),
                (AuditFilter { share: Some(share), ..all() }, "link.revealed"),
                (AuditFilter { link: Some(link), ..all() }, "link.revealed"),
                (AuditFilter { who: text("grace(1000)"), ..all() }, "account.suspended"),
                (AuditFilter { address: text("203.0.113.7"), ..all() }, "gate.denied"),
                (AuditFilter { refused: Some(true), ..all() }, "gate.denied"),
                (AuditFilter { refused: Some(false), actor: text("operator"), ..all() }, "account.suspended"),
            ] {
                let found = store.audit_entries(filter.clone(), None, 100).await.unwrap();
                let found: Vec<&str> = found.iter().map(|(record, _)| record.event.as_str()).collect();
                assert_eq!(found, [expected], "{filter:?}");
            }
            assert_eq!(store.audit_entries(all(), None, 100).await.unwrap().len(), 3);
            assert!(
                store.audit_entries(AuditFilter { refused: Some(true), link: Some(link), ..all() }, None, 100).await.unwrap().is_empty()
            );
        }
    });
}
