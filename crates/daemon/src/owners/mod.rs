//! What owners ask for: accounts, items, shares.
//!
//! Nothing here opens what is sealed, and whatever needs a signed-in owner asks for that value.

pub mod account;
pub mod items;
pub mod password;
pub mod recovery;
pub mod registration;
pub mod shares;
pub mod sign_in;
