//! Serving: everything is opened, then the doors, then the workers start; and closed again the other way round.
//!
//! Nothing is answered before all of it stands, and what was asked before a stop is answered.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::rt::System;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use store::{Broken, Settings, Store};
use tokio::sync::{mpsc as words, oneshot};
use vault::event::{Actor, Event, Kind};

use crate::appliance::Appliance;
use crate::config::NotConfigured;
use crate::config::database::Kind as DatabaseKind;
use crate::front::crowd::Crowd;
use crate::front::{self, Listeners};
use crate::gate::denials::Denials;
use crate::gate::limits::Limits;
use crate::gate::settling;
use crate::http::routes;
use crate::journal::{Journal, Mirror};
use crate::keys::Keys;
use crate::live::{Live, Rules};
use crate::mail::{MailKeys, Manner, Outbox};
use crate::operators;
use crate::operators::overview::Kept;
use crate::reload::reload;
use crate::sweeper::Sweeper;
use crate::worker::{self, Beats, Stop};
use crate::{Clock, Config, expiry, files};

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// A file that the configuration names is missing or wrong.
    #[error("{0}")]
    Configured(io::Error),
    /// An address or a socket can't be had.
    #[error("{0}")]
    Io(io::Error),
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

    /// Takes this configuration, as far as it can be taken while the daemon runs, or refuses it. The journal says which.
    pub async fn reload(&self, read: Result<Config, NotConfigured>) {
        let (tell, told) = oneshot::channel();
        if let Some(say) = &self.say
            && say.send(Word::Reload(Box::new(read), tell)).await.is_ok()
        {
            let _ = told.await;
        }
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
    serve_telling(config, clock, journal)
}

/// As [`serve`], with a journal that is there already.
///
/// # Errors
/// [`NotStarted`].
pub fn serve_telling(config: Config, clock: Clock, journal: Arc<Journal>) -> Result<Running, NotStarted> {
    let (ready, readiness) = mpsc::channel();
    let (say, said) = words::channel(1);
    let (end, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name("posternd".into()).spawn(move || {
        System::new().block_on(async move {
            match open(config, clock, journal).await {
                Ok(opened) => {
                    let _ = ready.send(Ok((opened.https, opened.proxy, opened.admin.clone())));
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
    let (https, proxy, admin) = readiness.recv().unwrap_or_else(|_| lost())?;
    Ok(Running { https, proxy, admin, say: Some(say), ended: Some(ended), thread: Some(thread) })
}

struct Opened {
    https: SocketAddr,
    proxy: Option<SocketAddr>,
    admin: PathBuf,
    appliance: Data<Appliance>,
    outbox: Outbox,
    mirror: Mirror,
    servers: [Server; 2],
}

async fn open(config: Config, clock: Clock, journal: Arc<Journal>) -> Result<Opened, NotStarted> {
    let keys = Keys::read(&config).map_err(NotStarted::Configured)?;
    let rules = Rules::read(config.clone(), clock.now()).map_err(NotStarted::Configured)?;
    rules.tell_notes();
    let mail_keys = MailKeys::open(&config).map_err(NotStarted::Configured)?;
    let listeners = Listeners::bind(&config.listen).map_err(NotStarted::Io)?;
    let (https, proxy) = listeners.addresses().map_err(NotStarted::Io)?;
    let admin = config.path(&config.admin.socket);
    let store = Store::open(settings(&config)?).await?;
    let socket = socket(&admin).map_err(NotStarted::Io)?;
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
    let servers = [front::https(&appliance, listeners).map_err(NotStarted::Io)?, admin_server(&appliance, socket)?];
    Ok(Opened { https, proxy, admin, appliance, outbox, mirror, servers })
}

fn settings(config: &Config) -> Result<Settings, NotStarted> {
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
    Ok(Settings { database, writers: config.database.writers, readers: config.database.readers, policy: config.policy.clone() })
}

/// The operators' socket. A file that a daemon before this one left behind is taken away; one that somebody answers at is not.
fn socket(path: &Path) -> io::Result<UnixListener> {
    let told = |what: &str, error: &io::Error| io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        // Everybody must get to the socket: who may use it is decided there.
        DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(|error| told("can't make the folder of", &error))?;
    }
    if path.exists() {
        if UnixStream::connect(path).is_ok() {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, format!("another daemon answers at {}: stop it first", path.display())));
        }
        fs::remove_file(path).map_err(|error| told("can't take away the old", &error))?;
    }
    let listener = UnixListener::bind(path).map_err(|error| told("can't listen at", &error))?;
    fs::set_permissions(path, Permissions::from_mode(0o666)).map_err(|error| told("can't open to all", &error))?;
    Ok(listener)
}

fn admin_server(appliance: &Data<Appliance>, socket: UnixListener) -> Result<Server, NotStarted> {
    let (data, limits) = (appliance.clone(), &appliance.config.limits);
    let app = move || App::new().app_data(data.clone()).wrap(from_fn(operators::entrance::entrance)).configure(routes::admin);
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .max_connections(256)
        .on_connect(operators::caller::ask_kernel)
        .client_request_timeout(Duration::from_secs(limits.headers_seconds))
        .keep_alive(Duration::from_secs(limits.keep_alive_seconds))
        .shutdown_timeout(limits.stop_seconds)
        .listen_uds(socket)
        .map_err(NotStarted::Io)?;
    Ok(server.run())
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
        let Self { appliance, outbox, mirror, servers, admin, .. } = self;
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
        let handles: Vec<_> = servers.iter().map(Server::handle).collect();
        let running: Vec<_> = servers.into_iter().map(actix_web::rt::spawn).collect();
        while let Some(Word::Reload(read, tell)) = said.recv().await {
            reload(&appliance, *read).await;
            let _ = tell.send(());
        }
        for handle in handles {
            handle.stop(true).await;
        }
        for server in running {
            let _ = server.await;
        }
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
        let _ = fs::remove_file(admin);
    }
}
