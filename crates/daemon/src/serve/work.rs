//! What runs while a daemon serves: its workers, beside those who are answered, and whoever heeds the words that are said to it.
//!
//! Nobody is answered here, and no worker knows another: each has its own beat, by which health tells whether it still comes round.

use actix_web::rt::spawn;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

use super::opening::Opened;
use super::{Word, ending};
use crate::gate::settling;
use crate::reload::reload;
use crate::sweeper::Sweeper;
use crate::worker::Stop;
use crate::{expiry, watchdog};

/// Whoever works, and how they are told to stop.
pub(super) struct Workers {
    /// Those who write and send.
    pub busy: Vec<JoinHandle<()>>,
    pub stop: Stop,
    /// It tells the journal what was recorded, the stop too.
    pub mirror: JoinHandle<()>,
    pub stop_mirror: Stop,
    /// It tells the service manager that threads answer, to the very end.
    pub watchdog: JoinHandle<()>,
}

/// Works until nobody is left who could say anything more, then ends.
pub(super) async fn work(opened: Opened, mut said: Receiver<Word>) {
    let Opened { appliance, outbox, mirror, serving, admin, .. } = opened;
    let ((stop, stopping), (stop_mirror, mirror_stopping)) = (Stop::new(), Stop::new());
    let sweeper = Sweeper::new(appliance.store.clone(), appliance.clock.clone());
    let beat = |name| appliance.beats.of(name, appliance.clock.clone());
    let busy = vec![
        spawn(outbox.run(beat("mail"), stopping.clone())),
        spawn(sweeper.run(beat("sweeper"), stopping.clone())),
        spawn(settling::run(appliance.clone(), beat("denials"), stopping.clone())),
        spawn(expiry::run(appliance.clone(), beat("certificate"), stopping)),
    ];
    let mirror = spawn(mirror.run(beat("mirror"), mirror_stopping));
    let watchdog = spawn(watchdog::run(appliance.clone(), serving.standing(), serving.threads()));
    while let Some(Word::Reload(read, tell)) = said.recv().await {
        reload(&appliance, *read).await;
        let _ = tell.send(());
    }
    ending::end(&appliance, admin, serving, Workers { busy, stop, mirror, stop_mirror, watchdog }).await;
}
