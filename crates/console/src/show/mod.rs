//! How things look: text made harmless, times, tables, JSON, QR codes.
//!
//! Nothing here asks the daemon or writes anywhere.

pub(crate) mod json;
pub(crate) mod qr;
pub(crate) mod record;
pub(crate) mod selection;
pub(crate) mod shell;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod time;
