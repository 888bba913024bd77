//! Commands about shares and their links.
//!
//! Nothing here shows what is shared, a link's secret or a token; the daemon doesn't tell them either.

mod freeze;
mod freezes;
mod list;
mod revoke;
mod unfreeze;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Find shares, end them, and freeze them while somebody looks into it
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Revoke(revoke::Revoke),
    Freeze(freeze::Freeze),
    Unfreeze(unfreeze::Unfreeze),
    Freezes(freezes::Freezes),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(client, terminal),
            Self::Revoke(command) => command.run(client, terminal),
            Self::Freeze(command) => command.run(client, terminal),
            Self::Unfreeze(command) => command.run(client, terminal),
            Self::Freezes(command) => command.run(client, terminal),
        }
    }
}
