//! The watchdog's ping (WatchdogSec= of systemd.service(5)): sent only after everything that serves has proved that it goes on.
//!
//! No ping comes from a clock alone. Whatever stands still, a thread that answers, the writer, a reader or this one, stands in its way.

use actix_rt::ArbiterHandle;
use actix_web::web::Data;
use tokio::sync::oneshot;

use crate::appliance::Appliance;
use crate::front::standing::Standing;
use crate::{notify, worker};

/// Pings as long as all goes on. A database that answers with a failure goes on as well: ending the daemon would mend nothing.
pub async fn run(appliance: Data<Appliance>, standing: Standing, threads: Vec<ArbiterHandle>) {
    let Some(patience) = notify::patience() else { return };
    loop {
        let threads = if standing.is_stopping() { &[] } else { threads.as_slice() };
        if goes_on(&appliance, threads).await || standing.is_stopping() {
            notify::alive();
        } else {
            log::error!("a thread that answers has ended: the service manager is left to start the daemon anew");
        }
        tokio::time::sleep(patience / 3).await;
    }
}

/// Waits until everything has proved that it goes on. Answers whether none of the threads has ended.
async fn goes_on(appliance: &Appliance, threads: &[ArbiterHandle]) -> bool {
    for thread in threads {
        let (say, heard) = oneshot::channel();
        let asked = thread.spawn(async move {
            let _ = say.send(());
        });
        if !asked || heard.await.is_err() {
            return false;
        }
    }
    if let Ok(call) = worker::call(&appliance.clock) {
        let _ = appliance.store.pass(&call).await;
    }
    let _ = appliance.store.health(appliance.clock.now()).await;
    true
}
