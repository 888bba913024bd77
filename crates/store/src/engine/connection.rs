//! The two databases behind one face, and everything in which they differ.
//!
//! Nothing outside this file and `bulk` asks which database it is.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::{AnsiTransactionManager, InstrumentationEvent, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::{Broken, Database};

/// The first half of every advisory lock that Postern takes on a server ("post"); the second half is the lane, or 0 for migrations.
pub(super) const ADVISORY: i32 = 0x706f_7374;

/// A connection to either database; diesel's queries run on it as they stand. Everywhere else it is called `Connection`.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It writes, or changes tables.
    Writing,
    /// It only reads, and the database itself holds it to that.
    Reading,
}

impl Database {
    /// What the database is called in health and messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// How many writes go into one transaction at most. PostgreSQL commits concurrent transactions together by itself.
    pub(super) fn group(&self) -> usize {
        match self {
            Self::Sqlite(_) => 64,
            Self::Postgres(_) => 1,
        }
    }

    /// How many writers work at once: SQLite knows only one.
    pub(super) fn writers(&self, wanted: usize) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => wanted.max(1),
        }
    }

    /// Whether a row that can be read is on the disk, also when its commit was reported as failed. SQLite may show what the disk refused.
    pub(super) fn keeps_what_it_shows(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Opens a connection.
    pub(crate) fn connect(&self, purpose: Purpose) -> Result<AnyConnection, Broken> {
        match self {
            Self::Sqlite(file) => sqlite(file, purpose).map(AnyConnection::Sqlite),
            Self::Postgres(address) => postgres(address).map(AnyConnection::Postgres),
        }
    }

    /// Moves what the write-ahead log holds into the database file and cuts it, so that deleted bytes don't linger there.
    /// Answers whether readers let it; a server does this by itself.
    pub(super) fn checkpoint(&self) -> Result<bool, Broken> {
        let Self::Sqlite(file) = self else { return Ok(true) };
        let mut conn = sqlite(file, Purpose::Writing)?;
        let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(&mut conn)?;
        Ok(done.busy == 0)
    }
}

impl AnyConnection {
    /// What its database is called.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// Opens a write's transaction. SQLite takes the lock for writing at once; PostgreSQL refuses to overwrite what changed since.
    ///
    /// Repeatable read is enough there and far cheaper than serializable: what two writes could both change is a row of which the second
    /// is refused and run again, and every writer reads all lanes' clocks, which serializable would take for conflicts.
    pub fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ"),
        }
    }

    /// Opens a read's transaction: everything in it is of one moment.
    pub fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        }
    }

    /// Opens a savepoint, only ever inside a transaction and never inside another savepoint: outside one, diesel would open a transaction
    /// instead, and its release would commit alone what belongs to a group that is gone.
    pub fn savepoint(&mut self) -> QueryResult<()> {
        let status = <Self as Connection>::TransactionManager::transaction_manager_status_mut(self);
        match status.transaction_depth()?.map(std::num::NonZeroU32::get) {
            Some(1) => <Self as Connection>::TransactionManager::begin_transaction(self),
            Some(_) => Err(diesel::result::Error::AlreadyInTransaction),
            None => Err(diesel::result::Error::NotInTransaction),
        }
    }

    /// Releases the savepoint or commits the transaction, whichever is innermost.
    pub fn commit(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::commit_transaction(self)
    }

    /// Undoes the innermost of savepoint and transaction.
    pub fn rollback(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::rollback_transaction(self)
    }

    /// Undoes everything back to outside any transaction.
    pub fn rollback_all(&mut self) -> QueryResult<()> {
        loop {
            let status = <Self as Connection>::TransactionManager::transaction_manager_status_mut(self);
            if status.transaction_depth()?.is_none() {
                return Ok(());
            }
            self.rollback()?;
        }
    }

    /// A flag that rises when any statement fails from now on, also when whoever ran it looks away.
    pub fn tripwire(&mut self) -> Arc<AtomicBool> {
        let tripped = Arc::new(AtomicBool::new(false));
        let wire = Arc::clone(&tripped);
        self.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(_), .. } = event {
                wire.store(true, Ordering::Relaxed);
            }
        });
        tripped
    }

    /// Takes the lane for as long as the connection lives, if nobody has it. SQLite's only writer always has its only lane.
    pub fn claim_lane(&mut self, lane: i32) -> Result<bool, Broken> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(conn) => {
                let claimed = diesel::select(pg_try_advisory_lock(ADVISORY, lane)).get_result(conn)?;
                Ok(claimed)
            }
        }
    }

    /// Gives its lanes back before the connection goes, so that the next one finds them free. A connection that is lost has lost them already.
    pub fn release_lanes(&mut self) {
        if let Self::Postgres(conn) = self {
            let _lost = conn.batch_execute("SELECT pg_advisory_unlock_all()");
        }
    }

    /// The lanes that somebody's connection has claimed; on SQLite none of them is another's.
    pub fn claimed_lanes(&mut self) -> Result<Vec<i32>, Broken> {
        let Self::Postgres(conn) = self else { return Ok(Vec::new()) };
        let query = diesel::sql_query(
            "SELECT objid::integer AS lane FROM pg_locks \
             WHERE locktype = 'advisory' AND classid::bigint = $1 AND objsubid = 2 AND objid > 0 AND granted \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        );
        let claimed: Vec<Claimed> = query.bind::<diesel::sql_types::BigInt, _>(i64::from(ADVISORY)).load(conn)?;
        Ok(claimed.into_iter().map(|claimed| claimed.lane).collect())
    }

    /// Keeps other daemons from changing tables for as long as this connection lives, or lets them again; the embedded database is locked
    /// by its file.
    pub fn lock_tables(&mut self, lock: bool) -> Result<(), Broken> {
        let Self::Postgres(conn) = self else { return Ok(()) };
        let function = if lock { "pg_advisory_lock" } else { "pg_advisory_unlock" };
        Ok(conn.batch_execute(&format!("SELECT {function}({ADVISORY}, 0)"))?)
    }
}

