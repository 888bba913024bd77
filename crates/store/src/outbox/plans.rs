//! What the outbox is asked again and again is answered from an index: the cost doesn't grow with what is stored.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::Connection;
use crate::engine::ground::{Ground, run};

/// What is asked, as the functions of this folder ask it.
const ASKED: [&str; 15] = [
    "SELECT EXISTS (SELECT 1 FROM outbox WHERE due_at <= ? AND held = ?)",
    "SELECT id, payload FROM outbox WHERE due_at <= ? AND held = ? ORDER BY due_at, id LIMIT ?",
    "UPDATE outbox SET due_at = ?, leaving_at = ? WHERE id = ? AND due_at = ?",
    "SELECT count(*) FROM outbox WHERE due_at IS NOT NULL",
    "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL",
    "SELECT min(created_at) FROM outbox WHERE due_at IS NOT NULL AND payload IS NOT NULL",
    "UPDATE outbox SET due_at = NULL WHERE link IN (?, ?) AND due_at IS NOT NULL AND about IN (?, ?, ?)",
    "SELECT id FROM outbox WHERE account = ? AND due_at IS NOT NULL",
    "SELECT id, account FROM outbox WHERE sweep_at <= ? ORDER BY sweep_at, id LIMIT ?",
    "SELECT id FROM outbox WHERE dead_at IS NOT NULL AND about NOT IN (?, ?, ?) ORDER BY id LIMIT ?",
    "SELECT id FROM outbox WHERE id < ? ORDER BY id DESC LIMIT ?",
    "SELECT id FROM outbox WHERE due_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
    "SELECT id FROM outbox WHERE sent_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
    "SELECT id FROM outbox WHERE dead_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
    "SELECT id FROM outbox WHERE due_at IS NULL AND sent_at IS NULL AND dead_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?",
];

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn no_question_reads_the_whole_outbox_or_sorts_it() {
    run(async {
        let ground = Ground::sqlite();
        ground.open().await.close().await;
        let Connection::Sqlite(mut conn) = ground.stranger() else { panic!("this ground is SQLite's") };
        for asked in ASKED {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {asked}")).load(&mut conn).unwrap();
            let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
            let of_outbox = |step: &&String| step.contains(" outbox");
            assert!(steps.iter().any(|step| of_outbox(&step)), "{asked}: {steps:?}");
            assert!(steps.iter().filter(of_outbox).all(|step| step.contains("INDEX")), "{asked}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{asked}: {steps:?}");
        }
    });
}
