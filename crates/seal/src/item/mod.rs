//! Items: contents sealed under an item key, one key for each epoch, every epoch and every version
//! signed. What the daemon says about holders, epochs and versions is never believed, only checked.
//!
//! A client that makes an item calls [`Item::create`] and uploads what comes back. A client that reads
//! one calls [`Item::open`] with the records, then [`Item::contents`]; to change it, [`Item::save`] or,
//! with a new key, [`Item::start_epoch`].

mod contents;
mod epoch;
mod open;
mod records;
mod refusal;
mod roster;
#[cfg(test)]
mod tests;
mod version;

pub use contents::{Contents, Details, Kind, MOST_BYTES};
pub use epoch::{EpochRecord, ItemKey};
pub use open::{Item, SealedEpoch, SealedVersion};
pub use records::{Records, Seen};
pub use refusal::Refusal;
pub use roster::{Entry, Holder, Right, Roster};
pub use version::VersionRecord;
