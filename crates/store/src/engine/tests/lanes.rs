//! Lanes: one writer each, no gap, nothing forgotten by the mirror.

use vault::event::Lane;

use crate::engine::ground::{Ground, NOON, at, begin, event, mark, marks, run, verified};
use crate::{Position, Store};

#[test]
fn concurrent_writers_leave_gapless_chains() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            let mut waiting = Vec::new();
            for n in 0..60 {
                let store = store.clone();
                waiting.push(begin(async move { mark(&store, &format!("{n:02}")).await }).await);
            }
            for write in waiting {
                write.await.unwrap().unwrap();
            }
            // Every chain is recomputed here, from its first record to its head.
            assert_eq!(marks(&store).await, (0..60).map(|n| format!("{n:02}")).collect::<Vec<_>>());
        }
    });
}

#[test]
fn two_stores_on_one_server_never_share_a_lane_and_a_released_one_is_taken_over() {
    run(async {
        let ground = Ground::postgres();
        let (first, second) = (ground.open().await, ground.open().await);
        assert_eq!(first.lanes_held(), [1, 2, 3, 4]);
        assert_eq!(second.lanes_held(), [5, 6, 7, 8]);
        mark(&first, "first").await.unwrap();
        mark(&second, "second").await.unwrap();
        first.close().await;
        let third = ground.open().await;
        assert_eq!(third.lanes_held(), [1, 2, 3, 4]);
        for _ in 0..8 {
            mark(&third, "third").await.unwrap();
        }
        assert_eq!(verified(&third).await.len(), 10);
    });
}

#[test]
fn the_mirror_tells_every_record_of_its_own_lanes_once_and_of_forsaken_lanes_too() {
    run(async {
        for ground in Ground::both() {
            let gone = ground.open().await;
            mark(&gone, "left behind").await.unwrap();
            gone.close().await;
            let store = ground.open().await;
            for mark_ in ["a", "b"] {
                mark(&store, mark_).await.unwrap();
            }
            assert_eq!(mirror(&store).await, ["a", "b", "left behind"]);
            assert!(mirror(&store).await.is_empty());
            // A cursor never moves back: a late word about an earlier record changes nothing.
            store.set_mirrored(&at(NOON), Lane(1), 0).await.unwrap();
            assert!(mirror(&store).await.is_empty());
            mark(&store, "c").await.unwrap();
            assert_eq!(mirror(&store).await, ["c"]);
        }
    });
}

#[test]
fn the_mirror_leaves_alone_what_a_living_neighbour_tells() {
    run(async {
        let ground = Ground::postgres();
        let (store, neighbour) = (ground.open().await, ground.open().await);
        mark(&neighbour, "the neighbour's").await.unwrap();
        mark(&store, "ours").await.unwrap();
        assert_eq!(mirror(&store).await, ["ours"]);
        neighbour.close().await;
        assert_eq!(mirror(&store).await, ["the neighbour's"]);
    });
}

#[test]
fn pages_of_the_log_join_without_gap_or_repetition_newest_first() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            // Several at each time, and with several writers in several lanes.
            for n in 0..25_i64 {
                let call = at(NOON.plus_millis(n / 4));
                store.record(&call, event(&format!("{n:02}"))).await.unwrap();
            }
            let (mut after, mut seen) = (None, Vec::new());
            loop {
                let page = store.audit_entries(crate::AuditFilter::default(), after, 4).await.unwrap();
                let Some((last, _)) = page.last() else { break };
                after = Some(Position::of(last));
                seen.extend(page.into_iter().map(|(record, _)| record));
            }
            assert!(seen.windows(2).all(|pair| pair[0].at >= pair[1].at));
            let mut found: Vec<String> = seen.iter().map(|record| record.details["why"].clone()).collect();
            found.sort();
            assert_eq!(found, (0..25).map(|n| format!("{n:02}")).collect::<Vec<_>>());
        }
    });
}

/// Mirrors what waits, as the daemon does, and answers its marks, sorted.
async fn mirror(store: &Store) -> Vec<String> {
    let mut told = Vec::new();
    for (record, _) in store.unmirrored(100).await.unwrap() {
        store.set_mirrored(&at(NOON), record.lane, record.seq).await.unwrap();
        told.push(record.details["why"].clone());
    }
    told.sort();
    told
}
