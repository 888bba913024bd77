//! Shares, as their owners make, see and end them.
//!
//! Nothing here knows what is shared, and nothing shows a link's secret or token: the store never had them.

mod create;
mod list;
mod revoke;

pub use create::{SealedLink, SealedMail, SealedShare};
pub(crate) use list::openings_of;
pub use list::{LinkOfShare, Opening, ShareRow};
pub(crate) use revoke::{link, revoke_link, revoke_share, share};
