//! Serving: a daemon as whoever starts it holds it. It starts, is spoken to, tells how it stands, and is stopped.
//!
//! Nothing is opened, answered or worked on here: all of that happens on threads of its own, in `opening`, `work` and `ending`.

mod ending;
mod opening;
mod work;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use actix_web::rt::System;
use actix_web::web::Data;
use store::{Broken, NotServed};
use tokio::sync::{mpsc as words, oneshot};
use vault::event::{Actor, Event, Kind};

use crate::appliance::Appliance;
use crate::config::NotConfigured;
use crate::front::inherited::Inherited;
use crate::journal::Journal;
use crate::{Clock, Config, status, worker};

pub use opening::settings;

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// A file that the configuration names is missing or wrong.
    #[error("{0}")]
    Configured(io::Error),
    /// An address or a socket can't be had.
    #[error("{0}")]
    Io(io::Error),
    /// Another daemon serves the same database.
    #[error(transparent)]
    Taken(NotServed),
    /// The database can't be had.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<NotServed> for NotStarted {
    fn from(error: NotServed) -> Self {
        match error {
            NotServed::Taken(_) => Self::Taken(error),
            NotServed::Unlockable(_, ref system) => Self::Configured(io::Error::new(system.kind(), error.to_string())),
            NotServed::Broken(broken) => Self::Broken(broken),
        }
    }
}

/// What is said to a daemon that runs. That nobody is left who could say anything means: stop.
enum Word {
    /// The configuration was read anew; tell when it counts, or is refused.
    Reload(Box<Result<Config, NotConfigured>>, oneshot::Sender<()>),
}

/// A daemon that serves. Dropping it stops it.
pub struct Running {
    /// Where HTTPS is answered.
    pub https: SocketAddr,
    /// Where proxies come in that speak the PROXY protocol.
    pub proxy: Option<SocketAddr>,
    /// The operators' socket.
    pub admin: PathBuf,
    appliance: Data<Appliance>,
    say: Option<words::Sender<Word>>,
    ended: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Waits until the daemon has ended by itself, which it does only when something is badly wrong.
    pub async fn ended(&mut self) {
        if let Some(ended) = &mut self.ended {
            let _ = ended.await;
        }
    }

    /// Takes this configuration, as far as it can be taken while the daemon runs, or refuses it. The journal says which, and so does
    /// the answer.
    pub async fn reload(&self, read: Result<Config, NotConfigured>) -> bool {
        let before = self.appliance.live.now();
        let (tell, told) = oneshot::channel();
        if let Some(say) = &self.say
            && say.send(Word::Reload(Box::new(read), tell)).await.is_ok()
        {
            let _ = told.await;
        }
        !Arc::ptr_eq(&before, &self.appliance.live.now())
    }

    /// What an administrator is told of it, and what there is to be done; `file` is the configuration's.
    pub fn status(&self, file: &Path) -> (String, Vec<String>) {
        let rules = self.appliance.live.now();
        (status::line(&rules, self.https, file), status::next_steps(&rules, file))
    }

    /// Stops in good order: what was asked is answered, what was recorded is told.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.say = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts a daemon on threads of its own and returns when it answers.
///
/// # Errors
/// [`NotStarted`].
pub fn serve(config: Config, clock: Clock) -> Result<Running, NotStarted> {
    let journal = Journal::start(&config.journal).map_err(NotStarted::Configured)?;
    serve_with(config, clock, journal, Inherited::default())
}

/// As [`serve`], with a journal that is there already, at sockets that were handed over.
///
/// # Errors
/// [`NotStarted`].
pub fn serve_with(config: Config, clock: Clock, journal: Arc<Journal>, inherited: Inherited) -> Result<Running, NotStarted> {
    let (ready, readiness) = mpsc::channel();
    let (say, said) = words::channel(1);
    let (end, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name("posternd".into()).spawn(move || {
        System::new().block_on(async move {
            match opening::open(config, clock, journal, inherited).await {
                Ok(opened) => {
                    let _ = ready.send(Ok((opened.https, opened.proxy, opened.admin.path.clone(), opened.appliance.clone())));
                    work::work(opened, said).await;
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        });
        let _ = end.send(());
    });
    let thread = thread.map_err(NotStarted::Io)?;
    let lost = || Err(NotStarted::Io(io::Error::other("the daemon's thread ended before it was ready")));
    let (https, proxy, admin, appliance) = readiness.recv().unwrap_or_else(|_| lost())?;
    Ok(Running { https, proxy, admin, appliance, say: Some(say), ended: Some(ended), thread: Some(thread) })
}

/// Records that the daemon started or stopped.
async fn told(appliance: &Appliance, kind: Kind) -> Result<(), NotStarted> {
    let call = worker::call(&appliance.clock).map_err(|error| NotStarted::Io(io::Error::other(error)))?;
    let event = Event::new(kind, call.clock, Actor::Appliance);
    let event = if kind == Kind::DaemonStarted { event.with("version", env!("CARGO_PKG_VERSION")) } else { event };
    appliance.store.record(&call, event).await.map_err(|failure| match failure {
        store::Failure::Broken(broken) => NotStarted::Broken(broken),
        store::Failure::Refused(refusal) => NotStarted::Io(io::Error::other(refusal)),
    })
}
