//! What operators ask again and again is answered from an index: no list and no count reads all links or all of the audit log.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use vault::link::State;
use vault::share::Delivery;
use vault::{ItemId, LinkId, ShareId, Timestamp};

use super::find::{Found, kept, walked};
use super::walk::{Walk, Wish};
use crate::audit::plans::plan;
use crate::engine::ground::{Ground, run};
use crate::{Connection, LinkFilter, LinkOrder};

/// In any state but these; `alive` as the functions ask it.
const ALIVE: &str = "(revoked_at IS NULL AND burnt_at IS NULL) AND expires_at > ? AND (view_limit IS NULL OR view_limit > views_used)";

/// What is asked, as the functions of this folder and of the overview ask it, and the index that answers.
const ASKED: [(&str, &str); 11] = [
    (
        "SELECT count(*) FROM links WHERE ALIVE AND owner IN (?, ?) AND sweep_at IS NOT NULL AND freezes = 0",
        "links_living_by_owner (owner=?)",
    ),
    (
        "SELECT id, expires_at FROM links WHERE revoked_at IS NULL AND burnt_at IS NULL AND expires_at <= ? AND sweep_at IS NOT NULL AND sweep_at <= ?",
        "links_by_sweep (sweep_at>? AND sweep_at<?)",
    ),
    ("SELECT count(*) FROM links WHERE sweep_at IS NOT NULL AND sweep_at > ?", "COVERING INDEX links_by_sweep"),
    ("SELECT count(*) FROM audit WHERE event = ? AND at >= ?", "COVERING INDEX audit_by_event (event=? AND at>?)"),
    ("SELECT at / 3600000, count(*) FROM audit WHERE event = ? AND at >= ? GROUP BY at / 3600000", "COVERING INDEX audit_by_event"),
    ("SELECT count(DISTINCT selected) FROM freezes WHERE reported_by IS NOT NULL AND lifted_at IS NULL", "freezes_by_report"),
    ("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL AND created_at < ?", "outbox_waiting_since"),
    ("SELECT id FROM users WHERE suspended_at IS NOT NULL AND name >= ? ORDER BY name LIMIT ?", "users_suspended"),
    (
        "SELECT id FROM users WHERE external_share = ? AND name > ? ORDER BY name LIMIT ?",
        "users_by_permission (external_share=? AND name>?)",
    ),
    ("SELECT id FROM users WHERE registered_at IS NULL AND name > ? ORDER BY name LIMIT ?", "users_invited"),
    ("SELECT id FROM users WHERE registered_at IS NOT NULL AND name > ? ORDER BY name LIMIT ?", "users_registered"),
];

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn every_list_and_every_count_is_answered_by_its_index_and_none_is_sorted() {
    run(async {
        let ground = Ground::sqlite();
        ground.open().await.close().await;
        let Connection::Sqlite(mut conn) = ground.stranger() else { panic!("this ground is SQLite's") };
        for (asked, index) in ASKED {
            let asked = asked.replace("ALIVE", ALIVE);
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {asked}")).load(&mut conn).unwrap();
            let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
            assert!(steps.iter().any(|step| step.contains(index)), "{asked}: {steps:?}");
            // Hours are few, whatever they hold.
            let sorted = steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
            assert!(!sorted, "{asked}: {steps:?}");
        }
    });
}

/// The walks, what each asks for, and the indexes that it takes.
const WALKS: [(Walk, Option<State>, LinkOrder, &[&str]); 17] = [
    (Walk::Link, Some(State::Open), LinkOrder::Made, &["PRIMARY KEY (id=?)"]),
    (Walk::Share, Some(State::Open), LinkOrder::Made, &["links_by_share"]),
    (Walk::Item, Some(State::Revoked), LinkOrder::Made, &["links_by_item"]),
    (Walk::LivingOf, Some(State::Open), LinkOrder::Made, &["links_living_by_owner"]),
    (Walk::Recipient, Some(State::Expired), LinkOrder::Made, &["links_by_recipient"]),
    (Walk::Owner, Some(State::UsedUp), LinkOrder::Made, &["links_by_owner"]),
    (Walk::Locked, Some(State::Locked), LinkOrder::Made, &["links_locked"]),
    (Walk::Frozen, Some(State::Frozen), LinkOrder::Made, &["links_frozen", "links_living_by_owner"]),
    (Walk::Burnt, Some(State::Burnt), LinkOrder::Made, &["links_burnt"]),
    (Walk::Revoked, Some(State::Revoked), LinkOrder::Made, &["links_revoked"]),
    (Walk::UsedUp, Some(State::UsedUp), LinkOrder::Made, &["links_used_up"]),
    (Walk::Living, Some(State::Open), LinkOrder::Made, &["links_living"]),
    (Walk::Ended, Some(State::Expired), LinkOrder::Made, &["links_swept"]),
    (Walk::Delivery, Some(State::Expired), LinkOrder::Made, &["links_by_delivery"]),
    (Walk::All, None, LinkOrder::Made, &["PRIMARY KEY (id>? AND id<?)"]),
    (Walk::All, Some(State::Revoked), LinkOrder::Expires, &["links_by_expiry"]),
    (Walk::Delivery, Some(State::Open), LinkOrder::Expires, &["links_by_delivery_expiry"]),
];

