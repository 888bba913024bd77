//! The sweeper: what has ended loses its sealed bytes, every few seconds, and the database's log is cut.
//!
//! No failure here ends the worker, and none of its rounds runs on after the daemon was told to stop.

use std::time::Duration;

use store::{Broken, Failure, Store};

use crate::Clock;
use crate::random::NoRandomness;
use crate::worker::{self, Beat, Stopping};

/// How long the sweeper rests between two rounds.
const REST: Duration = Duration::from_secs(5);

/// How many rounds may pass between two checkpoints: fifty seconds, so that with the sweeping itself it is less than a minute.
const ROUNDS_BETWEEN_CHECKPOINTS: u32 = 10;

/// The sweeper of one daemon.
pub struct Sweeper {
    store: Store,
    clock: Clock,
    /// Rounds since the last checkpoint that was made.
    rounds: u32,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error(transparent)]
    Store(#[from] Failure),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl From<Broken> for Interrupted {
    fn from(broken: Broken) -> Self {
        Self::Store(broken.into())
    }
}

impl Sweeper {
    /// A sweeper that has yet to begin.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, rounds: 0 }
    }

    /// Works until it is told to stop.
    pub async fn run(mut self, beat: Beat, mut stopping: Stopping) {
        loop {
            let round = self.round(&stopping).await;
            beat.done(round.is_ok());
            if let Err(error) = round {
                log::error!("sweeping failed and is tried again in {} seconds: {error}", REST.as_secs());
            }
            if stopping.within(REST).await {
                return;
            }
        }
    }

    /// Sweeps until nothing more is found, and makes a checkpoint when one is due. Answers whether one was made.
    async fn round(&mut self, stopping: &Stopping) -> Result<bool, Interrupted> {
        // Counted before anything can fail, so that a sweep that fails again and again doesn't put the checkpoint off.
        self.rounds = self.rounds.saturating_add(1);
        let swept = self.sweep(stopping).await;
        let deleted = swept.as_ref().is_ok_and(|deleted| *deleted);
        if deleted {
            // Deleted bytes stand in the write-ahead log until then.
            self.rounds = ROUNDS_BETWEEN_CHECKPOINTS;
        }
        let made = self.rounds >= ROUNDS_BETWEEN_CHECKPOINTS && self.store.checkpoint().await?;
        if made {
            self.rounds = 0;
        }
        swept.map(|_| made)
    }

    /// Answers whether sealed bytes were deleted.
    async fn sweep(&self, stopping: &Stopping) -> Result<bool, Interrupted> {
        let mut deleted = false;
        loop {
            let swept = self.store.sweep(&worker::call(&self.clock)?).await?;
            deleted |= swept.snapshots + swept.wraps > 0;
            if !swept.more || stopping.is_due() {
                return Ok(deleted);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use store::{Database, Settings};
    use vault::event::Kind;
    use vault::{Policy, Timestamp};

    use super::*;
    use crate::worker::{Beats, Stop};

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    fn settings(folder: &std::path::Path) -> Settings {
        Settings { database: Database::Sqlite(folder.join("postern.sqlite")), writers: 1, readers: 1, policy: Policy::default() }
    }

    fn clock() -> Clock {
        Clock::of(|| Timestamp::from_millis(1_772_366_400_000))
    }

    #[test]
    fn the_databases_log_is_cut_every_tenth_round() {
        runtime().block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(settings(folder.path())).await.unwrap();
            let (_stop, stopping) = Stop::new();
            let mut sweeper = Sweeper::new(store.clone(), clock());
            for round in 1..=20 {
                let event = vault::event::Event::new(Kind::DaemonStopped, clock().now(), vault::event::Actor::Appliance);
                store.record(&worker::call(&clock()).unwrap(), event).await.unwrap();
                let log = || std::fs::metadata(folder.path().join("postern.sqlite-wal")).unwrap().len();
                assert_ne!(log(), 0, "{round}");
                assert_eq!(sweeper.round(&stopping).await.unwrap(), round % 10 == 0, "{round}");
                assert_eq!(log() == 0, round % 10 == 0, "{round}");
            }
        });
    }

    #[test]
    fn a_store_that_fails_does_not_end_the_sweeper_but_the_stop_does() {
        runtime().block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(settings(folder.path())).await.unwrap();
            store.clone().close().await;
            let (stop, stopping) = Stop::new();
            let mut sweeper = Sweeper::new(store, clock());
            sweeper.round(&stopping).await.unwrap_err();
            let worker = tokio::spawn(sweeper.run(Beats::default().of("sweeper", clock()), stopping));
            tokio::task::yield_now().await;
            assert!(!worker.is_finished());
            stop.stop();
            worker.await.unwrap();
        });
    }
}
