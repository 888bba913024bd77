//! `posternd`: HTTP in, mail and journal out.
//!
//! Nothing here can open what it keeps: the sealed formats are not among its dependencies. No rule is decided here either:
//! handlers turn text into types, call one function of the store, and turn the result into an answer.

mod acting;
mod appliance;
pub mod clock;
mod commands;
pub mod config;
mod expiry;
mod files;
mod front;
mod gate;
mod http;
pub mod init;
pub mod journal;
mod kept;
pub mod keys;
mod live;
mod mail;
mod notify;
pub mod opaque;
mod operators;
mod owners;
pub mod random;
mod recipients;
mod reload;
mod restore;
mod serve;
mod status;
mod sweeper;
pub mod tls;
mod watchdog;
mod worker;

pub use clock::Clock;
pub use commands::{command, run};
pub use config::Config;
pub use front::inherited::Inherited;
pub use mail::check as check_mail;
pub use serve::{NotStarted, Running, serve, serve_with};
