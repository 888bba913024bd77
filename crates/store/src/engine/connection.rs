//! The two databases behind one face, and everything in which they differ.
//!
//! Nothing outside this file asks which database it is.

/// A connection to either database; diesel's queries run on it as they stand. Everywhere else it is called `Connection`.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    /// The embedded database.
    Sqlite(diesel::SqliteConnection),
    /// A server.
    Postgres(diesel::PgConnection),
}
