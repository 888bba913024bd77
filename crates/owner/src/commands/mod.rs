//! One command in each file; the comment on its arguments is its help.
//!
//! Nothing here reads the environment or the clock; what a command needs comes in.

mod item;
mod new_password;
mod open;
mod password;
mod recover;
mod register;
mod share;
mod sign_in;
mod sign_out;

use clap::Subcommand;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::session::Place;
use crate::terminal::Terminal;

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Register(register::Register),
    SignIn(sign_in::SignIn),
    SignOut(sign_out::SignOut),
    Password(password::Password),
    Recover(recover::Recover),
    #[command(subcommand)]
    Item(item::Item),
    #[command(subcommand)]
    Share(share::Share),
    Open(open::Open),
}

/// Does it.
pub fn run(arguments: Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let everywhere = arguments.everywhere;
    let place = Place::new(everywhere.home, everywhere.server, everywhere.ca, everywhere.client_certificate)?;
    match arguments.command {
        Command::Register(command) => command.run(&place, terminal),
        Command::SignIn(command) => command.run(&place, terminal),
        Command::SignOut(command) => command.run(&place, terminal),
        Command::Password(command) => command.run(&place, terminal),
        Command::Recover(command) => command.run(&place, terminal),
        Command::Item(command) => command.run(&place, terminal),
        Command::Share(command) => command.run(&place, terminal),
        Command::Open(command) => command.run(&place, terminal),
    }
}
