//! Commands about accounts.
//!
//! Nothing here sees a password; an invitation is shown once, to the operator who made it.

mod allow_external;
mod deny_external;
mod end_sessions;
mod invite;
mod list;
mod resume;
mod sessions;
mod suspend;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Invite owners, suspend them, sign them out, and say who may share with people outside the vault
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Invite(invite::Invite),
    List(list::List),
    Suspend(suspend::Suspend),
    Resume(resume::Resume),
    Sessions(sessions::Sessions),
    EndSessions(end_sessions::EndSessions),
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
            Self::Sessions(command) => command.run(client, terminal),
            Self::EndSessions(command) => command.run(client, terminal),
            Self::AllowExternal(command) => command.run(client, terminal),
            Self::DenyExternal(command) => command.run(client, terminal),
        }
    }
}
