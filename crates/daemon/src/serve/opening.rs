//! What a daemon needs is opened, one thing after the other: the database's lock first, the doors last.
//!
//! Nobody is answered before all of it stands, and nothing works on its own yet. What was opened goes again when something after it can't be had.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use store::{Occupied, Settings, Store};
use vault::Timestamp;
use vault::event::Kind;

use super::{NotStarted, told};
use crate::appliance::Appliance;
use crate::config::database::Kind as DatabaseKind;
use crate::front::crowd::Crowd;
use crate::front::inherited::Inherited;
use crate::front::serving::Serving;
use crate::front::{self, Listeners};
use crate::gate::denials::Denials;
use crate::gate::limits::Limits;
use crate::journal::{Journal, Mirror};
use crate::keys::Keys;
use crate::live::{Live, Rules};
use crate::mail::{MailKeys, Manner, Outbox};
use crate::operators::overview::Kept;
use crate::operators::socket::{self, SocketFile};
use crate::worker::Beats;
use crate::{Clock, Config, files, notify, restore};

/// How long the service manager is asked for at once while the database is opened, and how often at most: an hour in all.
const OPENING: (Duration, u32) = (Duration::from_secs(30), 120);

/// All that a daemon needs, with its doors open.
pub(super) struct Opened {
    pub https: SocketAddr,
    pub proxy: Option<SocketAddr>,
    pub admin: SocketFile,
    pub appliance: Data<Appliance>,
    pub outbox: Outbox,
    pub mirror: Mirror,
    pub serving: Serving,
}

/// Opens it.
pub(super) async fn open(config: Config, clock: Clock, journal: Arc<Journal>, mut inherited: Inherited) -> Result<Opened, NotStarted> {
    let settings = settings(&config, clock.now())?;
    if let store::Database::Sqlite(file) = &settings.database
        && let Some(folder) = file.parent()
    {
        files::folder(folder).map_err(NotStarted::Configured)?;
    }
    // Before anything is read that a restore may be replacing just now.
    let occupied = in_time(Occupied::serving(&settings.database)).await?;
    let restores = restore::finish(&config).map_err(|error| match error.kind() {
        // Not for good, as a configuration that is wrong would be: the service manager may try again.
        io::ErrorKind::ResourceBusy => NotStarted::Broken(store::Broken::Unreachable(error.to_string())),
        _ => NotStarted::Configured(error),
    })?;
    let keys = Keys::read(&config).map_err(NotStarted::Configured)?;
    let rules = Rules::read(config.clone(), clock.now()).map_err(NotStarted::Configured)?;
    rules.tell_notes();
    let mail_keys = MailKeys::open(&config).map_err(NotStarted::Configured)?;
    let listeners = Listeners::bind(&config.listen, &mut inherited).map_err(NotStarted::Io)?;
    let (https, proxy) = listeners.addresses().map_err(NotStarted::Io)?;
    let store = in_time(Store::serve(settings, occupied)).await?;
    drop(restores);
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
