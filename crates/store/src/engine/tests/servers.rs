//! A server that goes away in between: the engine comes back by itself, and nothing happens twice.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use diesel::connection::SimpleConnection;

use crate::engine::ground::{Ground, NOON, at, event, mark, marks, run};
use crate::{Broken, Database, Failure, Store};

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
fn a_commit_whose_answer_was_lost_is_found_to_be_kept_and_the_write_does_not_run_again() {
    run(async {
        let ground = Ground::postgres();
        let cut = Arc::new(AtomicBool::new(false));
        let mut settings = ground.settings.clone();
        settings.database = Database::Postgres(through_a_proxy(&ground, Arc::clone(&cut)));
        settings.writers = 1;
        let store = Store::open(settings).await.unwrap();
        mark(&store, "before").await.unwrap();

        cut.store(true, Ordering::Relaxed);
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let write = move |tx: &mut crate::Tx<'_>| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(tx.record(event("lost"))?)
        };
        assert_eq!(store.write(&at(NOON), write).await, Ok(()));
        assert!(!cut.load(Ordering::Relaxed), "the answer to the commit was cut off");
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        mark(&store, "then").await.unwrap();
        assert_eq!(marks(&store).await, ["before", "lost", "then"]);
        assert_eq!(store.lanes_held(), [1]);
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
    let Database::Postgres(address) = &ground.settings.database else { unreachable!() };
    address.rsplit_once('/').unwrap().1.to_owned()
}

/// The server's address by a way that, once `cut` is set, loses the answer to one commit and the connection with it.
fn through_a_proxy(ground: &Ground, cut: Arc<AtomicBool>) -> String {
    let Database::Postgres(address) = &ground.settings.database else { unreachable!() };
    let host = address.strip_prefix("postgres://postgres@").unwrap().split('/').next().unwrap();
    let socket = format!("{}/.s.PGSQL.5432", host.replace("%2F", "/"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server, cut) = (client.unwrap(), UnixStream::connect(&socket).unwrap(), Arc::clone(&cut));
            let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let losing = Arc::new(AtomicBool::new(false));
            let lost = Arc::clone(&losing);
            std::thread::spawn(move || pump(&mut from, &mut to, |_| !lost.load(Ordering::Relaxed)));
            std::thread::spawn(move || ask(client, server, &cut, &losing));
        }
    });
    format!("postgres://postgres@127.0.0.1:{port}/{}?gssencmode=disable&sslmode=disable", name(ground))
}

fn ask(mut client: TcpStream, mut server: UnixStream, cut: &AtomicBool, losing: &AtomicBool) {
    pump(&mut client, &mut server, |asked| {
        // What is asked first is passed on; what is answered then is not.
        if asked.windows(6).any(|word| word == b"COMMIT") && cut.swap(false, Ordering::Relaxed) {
            losing.store(true, Ordering::Relaxed);
        }
        true
    });
}

/// Passes on what comes, as long as `pass` says so; then both ends are closed.
fn pump(from: &mut impl Read, to: &mut (impl Write + Close), mut pass: impl FnMut(&[u8]) -> bool) {
    let mut piece = [0; 65536];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        if !pass(&piece[..length]) || to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    to.close();
}

trait Close {
    fn close(&self);
}

impl Close for TcpStream {
    fn close(&self) {
        let _ = self.shutdown(std::net::Shutdown::Both);
    }
}

impl Close for UnixStream {
    fn close(&self) {
        let _ = self.shutdown(std::net::Shutdown::Both);
    }
}
