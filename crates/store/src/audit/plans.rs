//! Each walk through the log takes its own index on both databases, whatever else is looked for, and none is sorted.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Integer, Text};
use vault::event::Lane;
use vault::{ItemId, LinkId, ShareId, Timestamp, UserId};

use super::find::{kept, places};
use super::walk::{Backend, Walk};
use crate::engine::ground::{Ground, run};
use crate::{AuditFilter, Connection, Position};

/// The walks, whom each asks for, and their indexes.
const WALKS: [(Walk, &str, &str); 13] = [
    (Walk::All, "ada", "audit_by_time"),
    (Walk::Link, "ada", "audit_by_link"),
    (Walk::Share, "ada", "audit_by_share"),
    (Walk::Item, "ada", "audit_by_item"),
    (Walk::Owner, "ada", "audit_by_owner"),
    (Walk::Operator, "olga(1000)", "audit_by_operator"),
    (Walk::Recipient, "00000000-0000-7000-8000-000000000004", "audit_by_link"),
    (Walk::Address, "ada", "audit_by_address"),
    (Walk::User, "ada", "audit_by_user"),
    (Walk::RefusedBy, "ada", "audit_refused_by_actor"),
    (Walk::Operators, "ada", "audit_operators"),
    (Walk::Event, "ada", "audit_by_event"),
    (Walk::Refused, "ada", "audit_refused"),
];

/// A query that isn't run but explained.
struct Explained<Q>(&'static str, Q);

impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for Explained<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(self.0);
        self.1.walk_ast(out)
    }
}

impl<Q> QueryId for Explained<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// As SQLite answers.
struct Steps<Q>(Explained<Q>);

/// As PostgreSQL answers.
struct Lines<Q>(Explained<Q>);

macro_rules! asked {
    ($name:ident, $columns:ty) => {
        impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for $name<Q> {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
                self.0.walk_ast(out)
            }
        }
        impl<Q> QueryId for $name<Q> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl<Q> Query for $name<Q> {
            type SqlType = $columns;
        }
        impl<Q> diesel::RunQueryDsl<Connection> for $name<Q> {}
    };
}

asked!(Steps, (Integer, Integer, Integer, Text));
asked!(Lines, Text);

/// How a database would answer, a step on each line.
pub(crate) fn plan<Q: QueryFragment<Backend>>(conn: &mut Connection, query: Q) -> String {
    if conn.kind() == "sqlite" {
        let steps: Vec<(i32, i32, i32, String)> = Steps(Explained("EXPLAIN QUERY PLAN ", query)).load(conn).unwrap();
        return steps.into_iter().map(|(.., step)| step + "\n").collect();
    }
    let lines: Vec<String> = Lines(Explained("EXPLAIN ", query)).load(conn).unwrap();
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Twenty thousand records, a second apart.
const FILLED: &str = "\
    INSERT INTO audit (lane, seq, at, event, actor, who, address, user_id, item_id, share_id, link_id, refusal, record, hash) \
    SELECT 1, n, n * 1000, CASE WHEN n % 20 = 0 THEN 'link.refused' ELSE 'event' || n % 30 END, \
        (ARRAY['operator', 'owner', 'recipient', 'stranger', 'appliance'])[1 + n % 5], \
        CASE WHEN n % 100 = 0 THEN 'olga(1000)' WHEN n % 50 = 1 THEN 'ada' ELSE 'somebody' || n % 90 END, \
        '10.20.0.' || n % 100, decode(repeat(lpad(to_hex(n % 50), 2, '0'), 16), 'hex'), decode(repeat(lpad(to_hex(n % 200), 2, '0'), 16), 'hex'), \
        decode(repeat(lpad(to_hex(n % 220), 2, '0'), 16), 'hex'), decode(repeat(lpad(to_hex(n % 240), 2, '0'), 16), 'hex'), \
        CASE WHEN n % 7 = 0 THEN 'not_found' END, decode(repeat('00', 200), 'hex'), decode(repeat('00', 32), 'hex') \
    FROM generate_series(1, 20000) AS n";

fn place(seq: u64) -> Option<Position> {
    Some(Position { at: Timestamp::from_millis(i64::try_from(seq).unwrap() * 1000), lane: Lane(1), seq })
}

/// Names everything that can be named.
fn everything(who: &str) -> AuditFilter {
    let text = |text: &str| Some(text.to_owned());
    AuditFilter {
        event: text("link.refused"),
        actor: text("operator"),
        who: text(who),
        address: text("10.20.0.5"),
        user: Some(UserId::from_bytes([1; 16])),
        item: Some(ItemId::from_bytes([2; 16])),
        share: Some(ShareId::from_bytes([3; 16])),
        link: Some(LinkId::from_bytes([4; 16])),
        refused: Some(true),
    }
}

#[test]
fn every_walk_takes_its_own_index_whatever_else_is_looked_for() {
    run(async {
        for ground in Ground::both() {
            ground.open().await.close().await;
            let mut conn = ground.stranger();
            if conn.kind() == "postgresql" {
                // It chooses by what a table holds, and an empty one is read whole.
                conn.batch_execute(FILLED).unwrap();
                conn.batch_execute("VACUUM ANALYZE audit").unwrap();
            }
            let (here, until) = (place(15_000), place(5_000));
            for (walk, who, index) in WALKS {
                let filter = everything(who);
                let names = |plan: &str| plan.split([' ', '\n']).any(|word| word == index);
                // PostgreSQL may fetch a part that is small in another order, and put it into this one.
                let sorts = |plan: &str| plan.contains("TEMP B-TREE") || plan.contains("Sort") && !plan.contains("Bitmap Index Scan");
                let found = plan(&mut conn, kept(&filter, walk, here, until).unwrap().limit(100));
                assert!(names(&found) && !sorts(&found), "{walk:?}: {found}");
                let found = plan(&mut conn, places(&filter, walk, here).unwrap().offset(5_000).limit(1));
                let alone = conn.kind() != "sqlite" || found.contains("COVERING INDEX");
                assert!(names(&found) && alone && !sorts(&found), "{walk:?}: {found}");
            }
        }
    });
}
