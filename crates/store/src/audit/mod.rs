//! The audit log as the store keeps it: chains of records, one for each lane.
//!
//! Nothing here changes or deletes a record once written.

mod append;
mod find;
mod mirror;
mod read;
pub(crate) mod tables;
mod walk;

pub(crate) use append::append;
pub use find::AuditPage;
pub use read::{AuditFilter, LaneState, Position};
pub(crate) use tables::{audit, audit_lanes, audit_mirrors};

#[cfg(test)]
pub(crate) mod plans;
#[cfg(test)]
mod tests;
