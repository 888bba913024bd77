//! The ground on which the engine is tested: a database of its own for each test, of either kind.
//! Never skips: without PostgreSQL a test fails, naming the command that brings one.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::{Connection as _, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tempfile::TempDir;
use vault::event::{Actor, Chain, Event, Kind, Record};
use vault::{Policy, RequestId, Timestamp};

use crate::{Answer, Call, Connection, Database, Settings, Store};

/// When tests happen.
pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// A database of its own.
pub(crate) struct Ground {
    pub settings: Settings,
    /// Kept for as long as the database is used.
    _folder: Option<TempDir>,
}

impl Ground {
    /// An empty SQLite database in a folder that doesn't exist yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(Database::Sqlite(folder.path().join("state/postern.db")), &folder.path().join("copies"));
        Self { settings, _folder: Some(folder) }
    }

    /// An empty database on the run's PostgreSQL.
    pub fn postgres() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("POSTERN_TEST_POSTGRES") else {
            panic!(
                "POSTERN_TEST_POSTGRES is not set, so there is no PostgreSQL to test on. \
                 Run `make test`, or `cargo run -p postern-harness --bin with-postgres -- cargo test`."
            );
        };
        let name = format!("engine{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::establish(&server).unwrap();
        // On a server that outlives many runs, an ended process's number comes again.
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(Database::Postgres(format!("{base}/{name}")), &folder.path().join("copies"));
        Self { settings, _folder: Some(folder) }
    }

    /// One of each.
    pub fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    /// Opens a store on it.
    pub async fn open(&self) -> Store {
        Store::open(self.settings.clone()).await.unwrap()
    }

    /// A connection of a stranger to the engine, who sees only what is committed.
    pub fn stranger(&self) -> Connection {
        match &self.settings.database {
            Database::Sqlite(file) => Connection::Sqlite(SqliteConnection::establish(file.to_str().unwrap()).unwrap()),
            Database::Postgres(address) => Connection::Postgres(PgConnection::establish(address).unwrap()),
        }
    }

    /// Runs SQL as a stranger.
    pub fn sql(&self, sql: &str) {
        self.stranger().batch_execute(sql).unwrap();
    }

    /// Bytes, as its SQL writes them.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match &self.settings.database {
            Database::Sqlite(_) => format!("x'{digits}'"),
            Database::Postgres(_) => format!("'\\x{digits}'::bytea"),
        }
    }

    /// A truth value, as its SQL writes it.
    pub fn boolean(&self, value: bool) -> String {
        match &self.settings.database {
            Database::Sqlite(_) => i32::from(value).to_string(),
            Database::Postgres(_) => value.to_string(),
        }
    }

    /// The number that a query answers under the name `n`, asked by a stranger.
    pub fn number(&self, sql: &str) -> i64 {
        number(&mut self.stranger(), sql)
    }
}

fn settings(database: Database, copies: &std::path::Path) -> Settings {
    Settings { database, writers: 4, readers: 2, policy: Policy::default(), copies: copies.to_owned(), now: NOON }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The number that a query answers under the name `n`.
pub(crate) fn number(conn: &mut Connection, sql: &str) -> i64 {
    let query = diesel::sql_query(sql);
    let found: Number = match conn {
        Connection::Sqlite(conn) => query.get_result(conn).unwrap(),
        Connection::Postgres(conn) => query.get_result(conn).unwrap(),
    };
    found.n
}

/// Runs a test to its end.
pub(crate) fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test);
}

/// A call at this time.
pub(crate) fn at(clock: Timestamp) -> Call {
    Call { clock, address: Some("10.20.0.5".parse().unwrap()), request: RequestId::from_bytes([7; 16]) }
}

/// An event that bears a mark by which it is found again.
pub(crate) fn event(mark: &str) -> Event {
    Event::new(Kind::MailFailed, NOON, Actor::Appliance).with("why", mark)
}

/// Writes an event with this mark.
pub(crate) async fn mark(store: &Store, mark: &str) -> Answer<()> {
    store.record(&at(NOON), event(mark)).await
}

/// Starts writing an event with this mark, and goes on once it waits in the queue.
pub(crate) async fn begin<T: Send + 'static>(
    write: impl Future<Output = Answer<T>> + Send + 'static,
) -> tokio::task::JoinHandle<Answer<T>> {
    let task = tokio::spawn(write);
    // On this runtime's only thread the task has run to where it waits for its answer when we run again.
    tokio::task::yield_now().await;
    task
}

/// Everything recorded, lane by lane, after recomputing every chain up to its head.
pub(crate) async fn verified(store: &Store) -> Vec<Record> {
    let mut records = Vec::new();
    for lane in store.audit_lanes().await.unwrap() {
        let mut chain = Chain::empty(lane.lane);
        loop {
            let entries = store.audit_lane_entries(lane.lane, chain.seq, 100).await.unwrap();
            if entries.is_empty() {
                break;
            }
            for (record, hash) in entries {
                chain = chain.verify(&record, hash).unwrap();
                records.push(record);
            }
        }
        assert_eq!((chain.seq, chain.head), (lane.seq, lane.head), "the lane's head is its last record's");
    }
    records
}

/// The marks of all events recorded, sorted, after verifying.
pub(crate) async fn marks(store: &Store) -> Vec<String> {
    let mut marks: Vec<String> = verified(store).await.into_iter().filter_map(|mut record| record.details.remove("why")).collect();
    marks.sort();
    marks
}
