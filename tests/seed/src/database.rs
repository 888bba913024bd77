//! The database's file: made by the store, filled without its indexes, and given them back.
//!
//! Nothing here is safe against a crash: a file that wasn't finished is thrown away.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::{Failed, clock};

/// How many rows go into one transaction.
const ROWS: u64 = 200_000;

/// A connection that fills.
pub(crate) struct Database {
    pub(crate) conn: SqliteConnection,
    since: u64,
}

/// An index that was dropped.
#[derive(QueryableByName)]
pub(crate) struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

/// Makes the file, or brings its tables up to date, as the daemon would.
pub(crate) fn migrate(file: &Path) -> Result<(), Failed> {
    let settings = store::Settings {
        database: store::Database::Sqlite(file.to_owned()),
        writers: 1,
        readers: 1,
        policy: vault::Policy::default(),
        copies: file.with_extension("copies"),
        now: clock::now(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| Failed(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let store = store::Store::open(settings).await.map_err(|error| Failed(error.to_string()))?;
        store.close().await;
        Ok(())
    })
}

impl Database {
    pub(crate) fn open(file: &Path) -> Result<Self, Failed> {
        let path = std::path::absolute(file).map_err(|error| Failed(error.to_string()))?;
        let text = path.to_str().ok_or_else(|| Failed("the path is not UTF-8".to_owned()))?;
        let mut conn = SqliteConnection::establish(text).map_err(|error| Failed(format!("{text}: {error}")))?;
        let users: i64 = store::tables::users::table.count().get_result(&mut conn)?;
        if users > 0 {
            return Err(Failed(format!("{text} is somebody's: it has accounts. Name a file that isn't there yet")));
        }
        conn.batch_execute(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF; \
             PRAGMA cache_size = -400000; PRAGMA temp_store = FILE; PRAGMA threads = 2; BEGIN",
        )?;
        Ok(Self { conn, since: 0 })
    }

    /// One more row was written: now and then that is committed.
    pub(crate) fn row(&mut self) -> Result<(), Failed> {
        self.since += 1;
        if self.since >= ROWS {
            self.since = 0;
            self.conn.batch_execute("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// Takes every index away that a migration made, because sorting all rows once is quicker than placing each.
    pub(crate) fn drop_indexes(&mut self) -> Result<Vec<Index>, Failed> {
        let found = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        let indexes: Vec<Index> = diesel::sql_query(found).load(&mut self.conn)?;
        for index in &indexes {
            self.conn.batch_execute(&format!("DROP INDEX \"{}\"", index.name))?;
        }
        Ok(indexes)
    }

    /// Makes them again, from the words of their migrations.
    pub(crate) fn make_indexes(&mut self, indexes: &[Index], say: &mut dyn FnMut(&str)) -> Result<(), Failed> {
        self.conn.batch_execute("COMMIT")?;
        for index in indexes {
            let watch = clock::Watch::start();
            self.conn.batch_execute(&index.sql)?;
            if watch.seconds() > 1.0 {
                say(&format!("index {}: {:.1} s", index.name, watch.seconds()));
            }
        }
        Ok(())
    }

    /// Leaves the file as the daemon wants it.
    pub(crate) fn close(mut self) -> Result<(), Failed> {
        self.conn.batch_execute("PRAGMA locking_mode = NORMAL; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;")?;
        Ok(())
    }
}
