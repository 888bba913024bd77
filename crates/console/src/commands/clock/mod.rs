//! Commands about the appliance's clock.
//!
//! Nothing here reads or sets a clock.

mod accept;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Say what the appliance's clock is worth
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Accept(accept::Accept),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::Accept(command) => command.run(client, terminal),
        }
    }
}
