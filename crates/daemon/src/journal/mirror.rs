//! The mirror: tells the journal every audit event that the store has kept, on a thread and a connection of its own.
//!
//! No event is told too seldom: the store's cursor moves only after the journal has taken it, so a crash in between tells an event
//! twice, with the same lane and number. A journal that stands still holds up nothing but the mirror.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use store::{Failure, Store};
use tokio::sync::oneshot;
use vault::event::Lane;

use super::Journal;
use super::line::Line;
use super::sink::Sink;
use crate::Clock;
use crate::random::NoRandomness;
use crate::worker::{self, Beat, Stopping};

/// How long the mirror rests when there was nothing to tell.
const REST: Duration = Duration::from_millis(200);

/// How long it rests after something failed.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How long the last events may take when the daemon stops. What is left is told at the next start.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// How many events are told before the cursor moves.
const AT_ONCE: u32 = 500;

/// The mirror of one daemon.
pub struct Mirror {
    store: Store,
    clock: Clock,
    queue: Sender<Batch>,
    /// What was told in this process's life although the cursor may not have moved: it is not told again for that.
    told: BTreeMap<Lane, u64>,
}

struct Batch {
    lines: Vec<Line>,
    /// How many the journal took, and why no more.
    taken: oneshot::Sender<(usize, io::Result<()>)>,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error("the journal does not take audit events: {0}")]
    Journal(io::Error),
    #[error("the thread that tells the journal has ended")]
    Ended,
    #[error(transparent)]
    Store(#[from] Failure),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Mirror {
    /// Starts the thread that tells events to where the journal's lines go.
    ///
    /// # Errors
    /// The journal has gone meanwhile, or no thread can be started.
    pub fn start(journal: &Journal, store: Store, clock: Clock) -> io::Result<Self> {
        Self::into_sink(Sink::open(journal.to)?, store, clock)
    }

    fn into_sink(sink: Sink, store: Store, clock: Clock) -> io::Result<Self> {
        let (queue, waiting) = channel();
        std::thread::Builder::new().name("mirror".into()).spawn(move || tell(&sink, waiting))?;
        Ok(Self { store, clock, queue, told: BTreeMap::new() })
    }

    /// Works until it is told to stop, then tells what is left. Stop it last, after the daemon's own last event, and close the store
    /// only when it has ended.
    pub async fn run(mut self, beat: Beat, mut stopping: Stopping) {
        let mut failing = false;
        loop {
            let round = self.round().await;
            beat.done(round.is_ok());
            let rest = match round {
                Ok(more) => {
                    if failing {
                        log::info!("audit events are told again");
                    }
                    failing = false;
                    if more { Duration::ZERO } else { REST }
                }
                Err(error) => {
                    if !failing {
                        log::error!("audit events wait, and none is lost: {error}");
                    }
                    failing = true;
                    REST_AFTER_FAILURE
                }
            };
            if stopping.within(rest).await {
                break;
            }
        }
        match tokio::time::timeout(LAST_EVENTS, self.rest()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log::error!("the last audit events are told at the next start: {error}"),
            Err(_) => log::error!("the last audit events are told at the next start: the journal stands still"),
        }
    }

    async fn rest(&mut self) -> Result<(), Interrupted> {
        while self.round().await? {}
        Ok(())
    }

    /// Tells what wasn't told yet and moves the cursor. Answers whether there may be more.
    async fn round(&mut self) -> Result<bool, Interrupted> {
        let records = self.store.unmirrored(AT_ONCE).await.map_err(Failure::from)?;
        if records.is_empty() {
            return Ok(false);
        }
        // An earlier round may have told these and then failed to say so to the store.
        let untold = |lane: Lane, seq: u64| self.told.get(&lane).is_none_or(|told| seq > *told);
        let new: Vec<_> = records.iter().filter(|(record, _)| untold(record.lane, record.seq)).collect();
        let lines = new.iter().map(|(record, hash)| Line::event(record, *hash)).collect();
        let (taken, answer) = oneshot::channel();
        self.queue.send(Batch { lines, taken }).map_err(|_| Interrupted::Ended)?;
        let (taken, result) = answer.await.map_err(|_| Interrupted::Ended)?;
        for (record, _) in new.iter().take(taken) {
            self.told.insert(record.lane, record.seq);
        }
        let mut lanes: Vec<Lane> = records.iter().map(|(record, _)| record.lane).collect();
        lanes.dedup();
        for lane in lanes {
            if let Some(told) = self.told.get(&lane) {
                self.store.set_mirrored(&worker::call(&self.clock)?, lane, *told).await?;
            }
        }
        result.map_err(Interrupted::Journal)?;
        Ok(true)
    }
}

/// The thread: in order, and no further than to the first event that isn't taken.
fn tell(sink: &Sink, waiting: Receiver<Batch>) {
    for Batch { lines, taken } in waiting {
        let result = lines.iter().try_fold(0, |done, line| match sink.write(line) {
            Ok(()) => Ok(done + 1),
            Err(error) => Err((done, error)),
        });
        let answer = match result {
            Ok(done) => (done, Ok(())),
            Err((done, error)) => (done, Err(error)),
        };
        // The daemon may have stopped waiting.
        let _ = taken.send(answer);
    }
}

#[cfg(test)]
#[path = "mirror_tests.rs"]
mod tests;
