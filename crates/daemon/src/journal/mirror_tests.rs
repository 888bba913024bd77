//! The mirror, on a real store and a journal that does what a test says.

use std::path::Path;

use store::{Database, Settings};
use vault::event::{Actor, Event, Kind};
use vault::{Policy, Timestamp};

use super::*;
use crate::worker::{Beats, Stop};

fn clock() -> Clock {
    Clock::of(|| Timestamp::from_millis(1_772_366_400_000))
}

async fn open(folder: &Path) -> Store {
    let database = Database::Sqlite(folder.join("postern.sqlite"));
    Store::open(Settings { database, writers: 1, readers: 1, policy: Policy::default() }).await.unwrap()
}

async fn happen(store: &Store, versions: impl IntoIterator<Item = u32>) {
    for version in versions {
        let event = Event::new(Kind::DaemonStarted, clock().now(), Actor::Appliance).with("version", version);
        store.record(&worker::call(&clock()).unwrap(), event).await.unwrap();
    }
}

fn story<F: Future<Output = ()>>(story: impl FnOnce(tempfile::TempDir) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(story(tempfile::tempdir().unwrap()));
}

fn messages(written: &Receiver<Line>) -> Vec<String> {
    written.try_iter().map(|line| line.message).collect()
}

#[test]
fn every_event_is_told_once_in_order_and_what_is_left_at_the_stop_too() {
    story(|folder| async move {
        let store = open(folder.path()).await;
        let (sink, written) = Sink::held(channel().1);
        let mut mirror = Mirror::into_sink(sink, store.clone(), clock()).unwrap();
        happen(&store, 1..=3).await;
        assert!(mirror.round().await.unwrap());
        assert_eq!(messages(&written), ["posternd 1 started", "posternd 2 started", "posternd 3 started"]);
        assert!(!mirror.round().await.unwrap());
        happen(&store, [4]).await;
        let (stop, stopping) = Stop::new();
        stop.stop();
        mirror.run(Beats::default().of("mirror", clock()), stopping).await;
        assert_eq!(messages(&written), ["posternd 4 started"]);
        assert_eq!(store.unmirrored(10).await.unwrap(), []);
    });
}

#[test]
fn events_that_the_journal_does_not_take_wait_and_are_told_later() {
    story(|folder| async move {
        let store = open(folder.path()).await;
        happen(&store, 1..=2).await;
        let mut mirror = Mirror::into_sink(Sink::takes(0), store.clone(), clock()).unwrap();
        assert!(matches!(mirror.round().await, Err(Interrupted::Journal(_))));
        assert_eq!(store.unmirrored(10).await.unwrap().len(), 2);
        // The daemon is started anew.
        let (sink, written) = Sink::held(channel().1);
        Mirror::into_sink(sink, store.clone(), clock()).unwrap().rest().await.unwrap();
        assert_eq!(messages(&written), ["posternd 1 started", "posternd 2 started"]);
    });
}

#[test]
fn events_told_before_the_journal_went_away_are_not_told_again() {
    story(|folder| async move {
        let store = open(folder.path()).await;
        happen(&store, 1..=3).await;
        let mut mirror = Mirror::into_sink(Sink::takes(2), store.clone(), clock()).unwrap();
        assert!(matches!(mirror.round().await, Err(Interrupted::Journal(_))));
        let left = store.unmirrored(10).await.unwrap();
        assert_eq!(left.iter().map(|(record, _)| record.seq).collect::<Vec<_>>(), [3]);
    });
}

#[test]
fn an_event_is_not_told_again_because_the_store_could_not_note_it() {
    story(|folder| async move {
        let store = open(folder.path()).await;
        happen(&store, 1..=2).await;
        let (sink, written) = Sink::held(channel().1);
        let mut mirror = Mirror::into_sink(sink, store.clone(), clock()).unwrap();
        // As after a round that told the first one and then found the disk full.
        mirror.told.insert(Lane(store.unmirrored(1).await.unwrap()[0].0.lane.0), 1);
        assert!(mirror.round().await.unwrap());
        assert_eq!(messages(&written), ["posternd 2 started"]);
        assert_eq!(store.unmirrored(10).await.unwrap(), []);
    });
}

#[test]
fn a_journal_that_stands_still_holds_up_nobody_but_the_mirror() {
    story(|folder| async move {
        let store = open(folder.path()).await;
        let (release, held) = channel();
        let (sink, written) = Sink::held(held);
        let mirror = Mirror::into_sink(sink, store.clone(), clock()).unwrap();
        happen(&store, [1]).await;
        let (stop, stopping) = Stop::new();
        let worker = tokio::spawn(mirror.run(Beats::default().of("mirror", clock()), stopping));
        // On this one thread nothing could be written while the mirror held it.
        happen(&store, 2..=20).await;
        assert_eq!(messages(&written), Vec::<String>::new());
        drop(release);
        stop.stop();
        worker.await.unwrap();
        assert_eq!(messages(&written).len(), 20);
    });
}
