//! Commands about the outbox: what waits to be mailed, what was given up, and the way out.
//!
//! Nothing here shows what a message says or carries; the daemon doesn't tell it either.

mod drop;
mod list;
mod retry;
mod test;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// See what waits to be mailed and what was given up, try it again or drop it, and test the way out
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Retry(retry::Retry),
    Drop(drop::Drop),
    Test(test::Test),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(client, terminal),
            Self::Retry(command) => command.run(client, terminal),
            Self::Drop(command) => command.run(client, terminal),
            Self::Test(command) => command.run(client, terminal),
        }
    }
}
