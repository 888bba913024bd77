//! Serving: everything is opened, then the doors, then the workers start; and closed again the other way round.
//!
//! Nothing is answered before all of it stands, and what was asked before a stop is answered.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt::System;
use actix_web::web::Data;
use store::{Broken, NotServed, Occupied, Settings, Store};
use tokio::sync::{mpsc as words, oneshot};
use vault::Timestamp;
use vault::event::{Actor, Event, Kind};

use crate::appliance::Appliance;
use crate::config::NotConfigured;
use crate::config::database::Kind as DatabaseKind;
use crate::front::crowd::Crowd;
use crate::front::inherited::Inherited;
use crate::front::serving::Serving;
use crate::front::{self, Listeners};
use crate::gate::denials::Denials;
use crate::gate::limits::Limits;
use crate::gate::settling;
use crate::journal::{Journal, Mirror};
use crate::keys::Keys;
use crate::live::{Live, Rules};
use crate::mail::{MailKeys, Manner, Outbox};
use crate::operators::overview::Kept;
use crate::operators::socket::{self, SocketFile};
use crate::reload::reload;
use crate::sweeper::Sweeper;
use crate::worker::{self, Beats, Stop};
use crate::{Clock, Config, expiry, files, notify, restore, status, watchdog};

/// How long the service manager is asked for at once while the database is opened, and how often at most: an hour in all.
const OPENING: (Duration, u32) = (Duration::from_secs(30), 120);

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

