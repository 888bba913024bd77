//! Lists come in pages.

use serde::{Deserialize, Serialize};

/// The most rows that a page has.
pub const MAXIMUM_ROWS: u32 = 200;

/// A part of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What to ask for (`after=`) to get the next page; nothing at the end. A page of the audit log or of shares may have few rows, or none, and go on: what two
    /// things narrow together is looked for piece by piece.
    pub next: Option<String>,
}
