//! The two ways in which nothing is granted: a rule says no, or the store can't.
//!
//! Nothing here carries a value out of a row, and nothing a password out of a database's address.

use diesel::result::{DatabaseErrorKind, Error};
use vault::Refusal;

/// What a write answers.
pub type Answer<T> = Result<T, Failure>;

/// Why a write didn't do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A rule says no. That it did is written and durable.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store couldn't. Unless it says otherwise, nothing of it happened.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Why the store couldn't.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The database can't be opened or reached.
    #[error("the database can't be opened: {0}")]
    Unreachable(String),
    /// The connection was lost before the end.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// The connection was lost while the write became durable: it may have happened or not.
    #[error("the database did not say whether the write was kept: look before you repeat it ({0})")]
    Unsure(String),
    /// There is no space left.
    #[error("the database's disk is full: make room, then repeat")]
    Full,
    /// Somebody else changed the same rows, again and again.
    #[error("too many changes to the same thing at once: repeat it")]
    Conflict,
    /// The database refused a statement.
    #[error("the database failed: {0}")]
    Database(String),
    /// A row doesn't hold what this program wrote there.
    #[error("the database holds what can't be read: {0}")]
    Damaged(String),
    /// The tables were made by a newer version.
    #[error(
        "the database was written by a newer version of Postern ({newest}): install that version, or restore the copy made before its upgrade"
    )]
    Newer {
        /// The newest migration found there that this program doesn't know.
        newest: String,
    },
    /// The copy without which nothing is changed can't be made.
    #[error("before its tables are changed the database is copied, and that failed: {0}")]
    NoCopy(String),
    /// A write failed in a way nobody foresaw.
    #[error("the store failed unexpectedly; nothing was kept: please report this")]
    Panicked,
    /// The store is closed.
    #[error("the store is closed: the daemon is stopping")]
    Closed,
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Conflict,
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, told) => Self::Lost(told.message().to_owned()),
            // SQLITE_FULL has no kind of its own in diesel; SQLite's own words for it are fixed.
            Error::DatabaseError(_, told) if told.message() == "database or disk is full" => Self::Full,
            Error::DatabaseError(_, told) => Self::Database(told.message().to_owned()),
            Error::DeserializationError(why) => Self::Damaged(why.to_string()),
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Broken(error.into())
    }
}
