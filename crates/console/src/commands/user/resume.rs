//! `posternctl user resume`
//!
//! Nothing here touches what the account holds.

use api::text::UserName;
use clap::Args;
use client::Client;

use super::list::told;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// End a suspension
///
/// The person can sign in again, and the account's links live again unless they were frozen or ended otherwise.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// The name that they sign in with
    name: UserName,
}

impl Resume {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let user = client.resume_user(&self.name).map_err(|error| Failure::missing(error, "account", &self.name))?;
        told(terminal, &user, "may sign in again, and the account's links live again.")
    }
}
