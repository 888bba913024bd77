//! The rules of Postern: who may do what, when, and how it is told.
//!
//! Nothing here reads a clock, a random number, a file or a network. Time comes in as a [`Timestamp`],
//! what is known comes in as plain values, and a decision goes out as a value or a named [`Refusal`].

pub mod account;
pub mod backup;
pub mod digest;
pub mod event;
pub mod freeze;
pub mod gate;
pub mod ids;
pub mod item;
pub mod language;
pub mod lifetime;
pub mod link;
pub mod message;
pub mod operator;
pub mod policy;
pub mod refusal;
pub mod share;
pub mod text;
pub mod throttle;
pub mod time;
#[cfg(feature = "typescript")]
mod typescript;

pub use digest::Digest;
pub use ids::{FreezeId, InvitationId, ItemId, LinkId, MessageId, RequestId, SessionId, ShareId, SignInId, UserId};
pub use language::Language;
pub use policy::Policy;
pub use refusal::Refusal;
pub use time::{Timekeeper, Timestamp};
