//! `posternctl user deny-external`
//!
//! Nothing here touches what the account holds.

use api::text::UserName;
use clap::Args;
use client::Client;

use super::list::told;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Take back the permission to share with people outside the vault
///
/// Shares made before live on: freeze or revoke them if they should not.
#[derive(Debug, Args)]
pub(crate) struct DenyExternal {
    /// The name that they sign in with
    name: UserName,
}

impl DenyExternal {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let user = client.set_external_share(&self.name, false).map_err(|error| Failure::missing(error, "account", &self.name))?;
        told(terminal, &user, "may no longer share with people outside the vault. Shares made before live on.")
    }
}
