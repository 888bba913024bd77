//! What background workers share: when to stop, where they note their rounds, and the calls of the appliance's own work.
//!
//! Nothing here cuts a worker off in the middle of a round: it ends where it would have waited.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::Call;
use tokio::sync::watch;
use vault::{RequestId, Timestamp};

use crate::Clock;
use crate::random::{self, NoRandomness};

/// Tells workers to stop. Dropping it tells them too.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

/// What a worker sees of it.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<bool>);

impl Stop {
    /// A signal, and what is handed to workers.
    pub fn new() -> (Self, Stopping) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stopping(receiver))
    }

    /// Tells every worker to stop. Wait for their tasks to end afterwards.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Whether it is time to stop.
    pub fn is_due(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits this long, or until it is time to stop. Answers whether it is.
    pub async fn within(&mut self, wait: Duration) -> bool {
        // An error of the channel means that nobody is there any more to tell.
        tokio::time::timeout(wait, self.0.wait_for(|stop| *stop)).await.is_ok()
    }
}

/// After how long without a round a worker is told to be late, in seconds: handing one message over may take minutes.
const LATE_SECONDS: i64 = 600;

/// When each worker last did its round.
#[derive(Clone, Default)]
pub struct Beats(Arc<Mutex<BTreeMap<&'static str, Last>>>);

#[derive(Clone, Copy)]
struct Last {
    begun: Timestamp,
    at: Option<Timestamp>,
    well: bool,
}

/// What one worker notes its rounds with.
#[derive(Clone)]
pub struct Beat {
    beats: Beats,
    name: &'static str,
    clock: Clock,
}

impl Beats {
    /// For a worker that begins now.
    pub fn of(&self, name: &'static str, clock: Clock) -> Beat {
        let last = Last { begun: clock.now(), at: None, well: true };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, last);
        Beat { beats: self.clone(), name, clock }
    }

    /// Each worker's name, its last round, and whether that went well and is not too long ago.
    pub fn told(&self, now: Timestamp) -> Vec<(&'static str, Option<Timestamp>, bool)> {
        let in_time = |last: &Last| now.millis_since(last.at.unwrap_or(last.begun)) <= LATE_SECONDS * 1000;
        let beats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beats.iter().map(|(name, last)| (*name, last.at, last.well && in_time(last))).collect()
    }
}

impl Beat {
    /// A round is over, and went well or not.
    pub fn done(&self, well: bool) {
        let now = self.clock.now();
        if let Some(last) = self.beats.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(self.name) {
            (last.at, last.well) = (Some(now), well);
        }
    }
}

/// One round of the appliance's own work, now.
///
/// # Errors
/// [`NoRandomness`].
pub fn call(clock: &Clock) -> Result<Call, NoRandomness> {
    let now = clock.now();
    Ok(Call { clock: now, address: None, request: RequestId::from_bytes(random::id(now)?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn a_worker_learns_of_the_stop_at_once_and_only_then() {
        runtime().block_on(async {
            let (stop, mut stopping) = Stop::new();
            assert!(!stopping.is_due());
            assert!(!stopping.within(Duration::from_millis(1)).await);
            stop.stop();
            assert!(stopping.is_due());
            assert!(stopping.within(Duration::from_secs(3600)).await);
        });
    }

    #[test]
    fn a_worker_that_fails_or_is_late_is_not_well() {
        use std::sync::atomic::{AtomicI64, Ordering};
        static NOW: AtomicI64 = AtomicI64::new(0);
        let clock = Clock::of(|| Timestamp::from_millis(NOW.load(Ordering::SeqCst)));
        let beats = Beats::default();
        let beat = beats.of("mail", clock.clone());
        assert_eq!(beats.told(clock.now()), [("mail", None, true)], "it has just begun");
        NOW.store(600_001, Ordering::SeqCst);
        assert_eq!(beats.told(clock.now()), [("mail", None, false)], "it should have done something by now");
        beat.done(true);
        assert_eq!(beats.told(clock.now()), [("mail", Some(clock.now()), true)]);
        beat.done(false);
        assert_eq!(beats.told(clock.now()), [("mail", Some(clock.now()), false)]);
    }

    #[test]
    fn a_worker_does_not_outlive_whoever_could_stop_it() {
        runtime().block_on(async {
            let (stop, mut stopping) = Stop::new();
            drop(stop);
            assert!(stopping.is_due());
            assert!(stopping.within(Duration::from_secs(3600)).await);
        });
    }
}
