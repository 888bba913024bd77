//! Postern's API as Rust calls, over HTTPS or the admin socket: one file for each subject, as in `api`.
//!
//! Nothing here seals, opens, asks anybody or remembers anything between programs. No secret stands in an address,
//! an error or a `Debug` text; redirects and proxies are never followed.
//!
//! [`Client`] speaks for anybody (sign-in, links); [`Client::signed_in`] for an owner; [`Client::admin`] for an operator,
//! where the kernel tells the daemon who asks.

mod account;
pub mod admin;
mod answer;
mod call;
mod clock;
mod connection;
mod error;
mod identity;
mod items;
mod links;
mod shares;
mod witness;

pub use connection::{Client, SignedIn};
pub use error::{Error, Trouble};

/// What came back, or why it didn't.
pub type Answer<T> = Result<T, Error>;
