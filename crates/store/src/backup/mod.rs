//! Backups: the database's rows out of one moment, and into an empty database again.
//!
//! Nothing here ever reads snapshots, wraps, sessions, sign-ins under way or what waiting mail carries: `plan` says what is kept.

mod copy;
mod lines;
mod made;
mod plan;
mod restore;
mod room;
mod settle;

pub(crate) use copy::{before, forget};
pub use made::{Contents, Made, Wished};
pub use restore::{Moves, Ready, Restored, Restoring, Staged, restored};

/// Why a backup or a restore came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotBackedUp {
    /// A rule says no.
    #[error(transparent)]
    NotRestorable(#[from] vault::backup::NotRestorable),
    /// What was read isn't a whole backup, or what is written can't be.
    #[error("{0}")]
    Stream(String),
    /// The database couldn't.
    #[error(transparent)]
    Broken(#[from] crate::Broken),
}

impl From<std::io::Error> for NotBackedUp {
    fn from(error: std::io::Error) -> Self {
        Self::Stream(error.to_string())
    }
}

impl From<diesel::result::Error> for NotBackedUp {
    fn from(error: diesel::result::Error) -> Self {
        Self::Broken(error.into())
    }
}

#[cfg(test)]
mod malformed_tests;

#[cfg(test)]
mod tests;
