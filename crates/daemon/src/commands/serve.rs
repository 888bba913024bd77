//! `posternd serve`.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::config::FILE;
use crate::journal::Journal;
use crate::{Clock, Config, Inherited, NotStarted, Running, notify, serve_with};
use clap::Args;
use store::Broken;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::{Failed, NEWER, TAKEN, UNREACHABLE, load, say};

/// How long a stop may take besides what requests under way may: workers end their rounds, and the last events are told.
const WORKERS_STOP: Duration = Duration::from_secs(30);

/// Serve owners, recipients and operators until SIGTERM or SIGINT
///
/// Says one line on standard output when it answers: `listening https://ADDRESS admin SOCKET`, with `proxy ADDRESS` behind it if there
/// is a listener for proxies. All else is told to the systemd journal, or on standard error where there is none. SIGHUP has it read
/// configuration and certificates anew.
///
/// Sockets that systemd hands over count before listen.address, listen.proxy_address and admin.socket. They are known by their names
/// (FileDescriptorName=): https, proxy, admin.
#[derive(Debug, Args)]
pub struct Serve {}

impl Serve {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        // Before there are threads, since it changes the environment.
        let inherited = Inherited::take().map_err(Failed::not_configured)?;
        let config = load(file)?;
        let journal = Journal::start(&config.journal).map_err(Failed::not_configured)?;
        journal.install();
        let stop = Duration::from_secs(config.limits.stop_seconds) + WORKERS_STOP;
        let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failed::new)?;
        waiting.block_on(async {
            // Listening for signals begins before the first word, so that none of them ends the daemon in between.
            let mut told = signals().map_err(Failed::new)?;
            let mut running = serve_with(config, Clock::system(), journal, inherited).map_err(failed)?;
            let proxy = running.proxy.map(|proxy| format!(" proxy {proxy}")).unwrap_or_default();
            let named = file.unwrap_or(Path::new(FILE));
            let (status, steps) = running.status(named);
            notify::ready(&status);
            steps.iter().for_each(|step| log::warn!("{step}"));
            say(format_args!("listening https://{} admin {}{proxy}", running.https, running.admin.display()))?;
            let by_signal = loop {
                match first_of(&mut told, &mut running).await {
                    Some(Told::Reload) => {
                        notify::reloading();
                        let taken = running.reload(Config::load(file)).await;
                        let (status, steps) = running.status(named);
                        if taken {
                            notify::ready(&status);
                            steps.iter().for_each(|step| log::warn!("{step}"));
                        } else {
                            notify::ready(&format!("{status}. The changed configuration was refused: `journalctl -u posternd` says why"));
                        }
                    }
                    told => break told.is_some(),
                }
            };
            notify::stopping(stop, "Stopping: what was asked is answered");
            // A worker thread joins it: nothing else is left to wait for here.
            running.stop();
            if by_signal { Ok(()) } else { Err(Failed::new("the daemon ended by itself: the journal says why")) }
        })
    }
}

fn failed(error: NotStarted) -> Failed {
    let code = match &error {
        NotStarted::Configured(_) => return Failed::not_configured(error),
        NotStarted::Taken(_) => TAKEN,
        NotStarted::Io(error) if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::ResourceBusy) => TAKEN,
        NotStarted::Io(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::AddrNotAvailable) => {
            return Failed::not_configured(error);
        }
        NotStarted::Broken(Broken::Newer { .. }) => NEWER,
        NotStarted::Broken(Broken::Unreachable(_)) => UNREACHABLE,
        _ => return Failed::new(error),
    };
    Failed { code, sentence: error.to_string() }
}

/// What a signal means.
#[derive(Clone, Copy)]
enum Told {
    Stop,
    Reload,
}

fn signals() -> io::Result<mpsc::Receiver<Told>> {
    let (tell, told) = mpsc::channel(1);
    let meanings = [(SignalKind::terminate(), Told::Stop), (SignalKind::interrupt(), Told::Stop), (SignalKind::hangup(), Told::Reload)];
    for (kind, meaning) in meanings {
        let (mut signal, tell) = (signal(kind)?, tell.clone());
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                let _ = tell.send(meaning).await;
            }
        });
    }
    Ok(told)
}

/// The signal that came, or nothing when the daemon ended by itself.
async fn first_of(told: &mut mpsc::Receiver<Told>, running: &mut Running) -> Option<Told> {
    let mut ended = std::pin::pin!(running.ended());
    std::future::poll_fn(|context| {
        if let std::task::Poll::Ready(told) = told.poll_recv(context) {
            return std::task::Poll::Ready(told.or(Some(Told::Stop)));
        }
        ended.as_mut().poll(context).map(|()| None)
    })
    .await
}
