//! The tables and the steps that made them: what was done, what is to come, and doing it.
//!
//! No step is done by halves, and none where a later version has written.

use std::collections::BTreeSet;

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Broken;
use super::connection::{ADVISORY, AnyConnection};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Something that is done behind a step.
type After = fn(&mut AnyConnection) -> Result<(), Broken>;

/// What belongs to a step and can't be said in SQL; it is done with it or not at all.
const AFTER: [(&str, After); 1] = [("20261121000600", crate::links::backfill)];

/// The steps that made the tables, and those still to come, by their versions.
pub(crate) struct Steps {
    /// Done.
    pub applied: Vec<String>,
    /// Still to come.
    pub pending: Vec<String>,
}

/// The versions of all steps that this program knows; both databases have the same.
pub(crate) fn known_steps() -> Result<Vec<String>, Broken> {
    versions::<diesel::sqlite::Sqlite>(&SQLITE)
}

impl AnyConnection {
    /// The steps that made the tables, and those still to come, each oldest first. Makes the list of steps if there is none.
    ///
    /// # Errors
    /// [`Broken::Newer`] when there are tables of a version that this program doesn't know.
    pub fn steps(&mut self) -> Result<Steps, Broken> {
        match self {
            Self::Sqlite(conn) => steps(conn, &SQLITE),
            Self::Postgres(conn) => steps(conn, &POSTGRES),
        }
    }

    /// Makes the tables as they were after these steps, in an empty database and inside a transaction.
    pub fn make_tables(&mut self, wanted: &[String]) -> Result<(), Broken> {
        match self {
            Self::Sqlite(conn) => only(conn, SQLITE, wanted),
            Self::Postgres(conn) => only(conn, POSTGRES, wanted),
        }
    }

    /// Brings the tables up to date, all steps or none, while nobody else does.
    ///
    /// # Errors
    /// [`Broken::Newer`] when there are tables of a version that this program doesn't know.
    pub fn migrate(&mut self) -> Result<(), Broken> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
            Self::Postgres(conn) => {
                // Each statement sees what is there when it begins: a snapshot from before the lock wouldn't know what its last holder did.
                AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
                conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({ADVISORY}, 0)"))?;
            }
        }
        self.migrate_within()?;
        Ok(self.commit()?)
    }

    /// The same inside a transaction that is open already.
    pub fn migrate_within(&mut self) -> Result<(), Broken> {
        let done = match self {
            Self::Sqlite(conn) => migrate(conn, SQLITE),
            Self::Postgres(conn) => migrate(conn, POSTGRES),
        }?;
        for (step, after) in AFTER {
            if done.iter().any(|version| version == step) {
                after(self)?;
            }
        }
        Ok(())
    }
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn failed(error: Failed) -> Broken {
    Broken::Database(format!("migration: {error}"))
}

fn versions<DB: diesel::backend::Backend>(known: &EmbeddedMigrations) -> Result<Vec<String>, Broken> {
    let steps = diesel::migration::MigrationSource::<DB>::migrations(known).map_err(failed)?;
    Ok(steps.iter().map(|step| step.name().version().to_string()).collect())
}

fn steps<C: MigrationHarness<DB>, DB: diesel::backend::Backend>(conn: &mut C, known: &EmbeddedMigrations) -> Result<Steps, Broken> {
    let known = versions::<DB>(known)?;
    let applied: BTreeSet<String> = conn.applied_migrations().map_err(failed)?.iter().map(ToString::to_string).collect();
    if let Some(newest) = applied.iter().filter(|version| !known.contains(version)).max() {
        return Err(Broken::Newer { newest: newest.clone() });
    }
    let pending = known.into_iter().filter(|version| !applied.contains(version)).collect::<BTreeSet<_>>();
    Ok(Steps { applied: applied.into_iter().collect(), pending: pending.into_iter().collect() })
}

fn only<C: MigrationHarness<DB>, DB: diesel::backend::Backend>(
    conn: &mut C,
    known: EmbeddedMigrations,
    wanted: &[String],
) -> Result<(), Broken> {
    for step in conn.pending_migrations(known).map_err(failed)? {
        if wanted.contains(&step.name().version().to_string()) {
            conn.run_migration(&*step).map_err(failed)?;
        }
    }
    Ok(())
}

/// Takes the steps that are missing, and answers which those were.
fn migrate<C: MigrationHarness<DB>, DB: diesel::backend::Backend>(conn: &mut C, known: EmbeddedMigrations) -> Result<Vec<String>, Broken> {
    steps(conn, &known)?;
    let done = conn.run_pending_migrations(known).map_err(failed)?;
    Ok(done.iter().map(ToString::to_string).collect())
}