/// Twenty thousand links, a second apart, of which one in twenty lives.
const FILLED: &str = "\
    SET session_replication_role = replica; \
    INSERT INTO links (id, share, owner, item, recipient, recipient_folded, knock_hash, proof_hash, with_token, starts_at, expires_at, \
        view_limit, networks, views_used, failed_tokens, freezes, revoked_at, burnt_at, sweep_at, delivery) \
    SELECT decode(lpad(to_hex(n * 1000), 12, '0') || repeat('00', 10), 'hex'), decode(repeat(lpad(to_hex(n % 200), 2, '0'), 16), 'hex'), \
        decode(repeat(lpad(to_hex(n % 50), 2, '0'), 16), 'hex'), decode(repeat(lpad(to_hex(n % 180), 2, '0'), 16), 'hex'), \
        'r' || n % 90 || '@b', 'r' || n % 90 || '@b', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), true, n * 1000, \
        n * 1000 + 500000, 1, '', CASE WHEN n % 7 = 0 THEN 1 ELSE 0 END, n % 11, CASE WHEN n % 30 = 0 THEN 1 ELSE 0 END, \
        CASE WHEN n % 13 = 0 THEN n END, CASE WHEN n % 23 = 0 THEN n END, CASE WHEN n % 20 = 0 THEN n * 1000 END, \
        CASE WHEN n % 3 = 0 THEN 'by-hand' ELSE 'hand-over' END \
    FROM generate_series(1, 20000) AS n";

fn place(second: i64) -> Found {
    (LinkId::earliest(Timestamp::from_millis(second * 1000)).as_bytes().to_vec(), second * 1000 + 500_000)
}

/// Names everything that can be named.
fn everything(state: Option<State>, order: LinkOrder) -> LinkFilter {
    LinkFilter {
        owner: Some("ada".parse().unwrap()),
        recipient: Some("r5@b".parse().unwrap()),
        item: Some(ItemId::from_bytes([2; 16])),
        share: Some(ShareId::from_bytes([3; 16])),
        link: Some(LinkId::from_bytes([4; 16])),
        state,
        delivery: Some(Delivery::ByHand),
        made_from: Some(Timestamp::from_millis(1_000)),
        made_until: Some(Timestamp::from_millis(19_999_000)),
        order,
    }
}

#[test]
fn every_walk_takes_its_own_index_whatever_else_is_looked_for_and_none_is_sorted() {
    run(async {
        for ground in Ground::both() {
            ground.open().await.close().await;
            let mut conn = ground.stranger();
            if conn.kind() == "postgresql" {
                // It chooses by what a table holds, and an empty one is read whole.
                conn.batch_execute(FILLED).unwrap();
                conn.batch_execute("VACUUM ANALYZE links").unwrap();
            }
            let names = |plan: &str, index: &str| match index.starts_with("PRIMARY KEY") && !plan.contains("USING") {
                true => plan.contains("links_pkey"),
                false => plan.split([' ', '\n']).any(|word| word == index) || index.contains(' ') && plan.contains(index),
            };
            // PostgreSQL may fetch a part that is small in another order, and put it into this one.
            let sorts = |plan: &str| plan.contains("TEMP B-TREE") || plan.contains("Sort") && !plan.contains("Bitmap Index Scan");
            let mut wrong = Vec::new();
            for (walk, state, order, indexes) in WALKS {
                // Of an index that holds much of all PostgreSQL takes it that walking along the ids finds as many as quickly.
                let much = matches!(walk, Walk::UsedUp | Walk::Ended | Walk::Delivery) && order == LinkOrder::Made;
                if much && conn.kind() == "postgresql" {
                    continue;
                }
                let filter = everything(state, order);
                let (owner, suspended) = (Some(vec![1; 16]), vec![vec![7; 16]]);
                let wish = Wish { filter: &filter, owner, suspended, now: Timestamp::from_millis(19_000_000) };
                // A list of what lives begins where nothing has expired.
                let (after, until) = if order == LinkOrder::Made { (15_000, 5_000) } else { (5_000, 15_000) };
                let (after, until) = (place(after), place(until));
                assert_eq!(walk.sources(&wish).len(), indexes.len());
                for (source, index) in walk.sources(&wish).into_iter().zip(indexes) {
                    let found = plan(&mut conn, kept(&wish, walk, source, Some(&after), Some(&until)).limit(100));
                    wrong.extend((!names(&found, index) || sorts(&found)).then(|| format!("{walk:?} by {order:?}: {found}")));
                }
                for (source, index) in walk.sources(&wish).into_iter().zip(indexes) {
                    let found = plan(&mut conn, walked(&wish, walk, source, Some(&after)).offset(1_000).limit(1));
                    wrong.extend((!names(&found, index) || sorts(&found)).then(|| format!("{walk:?} by {order:?}, its places: {found}")));
                }
            }
            let filter = everything(Some(State::Waiting), LinkOrder::Expires);
            let wish = Wish { filter: &filter, owner: None, suspended: Vec::new(), now: Timestamp::from_millis(19_990_000) };
            let made = LinkFilter { made_until: Some(Timestamp::from_millis(500_000)), ..filter.clone() };
            let in_a_time = Wish { filter: &made, owner: None, suspended: Vec::new(), now: wish.now };
            let found = plan(&mut conn, Walk::Made.whole(&in_a_time, Vec::new()).limit(2_000));
            wrong.extend((!names(&found, "PRIMARY KEY (id>? AND id<?)")).then(|| format!("what was made in a time: {found}")));
            for (walk, index) in [(Walk::Waiting, "links_by_start"), (Walk::Share, "links_by_share"), (Walk::Locked, "links_locked")] {
                let source = || walk.sources(&wish).remove(0);
                let found = plan(&mut conn, walk.whole(&wish, source()).limit(2_000));
                wrong.extend((!names(&found, index)).then(|| format!("{walk:?}: {found}")));
                let looked_for = walk.looked_for(&wish).into_iter();
                let found = plan(&mut conn, looked_for.fold(walk.whole(&wish, source()), |query, condition| query.filter(condition)));
                wrong.extend((!names(&found, index)).then(|| format!("all of {walk:?}: {found}")));
            }
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    });
}
