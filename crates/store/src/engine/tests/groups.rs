//! Writes that commit together: each stands or falls alone, and none is answered too early.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection;
use vault::Refusal;

use crate::engine::ground::{Ground, NOON, at, begin, event, mark, marks, number, run};
use crate::{Answer, Broken, Failure, Store};

/// Keeps the writer busy until told to go on, so that what comes meanwhile waits and becomes one group.
async fn hold(store: &Store) -> (Sender<()>, tokio::task::JoinHandle<Answer<()>>) {
    let (go, wait) = channel::<()>();
    let (started, begun) = channel::<()>();
    let wait = Mutex::new(wait);
    let store = store.clone();
    let held = begin(async move {
        let write = move |_: &mut crate::Tx<'_>| {
            let _ = started.send(());
            let _ = wait.lock().unwrap().recv();
            Ok(())
        };
        store.write(&at(NOON), write).await
    })
    .await;
    begun.recv().unwrap();
    (go, held)
}

/// A write that records its mark and then does this.
async fn then(store: Store, name: &'static str, last: impl Fn(&mut crate::Tx<'_>) -> Answer<()> + Send + 'static) -> Answer<()> {
    let write = move |tx: &mut crate::Tx<'_>| {
        tx.record(event(name))?;
        last(tx)
    };
    store.write(&at(NOON), write).await
}

#[test]
fn an_answer_means_that_everybody_sees_the_row() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            for n in 1..=5 {
                mark(&store, "seen").await.unwrap();
                assert_eq!(ground.number("SELECT count(*) AS n FROM audit"), n);
            }
        }
    });
}

#[test]
fn writes_that_wait_are_committed_together_and_answered_each() {
    run(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        let (go, held) = hold(&store).await;
        // What each of them sees uncommitted of those before it shows that they share a transaction: a stranger sees nothing of it.
        let mut waiting = Vec::new();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let path = Arc::new(ground);
        for _ in 0..8 {
            let (store, seen, ground) = (store.clone(), Arc::clone(&seen), Arc::clone(&path));
            let write = then(store, "together", move |tx| {
                let inside = number(tx.conn, "SELECT count(*) AS n FROM audit");
                seen.lock().unwrap().push((inside, ground.number("SELECT count(*) AS n FROM audit")));
                Ok(())
            });
            waiting.push(begin(write).await);
        }
        go.send(()).unwrap();
        held.await.unwrap().unwrap();
        for write in waiting {
            write.await.unwrap().unwrap();
        }
        assert_eq!(*seen.lock().unwrap(), (1..=8).map(|n| (n, 0)).collect::<Vec<_>>());
        assert_eq!(marks(&store).await.len(), 8);
    });
}

#[test]
fn a_write_that_fails_amid_a_group_harms_none_of_its_neighbours() {
    run(async {
        for ground in Ground::both() {
            ground_with_tally(&ground).await;
            let store = ground.open().await;
            let (go, held) = hold(&store).await;
            let before = begin(then(store.clone(), "before", |_| Ok(()))).await;
            let broken = begin(then(store.clone(), "broken", |tx| {
                tx.conn.batch_execute("UPDATE tally SET n = n + 100")?;
                Ok(tx.conn.batch_execute("INSERT INTO nowhere VALUES (1)")?)
            }))
            .await;
            let panicked = begin(then(store.clone(), "panicked", |_| panic!("on purpose"))).await;
            let damaged = begin(then(store.clone(), "damaged", |_| Err(Broken::Damaged("a row".to_owned()).into()))).await;
            let refused = begin(then(store.clone(), "refused", |tx| {
                tx.conn.batch_execute("UPDATE tally SET n = n + 1")?;
                Err(Refusal::UsedUp.into())
            }))
            .await;
            let after = begin(then(store.clone(), "after", |_| Ok(()))).await;
            go.send(()).unwrap();
            held.await.unwrap().unwrap();

            assert_eq!(before.await.unwrap(), Ok(()));
            assert!(matches!(broken.await.unwrap(), Err(Failure::Broken(Broken::Database(_)))));
            assert_eq!(panicked.await.unwrap(), Err(Failure::Broken(Broken::Panicked)));
            assert_eq!(damaged.await.unwrap(), Err(Failure::Broken(Broken::Damaged("a row".to_owned()))));
            assert_eq!(refused.await.unwrap(), Err(Failure::Refused(Refusal::UsedUp)));
            assert_eq!(after.await.unwrap(), Ok(()));
            // A refused write keeps its audit and its counters; a broken one leaves neither.
            assert_eq!(marks(&store).await, ["after", "before", "refused"]);
            assert_eq!(ground.number("SELECT n FROM tally"), 1);
        }
    });
}

#[test]
fn a_write_that_looks_away_from_a_failed_statement_is_broken_all_the_same() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            let careless = then(store.clone(), "careless", |tx| {
                let _ = tx.conn.batch_execute("INSERT INTO nowhere VALUES (1)");
                Ok(())
            });
            assert!(matches!(careless.await, Err(Failure::Broken(Broken::Database(_)))));
            assert!(marks(&store).await.is_empty());
        }
    });
}

#[test]
fn writes_to_the_same_row_are_counted_each_exactly_once() {
    run(async {
        for ground in Ground::both() {
            ground_with_tally(&ground).await;
            let store = ground.open().await;
            let runs = Arc::new(AtomicU32::new(0));
            let mut waiting = Vec::new();
            for _ in 0..40 {
                let runs = Arc::clone(&runs);
                // Reads and writes in two steps, as every intention does: whoever is second must see what the first one left.
                let write = then(store.clone(), "counted", move |tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    let n = number(tx.conn, "SELECT n FROM tally");
                    Ok(tx.conn.batch_execute(&format!("UPDATE tally SET n = {}", n + 1))?)
                });
                waiting.push(begin(write).await);
            }
            for write in waiting {
                write.await.unwrap().unwrap();
            }
            assert_eq!(ground.number("SELECT n FROM tally"), 40);
            assert_eq!(marks(&store).await.len(), 40);
            assert!(runs.load(Ordering::Relaxed) >= 40);
        }
    });
}

#[test]
fn what_waits_when_the_store_closes_is_still_written() {
    run(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        let (go, held) = hold(&store).await;
        let waiting = begin(then(store.clone(), "waiting", |_| Ok(()))).await;
        let other = store.clone();
        let closing = tokio::spawn(store.close());
        tokio::task::yield_now().await;
        go.send(()).unwrap();
        closing.await.unwrap();
        assert_eq!(held.await.unwrap(), Ok(()));
        assert_eq!(waiting.await.unwrap(), Ok(()));
        assert_eq!(mark(&other, "late").await, Err(Failure::Broken(Broken::Closed)));
        assert_eq!(marks(&ground.open().await).await, ["waiting"]);
    });
}

async fn ground_with_tally(ground: &Ground) {
    ground.open().await.close().await;
    ground.sql("CREATE TABLE tally (n BIGINT NOT NULL); INSERT INTO tally VALUES (0)");
}
