//! A server that goes away in between: the engine comes back by itself, and nothing happens twice.

use diesel::connection::SimpleConnection;

use crate::engine::ground::{Ground, NOON, at, event, mark, marks, run};
use crate::{Broken, Failure};

const END_THE_OTHERS: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn connections_that_were_lost_in_the_quiet_are_replaced_unseen() {
    run(async {
        let ground = Ground::postgres();
        let store = ground.open().await;
        mark(&store, "before").await.unwrap();
        ground.sql(END_THE_OTHERS);
        for _ in 0..8 {
            mark(&store, "after").await.unwrap();
        }
        assert_eq!(marks(&store).await.len(), 9);
        assert_eq!(store.lanes_held(), [1, 2, 3, 4], "no lane is wasted");
    });
}

#[test]
fn a_write_whose_connection_is_lost_in_its_middle_happens_once() {
    run(async {
        let ground = Ground::postgres();
        let store = ground.open().await;
        ground.sql("CREATE SEQUENCE tries");
        let write = |tx: &mut crate::Tx<'_>| {
            tx.record(event("once"))?;
            Ok(tx.conn.batch_execute("SELECT CASE WHEN nextval('tries') = 1 THEN pg_terminate_backend(pg_backend_pid()) END")?)
        };
        assert_eq!(store.write(&at(NOON), write).await, Ok(()));
        assert_eq!(marks(&store).await, ["once"]);
    });
}

#[test]
fn a_connection_lost_in_the_commit_is_looked_into_and_the_write_happens_once() {
    run(async {
        let ground = Ground::postgres();
        let store = ground.open().await;
        ground.sql(
            "CREATE SEQUENCE tries; \
             CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF nextval('tries') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$; \
             CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()",
        );
        assert_eq!(mark(&store, "once").await, Ok(()));
        assert_eq!(marks(&store).await, ["once"]);
        assert!(ground.number("SELECT last_value AS n FROM tries") >= 2, "the first try was cut");
    });
}

#[test]
fn a_server_that_is_not_there_is_told_and_found_again() {
    run(async {
        let ground = Ground::postgres();
        let store = ground.open().await;
        let closed = |may: bool| format!("ALTER DATABASE {} ALLOW_CONNECTIONS {may}", name(&ground));
        let server = Ground::postgres();
        server.sql(&closed(false));
        server.sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", name(&ground)));
        assert!(matches!(mark(&store, "lost").await, Err(Failure::Broken(Broken::Unreachable(_)))));
        assert!(matches!(store.audit_lanes().await, Err(Broken::Unreachable(_))));
        server.sql(&closed(true));
        mark(&store, "found").await.unwrap();
        assert_eq!(marks(&store).await, ["found"]);
    });
}

fn name(ground: &Ground) -> String {
    let crate::Database::Postgres(address) = &ground.settings.database else { unreachable!() };
    address.rsplit_once('/').unwrap().1.to_owned()
}
