//! Making room: what becomes of the database that is there, and where the restored one is built.
//!
//! Nothing is taken away here: copies are made, names are noted, and on a server all is one transaction.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use vault::backup::admit_replacing;

use super::restore::{Moves, Restoring};
use super::{NotBackedUp, copy, plan};
use crate::engine::{Purpose, beside};
use crate::schema::users;
use crate::{Broken, Connection, Database, Settings};

/// Files that go with this value, unless they count by then.
#[derive(Default)]
pub(super) struct Scratch(pub(super) Vec<PathBuf>);

impl Drop for Scratch {
    fn drop(&mut self) {
        for file in self.0.iter().flat_map(|path| [path.clone(), with(path, "-wal"), with(path, "-shm"), with(path, "-journal")]) {
            let _gone = std::fs::remove_file(file);
        }
    }
}

/// An embedded database of one's own, beside the one that counts.
pub(super) fn built(file: &Path, moves: &mut Moves, scratch: &mut Scratch) -> Result<Connection, NotBackedUp> {
    let path = beside(file, "restoring");
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    scratch.0.push(path.clone());
    let mut conn = Database::Sqlite(path.clone()).connect(Purpose::Writing)?;
    // What a crash leaves of it is thrown away, so nothing is synced before its end.
    conn.batch_execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
    conn.begin_write()?;
    moves.removed.extend(["-wal", "-shm"].map(|ending| with(file, ending)));
    moves.moved.push((path, file.to_owned()));
    Ok(conn)
}

/// What becomes of the embedded database that is there. Answers where its copy is.
pub(super) fn displaced(
    settings: &Settings,
    file: &Path,
    wish: Restoring,
    moves: &mut Moves,
    scratch: &mut Scratch,
) -> Result<Option<PathBuf>, NotBackedUp> {
    if !file.exists() {
        return Ok(None);
    }
    let readable = settings.database.connect(Purpose::Writing).and_then(|mut conn| {
        let accounts = accounts(&mut conn)?;
        Ok((conn, accounts))
    });
    match readable {
        Ok((mut conn, accounts)) => {
            admit_replacing(accounts, wish.replace)?;
            Ok(copied(&mut conn, accounts, settings, wish, scratch)?)
        }
        Err(broken) if !wish.replace => {
            Err(NotBackedUp::Stream(format!("{broken}. To set that database aside and restore in its place, say --replace")))
        }
        Err(_) => {
            let aside = copy::set_aside(file, wish.at);
            moves.moved.extend([(with(file, "-wal"), with(&aside, "-wal")), (file.to_owned(), aside.clone())]);
            Ok(Some(aside))
        }
    }
}

/// Copies what accounts there are; the copy goes again if the restore comes to nothing.
fn copied(
    conn: &mut Connection,
    accounts: u64,
    settings: &Settings,
    wish: Restoring,
    scratch: &mut Scratch,
) -> Result<Option<PathBuf>, Broken> {
    if accounts == 0 {
        return Ok(None);
    }
    let copy = copy::before(conn, &settings.copies, copy::REPLACED, wish.at)?;
    scratch.0.push(copy.clone());
    Ok(Some(copy))
}

/// A transaction on a server in which nothing of ours is there any more, and where the copy of what was is.
pub(super) fn emptied(settings: &Settings, wish: Restoring, scratch: &mut Scratch) -> Result<(Connection, Option<PathBuf>), NotBackedUp> {
    let mut conn = settings.database.connect(Purpose::Writing)?;
    conn.lock_tables(true)?;
    if !conn.claimed_lanes()?.is_empty() {
        return Err(NotBackedUp::Stream(
            "a daemon uses this database: stop every one first (systemctl stop posternd.socket posternd)".to_owned(),
        ));
    }
    let accounts = accounts(&mut conn)?;
    admit_replacing(accounts, wish.replace)?;
    let copy = copied(&mut conn, accounts, settings, wish, scratch)?;
    conn.begin_write()?;
    let known = |table: &String| plan::KEPT.iter().any(|kept| kept.name == table) || plan::LEFT_OUT.contains(&table.as_str());
    for table in conn.tables()?.into_iter().filter(known) {
        conn.batch_execute(&format!("DROP TABLE \"{table}\" CASCADE"))?;
    }
    Ok((conn, copy))
}

/// How many accounts there are; none where there is no such table.
fn accounts(conn: &mut Connection) -> Result<u64, Broken> {
    let tables = conn.tables()?;
    if tables.iter().any(|table| table == "__diesel_schema_migrations") {
        conn.steps()?;
    }
    if !tables.iter().any(|table| table == "users") {
        return Ok(0);
    }
    let count: i64 = users::table.count().get_result(conn)?;
    crate::rows::number(count)
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