diesel::define_sql_function! {
    /// Takes a lock for the session, if it is free.
    fn pg_try_advisory_lock(class: Integer, object: Integer) -> Bool;
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = Integer)]
    lane: i32,
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn sqlite(file: &Path, purpose: Purpose) -> Result<SqliteConnection, Broken> {
    let unreachable = |why: String| Broken::Unreachable(format!("{}: {why}", file.display()));
    // An absolute path can't be taken for one of SQLite's special names.
    let path = std::path::absolute(file).map_err(|error| unreachable(error.to_string()))?;
    make(&path).map_err(|error| unreachable(error.to_string()))?;
    let text = path.to_str().ok_or_else(|| unreachable("the path is not UTF-8".to_owned()))?;
    let mut conn = SqliteConnection::establish(text).map_err(|error| unreachable(error.to_string()))?;
    let settings = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;";
    conn.batch_execute(settings)?;
    let mode: JournalMode = diesel::sql_query("PRAGMA journal_mode = WAL").get_result(&mut conn)?;
    if mode.journal_mode != "wal" {
        return Err(unreachable("no write-ahead log is possible here: keep the database on a local disk".to_owned()));
    }
    if purpose == Purpose::Reading {
        conn.batch_execute("PRAGMA query_only = ON")?;
    }
    Ok(conn)
}

/// Makes file and folder, for their owner's eyes only, before SQLite would make the file for everybody's.
fn make(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // What is there is never opened here. The kernel takes a process's locks on a file away as soon as the process closes it anywhere; without
    // SQLite's, another program that only reads, like sqlite3, would remove the write-ahead log when it ends, and what was written would be lost.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
    }
    Ok(())
}

fn postgres(address: &str) -> Result<PgConnection, Broken> {
    let mut address = address.to_owned();
    // A server that falls silent must not hold a writer for the quarter of an hour that TCP would wait.
    for (name, value) in [("connect_timeout", "10"), ("tcp_user_timeout", "20000"), ("fallback_application_name", "postern")] {
        if !address.contains(name) {
            let mark = match (address.contains("://"), address.contains('?')) {
                (true, false) => '?',
                (true, true) => '&',
                // libpq's other form: `host=... dbname=...`.
                (false, _) => ' ',
            };
            address.push_str(&format!("{mark}{name}={value}"));
        }
    }
    let mut conn =
        PgConnection::establish(&address).map_err(|error| Broken::Unreachable(without_password(&address, &error.to_string())))?;
    // An answer implies a durable row, whatever the server's default.
    conn.batch_execute(
        "SET client_encoding = 'UTF8'; SET lock_timeout = '20s'; \
         SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
    )?;
    Ok(conn)
}

/// libpq repeats parts of an address that it can't read, and a password with an unescaped sign in it may be such a part.
fn without_password(address: &str, told: &str) -> String {
    let secret = address.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).and_then(|(who, _)| who.split_once(':'));
    let shown =
        secret.is_some_and(|(_, password)| password.split(['@', ':', '/', '?', '#']).any(|part| !part.is_empty() && told.contains(part)));
    if shown {
        "the server's address can't be used: percent-encode special signs in its password".to_owned()
    } else {
        told.trim().to_owned()
    }
}
