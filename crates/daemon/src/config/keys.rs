//! `[keys]`: the files that hold what must stand outside the database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The files that hold what must stand outside the database. Whoever has both can guess passwords offline: back them up apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The appliance's own key, 32 bytes.
    pub appliance: PathBuf,
    /// What sign-in (OPAQUE) needs besides the accounts' records.
    pub sign_in: PathBuf,
    /// The folder of the daily keys for waiting mail.
    pub mail: PathBuf,
}

impl Default for Keys {
    fn default() -> Self {
        Self { appliance: "appliance.key".into(), sign_in: "sign-in.setup".into(), mail: "mail-keys".into() }
    }
}
