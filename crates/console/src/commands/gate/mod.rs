//! Commands about the network gate.
//!
//! Nothing here lets anybody in.

mod explain;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Ask what the network gate decides
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Explain(explain::Explain),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::Explain(command) => command.run(client, terminal),
        }
    }
}
