//! Commands about the audit log.
//!
//! Nothing here can write or delete a record.

pub(crate) mod chains;
pub(crate) mod list;
pub(crate) mod verify;
mod witness;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Read the audit log, and prove that it was not changed
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Verify(verify::Verify),
    Witness(witness::Witness),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(client, terminal),
            Self::Verify(command) => command.run(client, terminal),
            Self::Witness(command) => command.run(client, terminal),
        }
    }
}