impl From<NotServed> for NotStarted {
    fn from(error: NotServed) -> Self {
        match error {
            NotServed::Taken(_) => Self::Taken(error),
            NotServed::Unlockable(_, ref system) => Self::Configured(io::Error::new(system.kind(), error.to_string())),
            NotServed::Broken(broken) => Self::Broken(broken),
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
            match open(config, clock, journal, inherited).await {
                Ok(opened) => {
                    let _ = ready.send(Ok((opened.https, opened.proxy, opened.admin.path.clone(), opened.appliance.clone())));
                    opened.run(said).await;
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

struct Opened {
    https: SocketAddr,
    proxy: Option<SocketAddr>,
    admin: SocketFile,
    appliance: Data<Appliance>,
    outbox: Outbox,
    mirror: Mirror,
    serving: Serving,
}

async fn open(config: Config, clock: Clock, journal: Arc<Journal>, mut inherited: Inherited) -> Result<Opened, NotStarted> {
    let settings = settings(&config, clock.now())?;
    if let store::Database::Sqlite(file) = &settings.database
        && let Some(folder) = file.parent()
    {
        files::folder(folder).map_err(NotStarted::Configured)?;
    }
    // Before anything is read that a restore may be replacing just now.
    let occupied = in_time(Occupied::serving(&settings.database)).await?;
    restore::finish(&config).map_err(NotStarted::Configured)?;
    let keys = Keys::read(&config).map_err(NotStarted::Configured)?;
    let rules = Rules::read(config.clone(), clock.now()).map_err(NotStarted::Configured)?;
    rules.tell_notes();
    let mail_keys = MailKeys::open(&config).map_err(NotStarted::Configured)?;
    let listeners = Listeners::bind(&config.listen, &mut inherited).map_err(NotStarted::Io)?;
    let (https, proxy) = listeners.addresses().map_err(NotStarted::Io)?;
    let store = in_time(Store::serve(settings, occupied)).await?;
    if let Some(upgraded) = store.upgraded() {
        log::info!(
            "the database was brought up to date ({}); a copy from before is {}",
            upgraded.steps.join(", "),
            upgraded.copy.display()
        );
    }
    let (socket, admin) = socket::open(inherited.admin.take(), config.path(&config.admin.socket)).map_err(NotStarted::Io)?;
    let public_url = config.public_url(https.port());
    let zone = config.mail.zone().map_err(|why| NotStarted::Configured(io::Error::new(io::ErrorKind::InvalidInput, why)))?;
    let manner = Manner { language: config.mail.language, zone, address: public_url.clone() };
    let outbox = Outbox::open(&config, store.clone(), clock.clone(), mail_keys.clone(), manner).map_err(NotStarted::Configured)?;
    let mirror = Mirror::start(&journal, store.clone(), clock.clone()).map_err(NotStarted::Io)?;

    let appliance = Data::new(Appliance {
        live: Live::new(rules),
        crowd: Crowd::default(),
        denials: Denials::default(),
        limits: Limits::new(&config.limits),
        public_url,
        config,
        clock,
        store,
        keys,
        mail_keys,
        journal,
        beats: Beats::default(),
        overview: Kept::default(),
    });
    told(&appliance, Kind::DaemonStarted).await?;
    let mut serving = Serving::default();
    front::https(&mut serving, &appliance, listeners).await.map_err(NotStarted::Io)?;
    front::admin(&mut serving, &appliance, socket).await.map_err(NotStarted::Io)?;
    Ok(Opened { https, proxy, admin, appliance, outbox, mirror, serving })
}

/// Waits for what is opened, and asks the service manager for time as long as that takes: a new version may have much to bring up to date.
async fn in_time<T>(opening: impl Future<Output = T>) -> T {
    let asking = actix_web::rt::spawn(async {
        let (further, times) = OPENING;
        for _ in 0..times {
            notify::busy(further, "Opening the database; after an upgrade this may take a while");
            tokio::time::sleep(further / 2).await;
        }
    });
    let opened = opening.await;
    asking.abort();
    opened
}

/// How the store is opened with this configuration, at this time.
///
/// # Errors
/// [`NotStarted`], when the file with the server's address can't be read.
pub fn settings(config: &Config, now: Timestamp) -> Result<Settings, NotStarted> {
    let database = match config.database.kind {
        DatabaseKind::Sqlite => store::Database::Sqlite(config.path(&config.database.file)),
        DatabaseKind::Postgresql => {
            let path = config.path(&config.database.url_file);
            let url = files::read(&path).map_err(NotStarted::Configured)?;
            let url = std::str::from_utf8(&url).map_err(|_| {
                NotStarted::Configured(io::Error::new(io::ErrorKind::InvalidData, format!("{} is not text", path.display())))
            })?;
            store::Database::Postgres(url.trim().to_owned())
        }
    };
    let (writers, readers) = (config.database.writers, config.database.readers);
    let copies = config.path(&config.database.copies);
    Ok(Settings { database, writers, readers, policy: config.policy.clone(), copies, now })
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

impl Opened {
    async fn run(self, mut said: words::Receiver<Word>) {
        let Self { appliance, outbox, mirror, serving, admin, .. } = self;
        let ((stop, stopping), (stop_mirror, mirror_stopping)) = (Stop::new(), Stop::new());
        let sweeper = Sweeper::new(appliance.store.clone(), appliance.clock.clone());
        let beat = |name| appliance.beats.of(name, appliance.clock.clone());
        let workers = [
            actix_web::rt::spawn(outbox.run(beat("mail"), stopping.clone())),
            actix_web::rt::spawn(sweeper.run(beat("sweeper"), stopping.clone())),
            actix_web::rt::spawn(settling::run(appliance.clone(), beat("denials"), stopping.clone())),
            actix_web::rt::spawn(expiry::run(appliance.clone(), beat("certificate"), stopping)),
        ];
        let mirror = actix_web::rt::spawn(mirror.run(beat("mirror"), mirror_stopping));
        let watchdog = actix_web::rt::spawn(watchdog::run(appliance.clone(), serving.standing(), serving.threads()));
        while let Some(Word::Reload(read, tell)) = said.recv().await {
            reload(&appliance, *read).await;
            let _ = tell.send(());
        }
        // While the socket is still open, so that nobody else's file can be taken for ours.
        admin.remove();
        serving.stop(Duration::from_secs(appliance.config.limits.stop_seconds)).await;
        stop.stop();
        for worker in workers {
            let _ = worker.await;
        }
        if let Err(error) = told(&appliance, Kind::DaemonStopped).await {
            log::error!("the stop could not be recorded: {error}");
        }
        // Last of all, so that the journal hears of the stop as well.
        stop_mirror.stop();
        let _ = mirror.await;
        appliance.store.clone().close().await;
        appliance.journal.flush();
        watchdog.abort();
    }
}
