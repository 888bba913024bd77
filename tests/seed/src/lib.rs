//! Large databases, made quickly: years in which owners shared, recipients opened and strangers knocked, with an audit log whose
//! chains verify.
//!
//! What is written fits the store's own tables and `vault`'s own encodings, or nothing of this compiles. Nothing in it is secret and
//! nothing can be opened: what looks sealed is chance.

mod chance;
pub mod clock;
mod database;
mod ledger;
mod names;
mod people;
mod story;
mod years;

use std::path::PathBuf;

use vault::Timestamp;

/// Why a database couldn't be made, in words.
#[derive(Debug)]
pub struct Failed(pub String);

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(format!("the database: {error}"))
    }
}

/// What is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The database's file. It may have been made by `posternd init`; nobody may have an account in it.
    pub file: PathBuf,
    /// How many owners, at least one.
    pub owners: u64,
    /// How many shares.
    pub shares: u64,
    /// How many links, at least one for each share.
    pub links: u64,
    /// How many audit events, and a few more: nothing that the shares themselves brought about is left out.
    pub events: u64,
    /// Over how many days all that happened.
    pub days: u32,
    /// When the last of it happened.
    pub until: Timestamp,
    /// Another number makes another database of the same kind.
    pub number: u64,
}

/// What was made, and how long it took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// Shares.
    pub shares: u64,
    /// Links.
    pub links: u64,
    /// Links of which something can still be had, or that the sweeper has yet to see.
    pub living: u64,
    /// Openings.
    pub openings: u64,
    /// Audit events.
    pub events: u64,
    /// Seconds for the rows.
    pub rows_seconds: f64,
    /// Seconds for the indexes, which are made when all rows are there.
    pub indexes_seconds: f64,
    /// The file's size in bytes.
    pub bytes: u64,
}

/// Makes it. `say` hears how far it is.
///
/// # Errors
/// [`Failed`]; then the file is of no use.
pub fn make(wanted: &Wanted, say: &mut dyn FnMut(&str)) -> Result<Made, Failed> {
    database::migrate(&wanted.file)?;
    let watch = clock::Watch::start();
    let mut database = database::Database::open(&wanted.file)?;
    let indexes = database.drop_indexes()?;
    let mut made = years::write(&mut database, wanted, say)?;
    made.rows_seconds = watch.seconds();
    let watch = clock::Watch::start();
    database.make_indexes(&indexes, say)?;
    database.close()?;
    made.indexes_seconds = watch.seconds();
    made.bytes = std::fs::metadata(&wanted.file).map_or(0, |file| file.len());
    Ok(made)
}

#[cfg(test)]
mod tests;
