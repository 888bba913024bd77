//! `posternctl user suspend`
//!
//! Nothing here touches what the account holds.

use api::text::UserName;
use clap::Args;
use client::Client;

use super::list::told;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Suspend an account: no sign-in, its links frozen
///
/// Sessions end at once. Nothing is deleted; resuming brings everything back as it was.
#[derive(Debug, Args)]
pub(crate) struct Suspend {
    /// The name that they sign in with
    name: UserName,
}

impl Suspend {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let user = client.suspend_user(&self.name).map_err(|error| Failure::missing(error, "account", &self.name))?;
        told(terminal, &user, "is suspended: signed out everywhere, and every link frozen.")
    }
}
