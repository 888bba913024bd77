//! Sweeping: what has ended loses its sealed bytes, and what has lapsed goes.
//!
//! Nothing that can still be revealed is touched here, and no audit record ever.

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Links found expired and told.
    pub expired: u64,
    /// Wraps deleted.
    pub wraps: u64,
    /// Snapshots deleted.
    pub snapshots: u64,
    /// Lapsed sign-ins, sessions and attempts deleted.
    pub lapsed: u64,
    /// Whether more waits than one call takes.
    pub more: bool,
}
