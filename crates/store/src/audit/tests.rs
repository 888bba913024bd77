//! Reading the log by filter, on both databases.

use vault::event::{Actor, Event, Kind, Record, Subject};
use vault::{ItemId, LinkId, Refusal, ShareId, UserId};

use crate::engine::ground::{Ground, NOON, at, run};
use crate::{AuditFilter, Call, Operator, Position, Store};

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

/// One of everything that a filter can name, and what no record has.
fn parts() -> Vec<(&'static str, AuditFilter)> {
    let all = AuditFilter::default;
    let text = |text: &str| Some(text.to_owned());
    let mut parts = Vec::new();
    for event in ["link.revealed", "link.refused", "clock.accepted"] {
        parts.push(("event", AuditFilter { event: text(event), ..all() }));
    }
    for actor in ["owner", "recipient", "operator", "appliance"] {
        parts.push(("actor", AuditFilter { actor: text(actor), ..all() }));
    }
    for who in ["ada", "grace(1000)", &LinkId::from_bytes([4; 16]).to_string(), "nobody", ""] {
        parts.push(("who", AuditFilter { who: text(who), ..all() }));
    }
    parts.push(("address", AuditFilter { address: text("203.0.113.7"), ..all() }));
    parts.push(("user", AuditFilter { user: Some(UserId::from_bytes([1; 16])), ..all() }));
    parts.push(("item", AuditFilter { item: Some(ItemId::from_bytes([2; 16])), ..all() }));
    parts.push(("share", AuditFilter { share: Some(ShareId::from_bytes([3; 16])), ..all() }));
    parts.push(("link", AuditFilter { link: Some(LinkId::from_bytes([4; 16])), ..all() }));
    parts.push(("refused", AuditFilter { refused: Some(true), ..all() }));
    parts.push(("refused", AuditFilter { refused: Some(false), ..all() }));
    parts
}

fn both(one: &AuditFilter, other: &AuditFilter) -> AuditFilter {
    let (one, other) = (one.clone(), other.clone());
    AuditFilter {
        event: one.event.or(other.event),
        actor: one.actor.or(other.actor),
        who: one.who.or(other.who),
        address: one.address.or(other.address),
        user: one.user.or(other.user),
        item: one.item.or(other.item),
        share: one.share.or(other.share),
        link: one.link.or(other.link),
        refused: one.refused.or(other.refused),
    }
}

/// What a filter means, told without a database.
fn fits(filter: &AuditFilter, record: &Record) -> bool {
    let is = |wanted: &Option<String>, has: &str| wanted.as_ref().is_none_or(|wanted| wanted == has);
    is(&filter.event, &record.event)
        && is(&filter.actor, &record.actor)
        && is(&filter.who, &record.who)
        && is(&filter.address, &record.address)
        && is(&filter.user.map(|id| id.to_string()), &record.user)
        && is(&filter.item.map(|id| id.to_string()), &record.item)
        && is(&filter.share.map(|id| id.to_string()), &record.share)
        && is(&filter.link.map(|id| id.to_string()), &record.link)
        && filter.refused.is_none_or(|refused| refused != record.refusal.is_empty())
}

async fn much_happens(store: &Store) {
    let (user, item, share, link) =
        (UserId::from_bytes([1; 16]), ItemId::from_bytes([2; 16]), ShareId::from_bytes([3; 16]), LinkId::from_bytes([4; 16]));
    let whole = Subject { user: Some(user), item: Some(item), share: Some(share), link: Some(link) };
    let grace = Operator { uid: 1000, name: "grace".to_owned() };
    for n in 0..60_i64 {
        // Several at each time.
        let now = NOON.plus_millis(n / 3);
        let actor = match n % 5 {
            0 => Actor::Owner("ada".parse().unwrap()),
            1 => grace.actor(),
            2 => Actor::Stranger,
            _ => Actor::Recipient(link),
        };
        let subject = if n % 5 > 2 { whole } else { Subject { user: (n % 4 > 0).then_some(user), ..Subject::default() } };
        let kind = if n % 7 == 0 { Kind::LinkRefused } else { Kind::LinkRevealed };
        let event = Event::new(kind, now, actor).on(subject);
        let event = if n % 3 == 0 { event.refused(Refusal::NotFound) } else { event };
        let from = if n % 4 == 0 { "203.0.113.7" } else { "10.20.0.5" };
        store.record(&Call { address: Some(from.parse().unwrap()), ..at(now) }, event).await.unwrap();
    }
}

#[test]
fn pages_that_look_at_few_records_join_to_all_that_two_filters_ask_for() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            much_happens(&store).await;
            let all: Vec<Record> =
                store.audit_entries(AuditFilter::default(), None, 100).await.unwrap().into_iter().map(|(record, _)| record).collect();
            assert_eq!(all.len(), 60);
            let (parts, mut empty) = (parts(), 0);
            for (nth, (name, one)) in parts.iter().enumerate() {
                for (_, other) in parts.iter().skip(nth).filter(|(of, other)| of != name || other == one) {
                    let filter = both(one, other);
                    let expected: Vec<&Record> = all.iter().filter(|record| fits(&filter, record)).collect();
                    let (mut after, mut found) = (None, Vec::new());
                    loop {
                        let asked = filter.clone();
                        let page = store.read(move |conn| super::find::page(conn, &asked, after, 3, 4)).await.unwrap();
                        empty += u32::from(page.rows.is_empty() && page.next.is_some());
                        found.extend(page.rows.into_iter().map(|(record, _)| record));
                        let Some(next) = page.next else { break };
                        let order = |place: Position| (place.at, place.lane.0, place.seq);
                        assert!(after.is_none_or(|after| order(next) < order(after)), "{filter:?} stands still at {next:?}");
                        after = Some(next);
                    }
                    assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
                    let at_once = store.audit_entries(filter.clone(), None, 100).await.unwrap();
                    assert_eq!(at_once.iter().map(|(record, _)| record).collect::<Vec<_>>(), expected, "{filter:?}");
                }
            }
            assert!(empty > 0, "no page had to say that nothing was found yet");
        }
    });
}
