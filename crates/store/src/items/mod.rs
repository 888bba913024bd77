//! Items: sealed names, details and bodies, with their epochs and versions.
//!
//! Nothing here can read what it keeps, and nothing of an item's history is ever replaced.

mod load;
mod parts;
mod read;
mod save;

pub(crate) use load::item;
pub use parts::{EpochBlobs, NewItem, SaveItem, VersionBlobs};
pub use read::{ItemRow, ItemView, SavedVersion};
