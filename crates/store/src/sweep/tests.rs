//! Sweeping on both databases, over rows as intentions leave them.

use diesel::connection::SimpleConnection;
use vault::Timestamp;

use super::Swept;
use crate::engine::ground::{Ground, NOON, at, run, verified};
use crate::{AuditFilter, Store};

/// A share of two links that expire in an hour, as creating it leaves them. Times are given where they differ from that.
fn share(ground: &Ground, links: &[(&str, &str)]) {
    let (noon, later) = (NOON.as_millis(), NOON.plus_seconds(3600).as_millis());
    let blob = |byte: u8, length: usize| ground.bytes(&vec![byte; length]);
    let (user, item, share, hash) = (blob(1, 16), blob(2, 16), blob(3, 16), blob(9, 32));
    let no = ground.boolean(false);
    ground.sql(&format!(
        "INSERT INTO users (id, name, full_name, email, external_share, created_at) VALUES ({user}, 'ada', 'Ada', 'ada@example.com', {no}, {noon}); \
         INSERT INTO items (id, owner, epoch, version, disabled, created_at, updated_at) VALUES ({item}, {user}, 1, 1, {no}, {noon}, {noon}); \
         INSERT INTO shares (id, owner, item, delivery, with_token, starts_at, expires_at, view_limit, networks, digest, created_at) \
         VALUES ({share}, {user}, {item}, 'by-hand', {no}, {noon}, {later}, 1, '', {hash}, {noon}); \
         INSERT INTO snapshots (share, snapshot) VALUES ({share}, {hash})"
    ));
    for (nth, (column, value)) in links.iter().enumerate() {
        let link = blob(100 + u8::try_from(nth).unwrap(), 16);
        ground.sql(&format!(
            "INSERT INTO links (id, share, owner, item, recipient, recipient_folded, knock_hash, proof_hash, with_token, starts_at, expires_at, \
             view_limit, networks, sweep_at) \
             VALUES ({link}, {share}, {user}, {item}, 'bob@example.org', 'bob@example.org', {hash}, {hash}, {no}, {noon}, {later}, 1, '', {later}); \
             INSERT INTO wraps (link, wrap) VALUES ({link}, {hash}); \
             UPDATE links SET {column} = {value} WHERE id = {link}"
        ));
    }
}

async fn sweep(store: &Store, clock: Timestamp) -> Swept {
    store.sweep(&at(clock)).await.unwrap()
}

async fn told(store: &Store, event: &str) -> usize {
    verified(store).await;
    store.audit_entries(AuditFilter { event: Some(event.to_owned()), ..AuditFilter::default() }, None, 100).await.unwrap().len()
}

#[test]
fn what_lives_is_left_alone_and_what_expires_is_told_once_and_loses_its_sealed_bytes() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            share(&ground, &[("freezes", "1"), ("failed_tokens", "10")]);
            let before = NOON.plus_millis(3_599_999);
            assert_eq!(sweep(&store, before).await, Swept::default());
            let after = before.plus_millis(1);
            assert_eq!(sweep(&store, after).await, Swept { expired: 2, wraps: 2, snapshots: 1, ..Swept::default() });
            assert_eq!(sweep(&store, after).await, Swept::default());
            assert_eq!((told(&store, "link.expired").await, told(&store, "sealed.deleted").await), (2, 1));
            assert_eq!(ground.number("SELECT count(*) AS n FROM outbox WHERE about = 'expired-unseen'"), 2);
            // What they tell outlives what they shared.
            assert_eq!(ground.number("SELECT count(*) AS n FROM links"), 2);
        }
    });
}

#[test]
fn a_link_that_is_used_up_keeps_its_sealed_bytes_for_the_ten_minutes_of_a_retry() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            let (revealed, kept) = (NOON.as_millis(), NOON.plus_seconds(600));
            share(&ground, &[("sweep_at", &revealed.to_string())]);
            ground.sql(&format!("UPDATE links SET views_used = 1, last_revealed_at = {revealed}"));
            assert_eq!(sweep(&store, kept.plus_millis(-1)).await, Swept::default());
            assert_eq!(ground.number("SELECT sweep_at AS n FROM links"), kept.as_millis(), "looked at again when the retry ends");
            assert_eq!(sweep(&store, kept).await, Swept { wraps: 1, snapshots: 1, ..Swept::default() });
            assert_eq!(told(&store, "link.expired").await, 0);
        }
    });
}

#[test]
fn a_revoked_link_is_swept_at_once_and_its_share_stays_for_the_others() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            let now = NOON.as_millis().to_string();
            share(&ground, &[("revoked_at", &now), ("views_used", "0")]);
            ground.sql(&format!("UPDATE links SET sweep_at = {now} WHERE revoked_at IS NOT NULL"));
            assert_eq!(sweep(&store, NOON).await, Swept { wraps: 1, ..Swept::default() });
            assert_eq!(ground.number("SELECT count(*) AS n FROM snapshots"), 1);
            assert_eq!(sweep(&store, NOON.plus_seconds(3600)).await, Swept { expired: 1, wraps: 1, snapshots: 1, ..Swept::default() });
        }
    });
}

#[test]
fn lapsed_sign_ins_sessions_and_throttles_go_in_pieces_and_the_rest_stays() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            let now = NOON.as_millis();
            let (short, hash) = (ground.bytes(&[1; 16]), ground.bytes(&[2; 32]));
            let mut sql = format!(
                "INSERT INTO users (id, name, full_name, email, external_share, created_at) \
                 VALUES ({short}, 'ada', 'Ada', 'ada@example.com', {}, {now});",
                ground.boolean(false)
            );
            for (n, begun) in [(1, now - 60_001), (2, now - 60_000)] {
                let id = ground.bytes(&[n; 16]);
                sql.push_str(&format!(
                    "INSERT INTO sign_ins (id, purpose, name, state, address, begun_at) VALUES ({id}, 'sign-in', 'ada', {hash}, '', {begun});"
                ));
            }
            for (n, expires) in [(1, now), (2, now + 1)] {
                let id = ground.bytes(&[n; 32]);
                sql.push_str(&format!(
                    "INSERT INTO sessions (hash, account, kept_key, signed_in_at, expires_at) VALUES ({id}, {short}, {hash}, 0, {expires});"
                ));
            }
            for n in 0..600 {
                let last = now - 86_400_000 - n;
                sql.push_str(&format!("INSERT INTO throttles VALUES ('name', 'guess{n}', 1, {last}, {});", now - n));
            }
            sql.push_str(&format!("INSERT INTO throttles VALUES ('name', 'recent', 1, {}, {})", now - 86_399_999, now + 1));
            ground.stranger().batch_execute(&sql).unwrap();

            assert_eq!(sweep(&store, NOON).await, Swept { lapsed: 502, more: true, ..Swept::default() });
            assert_eq!(sweep(&store, NOON).await, Swept { lapsed: 100, ..Swept::default() });
            for (table, left) in [("sign_ins", 1), ("sessions", 1), ("throttles", 1)] {
                assert_eq!(ground.number(&format!("SELECT count(*) AS n FROM {table}")), left, "{table}");
            }
        }
    });
}
