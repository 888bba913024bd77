//! Backups: what of the appliance is wanted.

use serde::{Deserialize, Serialize};
use vault::backup::Holds;

/// `POST /api/v1/admin/backup`. The answer is no JSON value but the backup's lines, as they come (`vault::backup`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBackup {
    /// What it shall hold. A copy of the database alone is not given away.
    pub holds: Holds,
}
