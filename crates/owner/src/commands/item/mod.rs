//! `postern item`: what is kept in the vault.
//!
//! Nothing here leaves this program unsealed, names included.

mod add;
mod ask;
mod disable;
mod edit;
mod history;
mod list;
mod show;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::{Place, Session};
use crate::terminal::Terminal;

/// Keep items: accounts, notes, API secrets
#[derive(Debug, Subcommand)]
pub enum Item {
    #[command(subcommand)]
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Edit(edit::Edit),
    History(history::History),
    Disable(disable::Disable),
    Enable(disable::Enable),
}

impl Item {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let session = Session::resume(place)?;
        match self {
            Self::Add(command) => command.run(&session, terminal),
            Self::List(command) => command.run(&session, terminal),
            Self::Show(command) => command.run(&session, terminal),
            Self::Edit(command) => command.run(&session, terminal),
            Self::History(command) => command.run(&session, terminal),
            Self::Disable(command) => command.run(&session, terminal),
            Self::Enable(command) => command.run(&session, terminal),
        }
    }
}
