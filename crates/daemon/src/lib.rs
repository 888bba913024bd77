//! `posternd`: HTTP in, mail and journal out.
//!
//! Nothing here can open what it keeps: the sealed formats are not among its dependencies. No rule is decided here either:
//! handlers turn text into types, call one function of the store, and turn the result into an answer.

pub mod clock;
pub mod config;
mod files;
pub mod init;
pub mod journal;
pub mod keys;
pub mod mail;
pub mod opaque;
pub mod random;
pub mod sweeper;
mod tls;
pub mod worker;

pub use clock::Clock;
pub use config::Config;
