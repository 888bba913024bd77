//! The signals that end the demo, caught so that it can end in good order.
//!
//! Nothing is blocked: a blocked signal would stay blocked in the daemon that the demo starts.

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::appliance::Appliance;
use crate::program::Failed;

/// Catches Ctrl-C, termination and hang-up, and the news that the daemon has ended, from its making on.
pub struct Signals {
    runtime: Runtime,
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    child: Signal,
}

impl Signals {
    /// Begins to catch them.
    pub fn catch() -> Result<Self, Failed> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let caught = {
            let _inside = runtime.enter();
            let of = |kind| signal(kind).map_err(Failed::from);
            (of(SignalKind::interrupt())?, of(SignalKind::terminate())?, of(SignalKind::hangup())?, of(SignalKind::child())?)
        };
        let (interrupt, terminate, hang_up, child) = caught;
        Ok(Self { runtime, interrupt, terminate, hang_up, child })
    }

    /// Waits until somebody ends the demo, or the daemon ends by itself or for the next demo.
    pub fn wait(&mut self, appliance: &mut Appliance) {
        while appliance.running() {
            let a_child = self.runtime.block_on(async {
                tokio::select! {
                    _ = self.child.recv() => true,
                    _ = self.interrupt.recv() => false,
                    _ = self.terminate.recv() => false,
                    _ = self.hang_up.recv() => false,
                }
            });
            if !a_child {
                break;
            }
        }
    }
}
