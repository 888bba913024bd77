//! Bringing tables up to date: with a copy of what was there, under a lock, all steps or none.
//!
//! Nothing changes where a later version has written, or where the copy can't be made.

use std::path::PathBuf;

use super::connection::Purpose;
use super::occupied::Occupied;
use super::{Broken, Settings};
use crate::backup;

/// What an upgrade changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgraded {
    /// The steps that were done, oldest first.
    pub steps: Vec<String>,
    /// Where the copy of what was there before is.
    pub copy: PathBuf,
}

/// Brings the tables up to date. Answers nothing where they were, or are made for the first time.
pub(super) fn upgrade(settings: &Settings, occupied: &Occupied) -> Result<Option<Upgraded>, Broken> {
    let mut conn = settings.database.connect(Purpose::Writing)?;
    let made = conn.tables()?.iter().any(|table| table == "__diesel_schema_migrations");
    if !made || conn.steps()?.applied.is_empty() {
        conn.migrate()?;
        return Ok(None);
    }
    if conn.steps()?.pending.is_empty() {
        return Ok(None);
    }
    occupied.wait_alone()?;
    conn.lock_tables(true)?;
    // Whoever waited for another's upgrade finds it done.
    let steps = conn.steps()?;
    let upgraded = if steps.pending.is_empty() {
        None
    } else {
        let kind = format!("before-{}", env!("CARGO_PKG_VERSION"));
        let copy = backup::before(&mut conn, &settings.copies, &kind, settings.now)?;
        // At once, because a step that fails is tried again at each start.
        backup::forget(&settings.copies, &kind).map_err(|error| Broken::NoCopy(error.to_string()))?;
        conn.migrate()?;
        Some(Upgraded { steps: steps.pending, copy })
    };
    conn.lock_tables(false)?;
    occupied.share()?;
    Ok(upgraded)
}
