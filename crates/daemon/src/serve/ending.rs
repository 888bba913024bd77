//! How a daemon ends: what was opened is closed the other way round, the doors first, the store last.
//!
//! Nobody who was taken in goes without an answer as long as there is time for one, and nothing ends before what it needs to tell is told.

use std::time::Duration;

use vault::event::Kind;

use super::told;
use super::work::Workers;
use crate::appliance::Appliance;
use crate::front::serving::Serving;
use crate::operators::socket::SocketFile;

/// Ends it all.
pub(super) async fn end(appliance: &Appliance, admin: SocketFile, serving: Serving, workers: Workers) {
    // While the socket is still open, so that nobody else's file can be taken for ours.
    admin.remove();
    serving.stop(Duration::from_secs(appliance.config.limits.stop_seconds)).await;
    workers.stop.stop();
    for worker in workers.busy {
        let _ = worker.await;
    }
    if let Err(error) = told(appliance, Kind::DaemonStopped).await {
        log::error!("the stop could not be recorded: {error}");
    }
    // Last of all, so that the journal hears of the stop as well.
    workers.stop_mirror.stop();
    let _ = workers.mirror.await;
    // With it the database is free for the next daemon.
    appliance.store.clone().close().await;
    appliance.journal.flush();
    workers.watchdog.abort();
}
