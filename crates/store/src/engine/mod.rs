//! The engine: writes and reads as transactions, on threads of their own, so that intentions are plain functions of a connection.
//!
//! Nothing here knows what is written. No answer leaves before its transaction is durable, and a write without its audit event doesn't happen.

pub(crate) mod alone;
pub(crate) mod bulk;
mod call;
mod clock;
mod connection;
mod failure;
mod job;
mod lanes;
mod line;
mod occupied;
mod reader;
mod tables;
mod tx;
mod upgrade;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

pub use call::{Call, Operator};
pub(crate) use connection::AnyConnection as Connection;
pub(crate) use connection::Purpose;
pub use failure::{Answer, Broken, Failure};
pub(crate) use lanes::latest;
use line::{Held, Line};
pub(crate) use occupied::beside;
pub use occupied::{NotServed, Occupied};
pub(crate) use tables::known_steps;
use tokio::sync::mpsc;
pub(crate) use tx::Tx;
pub use upgrade::Upgraded;
use vault::{Policy, Timestamp};

/// How many writes, and how many reads, may wait for a thread before whoever asks waits with them.
const WAITING: usize = 1024;

/// Which database remembers.
#[derive(Clone)]
pub enum Database {
    /// The embedded one, in this file; its folder is made when missing.
    Sqlite(PathBuf),
    /// A server, by its address (`postgres://...`), which several daemons may share. Not through a pool that shares sessions:
    /// each writer holds its lane by a lock of its session.
    Postgres(String),
}

/// How a store is opened.
#[derive(Clone)]
pub struct Settings {
    /// Which database.
    pub database: Database,
    /// How many writers, each with a connection and an audit lane; SQLite always has one.
    pub writers: usize,
    /// How many connections read.
    pub readers: usize,
    /// What the administrator decided.
    pub policy: Policy,
    /// The folder for copies that are made before tables are changed or a database is replaced.
    pub copies: PathBuf,
    /// When it is opened: copies are named by it.
    pub now: Timestamp,
}

/// The store. Clones are cheap and share everything; when the last one goes, what waits is still written.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    policy: Arc<Policy>,
    writes: mpsc::Sender<writer::Order>,
    reads: mpsc::Sender<reader::Order>,
    held: Held,
    upgraded: Option<Upgraded>,
    // Goes last: until then no upgrade and no restore begins, and no other daemon.
    occupied: Mutex<Option<Occupied>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database, brings its tables up to date and starts its threads.
    ///
    /// # Errors
    /// [`Broken`], with what to do about it.
    pub async fn open(settings: Settings) -> Result<Self, Broken> {
        off_thread(move || {
            let occupied = Occupied::shared(&settings.database)?;
            start(settings, occupied)
        })
        .await
    }

    /// The same, for the daemon that serves this database; it serves it no more when the store is closed.
    ///
    /// # Errors
    /// [`Broken`], with what to do about it.
    pub async fn serve(settings: Settings, serving: Occupied) -> Result<Self, Broken> {
        off_thread(move || start(settings, serving)).await
    }

    /// What the administrator decided.
    pub fn policy(&self) -> &Policy {
        &self.shared.policy
    }

    /// What the database is called: `sqlite` or `postgresql`.
    pub fn database(&self) -> &'static str {
        self.shared.database.name()
    }

    /// What was changed about the tables when it was opened; nothing where they were up to date or are new.
    pub fn upgraded(&self) -> Option<&Upgraded> {
        self.shared.upgraded.as_ref()
    }

    /// Which database it is.
    pub(crate) fn target(&self) -> Database {
        self.shared.database.clone()
    }

    /// Lets what waits be written, then closes every connection. Later writes and reads are refused as [`Broken::Closed`].
    pub async fn close(self) {
        let threads = std::mem::take(&mut *self.shared.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // A queue that is closed already needs no second word.
        let _closed = self.shared.writes.send(writer::Order::Stop).await;
        let _closed = self.shared.reads.send(reader::Order::Stop).await;
        let joined = off_thread(move || {
            threads.into_iter().for_each(|thread| drop(thread.join()));
            Ok(())
        });
        let _joined = joined.await;
        drop(self.shared.occupied.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Moves everything written into the database file and cuts the write-ahead log, so that deleted bytes don't linger in it.
    /// Answers whether that was possible just now; on a server there is nothing to do.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn checkpoint(&self) -> Result<bool, Broken> {
        let database = self.shared.database.clone();
        off_thread(move || database.checkpoint()).await
    }

    /// Runs a write as one transaction and answers once it is durable. Commits what a rule refused too: its audit event and counters stay.
    /// The closure may run more than once, each time on what is then the truth; it has no effect but through its `Tx`.
    /// A statement that fails breaks the write, whatever the closure makes of it: it looks before it inserts.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        call: &Call,
        write: impl Fn(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (job, answer) = job::write(call, write);
        self.shared.writes.send(writer::Order::Write(job)).await.map_err(|_| Broken::Closed)?;
        answer.await.map_err(|_| Broken::Closed)?
    }

    /// Runs a read as one transaction: everything it sees is of one moment.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<T, Broken> + Send + 'static,
    ) -> Result<T, Broken> {
        let (job, answer) = job::read(read);
        self.shared.reads.send(reader::Order::Read(job)).await.map_err(|_| Broken::Closed)?;
        answer.await.map_err(|_| Broken::Closed)?
    }

    /// The lanes that this process holds or held.
    pub(crate) fn lanes_held(&self) -> Vec<i32> {
        self.shared.held.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

fn start(settings: Settings, occupied: Occupied) -> Result<Store, Broken> {
    let upgraded = upgrade::upgrade(&settings, &occupied)?;
    let Settings { database, writers, readers, policy, .. } = settings;
    let policy = Arc::new(policy);
    let (writes, write_queue) = mpsc::channel(WAITING);
    let (reads, read_queue) = mpsc::channel(WAITING);
    let (write_queue, read_queue) = (Arc::new(Mutex::new(write_queue)), Arc::new(Mutex::new(read_queue)));
    let held = Held::default();
    let mut threads = Vec::new();
    for number in 0..database.writers(writers) {
        let mut line = Line::new(database.clone(), Arc::clone(&policy), Arc::clone(&held));
        // Here, so that a store that can't write doesn't open.
        line.open()?;
        let (queue, most) = (Arc::clone(&write_queue), database.group());
        threads.push(spawn(format!("writer-{number}"), move || writer::serve(&queue, line, most))?);
    }
    for number in 0..readers.max(1) {
        let (queue, database) = (Arc::clone(&read_queue), database.clone());
        threads.push(spawn(format!("reader-{number}"), move || reader::serve(&queue, &database))?);
    }
    Ok(Store {
        shared: Arc::new(Shared {
            database,
            policy,
            writes,
            reads,
            held,
            upgraded,
            occupied: Mutex::new(Some(occupied)),
            threads: Mutex::new(threads),
        }),
    })
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Broken> {
    thread::Builder::new().name(name).spawn(run).map_err(|error| Broken::Unreachable(format!("no thread can be started: {error}")))
}

/// Runs what blocks where it holds nobody up.
async fn off_thread<T: Send + 'static>(run: impl FnOnce() -> Result<T, Broken> + Send + 'static) -> Result<T, Broken> {
    off_thread_with(run).await
}

/// The same, for what fails in more ways.
pub(crate) async fn off_thread_with<T: Send + 'static, E: From<Broken> + Send + 'static>(
    run: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(run).await.unwrap_or_else(|_| Err(Broken::Panicked.into()))
}

#[cfg(test)]
pub(crate) mod ground;
#[cfg(test)]
mod tests;
