//! The clock rule, as it holds across restarts and daemons.

use vault::{Refusal, Timestamp};

use crate::engine::ground::{Ground, NOON, at, event, mark, run, verified};
use crate::{Answer, AuditFilter, Failure, Operator, Store};

/// What needs a clock that can be believed; it records its refusal as every intention does.
async fn create(store: &Store, clock: Timestamp) -> Answer<Timestamp> {
    let write = |tx: &mut crate::Tx<'_>| match tx.trusted() {
        Ok(now) => {
            tx.record(event("created"))?;
            Ok(now)
        }
        Err(refusal) => {
            tx.record(event("refused").refused(refusal))?;
            Err(refusal.into())
        }
    };
    store.write(&at(clock), write).await
}

#[test]
fn a_clock_a_little_behind_counts_as_the_latest_time_recorded() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            assert_eq!(create(&store, NOON).await, Ok(NOON));
            assert_eq!(create(&store, NOON.plus_seconds(-299)).await, Ok(NOON));
            assert!(verified(&store).await.iter().all(|record| record.at == NOON));
        }
    });
}

#[test]
fn a_clock_set_back_creates_nothing_until_an_operator_accepts_it_also_after_a_restart() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            create(&store, NOON).await.unwrap();
            store.close().await;

            let store = ground.open().await;
            let earlier = NOON.plus_seconds(-3600);
            let behind = Failure::Refused(Refusal::ClockBehind { seconds_behind: 3600 });
            // Several, so that each of several writers is asked.
            for _ in 0..8 {
                assert_eq!(create(&store, earlier).await, Err(behind.clone()));
            }
            assert!(store.health(earlier).await.unwrap().clock_behind);
            // The refusals were recorded, at the time that counts.
            let refused = AuditFilter { refused: Some(true), ..AuditFilter::default() };
            let told = store.audit_entries(refused, None, 100).await.unwrap();
            assert!(told.len() == 8 && told.iter().all(|(record, _)| record.at == NOON));

            let operator = Operator { uid: 0, name: "root".to_owned() };
            assert_eq!(store.accept_clock(&at(earlier), &operator).await, Ok((NOON, earlier)));
            for _ in 0..8 {
                assert_eq!(create(&store, earlier.plus_seconds(1)).await, Ok(earlier.plus_seconds(1)));
            }
            assert!(!store.health(earlier).await.unwrap().clock_behind);
            let accepted = AuditFilter { event: Some("clock.accepted".to_owned()), ..AuditFilter::default() };
            assert_eq!(store.audit_entries(accepted, None, 10).await.unwrap()[0].0.who, "root(0)");
            verified(&store).await;
        }
    });
}

#[test]
fn the_latest_time_is_kept_also_when_nothing_is_recorded() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            mark(&store, "noon").await.unwrap();
            let later = NOON.plus_seconds(3600);
            store.write(&at(later), |_| Ok(())).await.unwrap();
            assert_eq!(store.health(later).await.unwrap().latest, later);
        }
    });
}
