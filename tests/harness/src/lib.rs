//! The bench on which Postern's programs are tested for real: PostgreSQL, journald, processes, terminals.
//! Nothing here is linked into a program, and no missing part is ever skipped: what isn't there fails the test and says how to get it.
//!
//! # PostgreSQL in tests
//!
//! One server serves a whole test run. `with-postgres COMMAND...` starts it from the distribution's packages on a Unix socket in a
//! temporary folder, sets [`postgres::VARIABLE`] (`POSTERN_TEST_POSTGRES`) to the address of its `postgres` database, runs the command and ends the server with it:
//!
//! ```text
//! make test                                                                           everything
//! cargo run -p postern-harness --bin with-postgres -- cargo test -p postern-store      one room
//! ```
//!
//! The address has the form `postgres://postgres@%2Ftmp%2Fpostern-postgres-XXXX/postgres`; the user is the server's superuser and needs no password.
//! Every test takes a database of its own from it. Tests across rooms call [`postgres::database`]; the rooms below (nothing of which may depend on the tests)
//! connect to the address, run `CREATE DATABASE name TEMPLATE template0` with a name of their own, and replace the address's last part by that name. When the variable is unset
//! a test fails, naming the second command above. Dropping the databases is not needed: the whole server goes away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness reports by panicking: that is how a test fails"
)]

pub mod clock;
pub mod document;
mod film;
pub mod journal;
pub mod mail;
pub mod picture;
pub mod postgres;
mod programs;
mod running;
pub mod screen;
pub mod tree;

pub use programs::{Finished, Program, Running, program};
pub use screen::Screen;
