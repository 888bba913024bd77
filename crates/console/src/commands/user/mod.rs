//! Commands about accounts.
//!
//! Nothing here sees a password; an invitation is shown once, to the operator who made it.

mod allow_external;
mod deny_external;
mod invite;
mod list;
mod resume;
mod suspend;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Invite owners, suspend them, and say who may share with people outside the vault
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Invite(invite::Invite),
    List(list::List),
    Suspend(suspend::Suspend),
    Resume(resume::Resume),
    AllowExternal(allow_external::AllowExternal),
    DenyExternal(deny_external::DenyExternal),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::Invite(command) => command.run(client, terminal),
            Self::List(command) => command.run(client, terminal),
            Self::Suspend(command) => command.run(client, terminal),
            Self::Resume(command) => command.run(client, terminal),
            Self::AllowExternal(command) => command.run(client, terminal),
            Self::DenyExternal(command) => command.run(client, terminal),
        }
    }
}
