//! Commands about the network gate.
//!
//! Nothing here lets anybody in.

pub(crate) mod explain;
pub(crate) mod proposed;
mod replay;
pub(crate) mod visits;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Ask what the network gate decides, or would decide
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Explain(explain::Explain),
    Replay(replay::Replay),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::Explain(command) => command.run(client, terminal),
            Self::Replay(command) => command.run(client, terminal),
        }
    }
}
