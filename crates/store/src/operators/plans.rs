//! What operators ask again and again is answered from an index: no list and no count reads all links or all of the audit log.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::Connection;
use crate::engine::ground::{Ground, run};

/// In any state but these; `alive` as the functions ask it.
const ALIVE: &str = "(revoked_at IS NULL AND burnt_at IS NULL) AND expires_at > ? AND (view_limit IS NULL OR view_limit > views_used)";

/// What is asked, as the functions of this folder and of the overview ask it, and the index that answers.
const ASKED: [(&str, &str); 33] = [
    ("SELECT id, expires_at FROM links ORDER BY id DESC LIMIT ?", "SCAN links"),
    ("SELECT id, expires_at FROM links WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT ?", "PRIMARY KEY (id>? AND id<?)"),
    ("SELECT id, expires_at FROM links WHERE owner = ? AND id < ? ORDER BY id DESC LIMIT ?", "links_by_owner (owner=? AND id<?)"),
    ("SELECT id, expires_at FROM links WHERE recipient_folded = ? AND id < ? ORDER BY id DESC LIMIT ?", "links_by_recipient"),
    ("SELECT id, expires_at FROM links WHERE item = ? AND id < ? ORDER BY id DESC LIMIT ?", "links_by_item"),
    ("SELECT id, expires_at FROM links WHERE share = ? AND id < ? ORDER BY id DESC LIMIT ?", "links_by_share"),
    ("SELECT id, expires_at FROM links WHERE delivery = ? AND id < ? ORDER BY id DESC LIMIT ?", "links_by_delivery (delivery=? AND id<?)"),
    ("SELECT id, expires_at FROM links WHERE delivery = ? ORDER BY expires_at, id LIMIT ?", "links_by_delivery_expiry (delivery=?)"),
    (
        "SELECT id, expires_at FROM links WHERE owner = ? AND (links.delivery = ?) IS TRUE AND id < ? ORDER BY id DESC LIMIT ?",
        "links_by_owner (owner=? AND id<?)",
    ),
    (
        "SELECT id, expires_at FROM links WHERE (links.delivery = ?) IS TRUE AND ALIVE AND failed_tokens >= ? AND failed_tokens >= 10 AND id < ? \
         ORDER BY id DESC LIMIT ?",
        "links_locked",
    ),
    ("SELECT id, expires_at FROM links ORDER BY expires_at, id LIMIT ?", "links_by_expiry"),
    (
        "SELECT id, expires_at FROM links WHERE expires_at >= ? AND (expires_at > ? OR id > ?) ORDER BY expires_at, id LIMIT ?",
        "links_by_expiry (expires_at>?)",
    ),
    ("SELECT id, expires_at FROM links WHERE ALIVE AND starts_at <= ? ORDER BY expires_at, id LIMIT ?", "links_by_expiry (expires_at>?)"),
    (
        "SELECT id, expires_at FROM links WHERE ALIVE AND starts_at <= ? AND sweep_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
        "links_living",
    ),
    ("SELECT id, expires_at FROM links WHERE ALIVE AND starts_at > ? AND sweep_at IS NOT NULL", "links_by_start (starts_at>?)"),
    (
        "SELECT id, expires_at FROM links WHERE ALIVE AND failed_tokens >= ? AND failed_tokens >= 10 AND id < ? ORDER BY id DESC LIMIT ?",
        "links_locked",
    ),
    ("SELECT id, expires_at FROM links WHERE ALIVE AND freezes > 0 AND id < ? ORDER BY id DESC LIMIT ?", "links_frozen"),
    (
        "SELECT id, expires_at FROM links WHERE ALIVE AND owner = ? AND sweep_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
        "links_living_by_owner (owner=? AND id<?)",
    ),
    (
        "SELECT count(*) FROM links WHERE ALIVE AND owner IN (?, ?) AND sweep_at IS NOT NULL AND freezes = 0",
        "links_living_by_owner (owner=?)",
    ),
    ("SELECT id, expires_at FROM links WHERE revoked_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", "links_revoked"),
    (
        "SELECT id, expires_at FROM links WHERE revoked_at IS NULL AND burnt_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
        "links_burnt",
    ),
    (
        "SELECT id, expires_at FROM links WHERE revoked_at IS NULL AND burnt_at IS NULL AND expires_at > ? \
         AND NOT (view_limit IS NULL OR view_limit > views_used) AND (view_limit IS NOT NULL AND views_used >= view_limit) AND id < ? \
         ORDER BY id DESC LIMIT ?",
        "links_used_up",
    ),
    (
        "SELECT id, expires_at FROM links WHERE revoked_at IS NULL AND burnt_at IS NULL AND expires_at <= ? AND sweep_at IS NULL AND id < ? \
         ORDER BY id DESC LIMIT ?",
        "links_swept",
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
