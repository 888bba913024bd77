//! `posternctl user allow-external`
//!
//! Nothing here touches what the account holds.

use api::text::UserName;
use clap::Args;
use client::Client;

use super::list::told;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Let an owner share with people outside the vault
///
/// Each share still needs its owner, and keeps within the policy.
#[derive(Debug, Args)]
pub(crate) struct AllowExternal {
    /// The name that they sign in with
    name: UserName,
}

impl AllowExternal {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let user = client.set_external_share(&self.name, true).map_err(|error| Failure::missing(error, "account", &self.name))?;
        told(terminal, &user, "may share with people outside the vault.")
    }
}
