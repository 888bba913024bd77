//! `posternd serve`.

use std::path::Path;

use crate::journal::Journal;
use crate::{Clock, NotStarted, Running, notify, serve_telling};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::{Failed, load, say};

/// Serve owners, recipients and operators until SIGTERM or SIGINT
///
/// Says one line on standard output when it answers: `listening https://ADDRESS admin SOCKET`. All else is told to the systemd journal,
/// or on standard error where there is none.
#[derive(Debug, Args)]
pub struct Serve {}

impl Serve {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        let config = load(file)?;
        let journal = Journal::start(&config.journal).map_err(Failed::not_configured)?;
        journal.install();
        let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failed::new)?;
        waiting.block_on(async {
            // Listening for signals begins before the first word, so that none of them ends the daemon in between.
            let mut told = signals().map_err(Failed::new)?;
            let mut running = serve_telling(config, Clock::system(), journal).map_err(failed)?;
            say(format_args!("listening https://{} admin {}", running.https, running.admin.display()))?;
            notify::tell("READY=1");
            let by_signal = first_of(&mut told, &mut running).await;
            notify::tell("STOPPING=1");
            // A worker thread joins it: nothing else is left to wait for here.
            running.stop();
            if by_signal { Ok(()) } else { Err(Failed::new("the daemon ended by itself: the journal says why")) }
        })
    }
}

fn failed(error: NotStarted) -> Failed {
    match error {
        NotStarted::Configured(_) => Failed::not_configured(error),
        _ => Failed::new(error),
    }
}

fn signals() -> std::io::Result<mpsc::Receiver<()>> {
    let (tell, told) = mpsc::channel(1);
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let (mut signal, tell) = (signal(kind)?, tell.clone());
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                let _ = tell.send(()).await;
            }
        });
    }
    Ok(told)
}

/// True when a signal came, false when the daemon ended by itself.
async fn first_of(told: &mut mpsc::Receiver<()>, running: &mut Running) -> bool {
    let mut ended = std::pin::pin!(running.ended());
    std::future::poll_fn(|context| {
        if told.poll_recv(context).is_ready() {
            return std::task::Poll::Ready(true);
        }
        ended.as_mut().poll(context).map(|()| false)
    })
    .await
}
