//! What background workers share: when to stop, and the calls of the appliance's own work.
//!
//! Nothing here cuts a worker off in the middle of a round: it ends where it would have waited.

use std::time::Duration;

use store::Call;
use tokio::sync::watch;
use vault::RequestId;

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
    fn a_worker_does_not_outlive_whoever_could_stop_it() {
        runtime().block_on(async {
            let (stop, mut stopping) = Stop::new();
            drop(stop);
            assert!(stopping.is_due());
            assert!(stopping.within(Duration::from_secs(3600)).await);
        });
    }
}
