//! `posternd`: HTTP in, mail and journal out.
//!
//! Nothing here can open what it keeps: the sealed formats are not among its dependencies. No rule is decided here either:
//! handlers turn text into types, call one function of the store, and turn the result into an answer.

pub mod clock;
pub mod config;
pub mod random;

pub use clock::Clock;
pub use config::Config;
