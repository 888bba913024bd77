//! The table of commands: one file for each, whose doc comment is its help.
//!
//! Nothing here decides what somebody may do; the daemon does, and says so.

pub(crate) mod audit;
mod backup;
mod clock;
pub(crate) mod gate;
mod health;
mod mail;
mod restore;
mod share;
mod user;

use clap::Subcommand;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// What is done, by whom a command is about.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(subcommand)]
    User(user::Command),
    #[command(subcommand)]
    Share(share::Command),
    #[command(subcommand)]
    Audit(audit::Command),
    #[command(subcommand)]
    Gate(gate::Command),
    #[command(subcommand)]
    Clock(clock::Command),
    #[command(subcommand)]
    Mail(mail::Command),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Health(health::Health),
}

impl Command {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match self {
            Self::User(command) => command.run(client, terminal),
            Self::Share(command) => command.run(client, terminal),
            Self::Audit(command) => command.run(client, terminal),
            Self::Gate(command) => command.run(client, terminal),
            Self::Clock(command) => command.run(client, terminal),
            Self::Mail(command) => command.run(client, terminal),
            Self::Backup(command) => command.run(client, terminal),
            Self::Restore(command) => command.run(client, terminal),
            Self::Health(command) => command.run(client, terminal),
        }
    }
}
