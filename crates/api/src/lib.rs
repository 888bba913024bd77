//! What Postern's programs say to each other: plain serde types, one file for each subject.
//!
//! Nothing here decides or does anything. All bytes are base64url without padding (RFC 4648, section 5), all times milliseconds
//! since 1970-01-01T00:00:00Z, all ids lower-case hyphenated UUIDs. Unknown and duplicate fields are errors.

pub mod account;
pub mod admin;
pub mod bytes;
pub mod items;
pub mod links;
pub mod page;
pub mod problem;
pub mod shares;
#[cfg(feature = "typescript")]
mod typescript;

pub use bytes::{Bytes, Fixed, SEALED_VERSION, Sealed, Secret};
pub use page::Page;
pub use problem::Problem;

/// The rules' own words that travel: clients that never see the rules themselves take them from here.
pub use vault::{
    FreezeId, ItemId, Language, LinkId, MessageId, RequestId, SessionId, ShareId, SignInId, Timestamp, UserId,
    freeze::Selection,
    gate::Networks,
    ids::version_7,
    link::State,
    message::State as MessageState,
    share::{Delivery, Views},
    text,
};

/// Where all programs' paths begin.
pub const BASE: &str = "/api/v1";
