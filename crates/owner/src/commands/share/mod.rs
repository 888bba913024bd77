//! `postern share`: items for people outside the vault.
//!
//! Nothing here sends a link's secret anywhere, unless the owner has agreed that the appliance mails it: it is printed, or stands in a
//! draft, and whoever shares hands it over.

mod create;
mod draft;
mod handed;
mod list;
mod meant;
mod relayed;
mod revoke;
mod show;
mod unlock;
mod view;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::{Place, Session};
use crate::terminal::Terminal;

/// Share items with people outside the vault, for a while and a number of views
#[derive(Debug, Subcommand)]
pub enum Share {
    Create(create::Create),
    List(list::List),
    Show(show::Show),
    Revoke(revoke::Revoke),
    Unlock(unlock::Unlock),
}

impl Share {
    pub fn run(self, place: &Place, terminal: &mut Terminal) -> Result<(), Failure> {
        let session = Session::resume(place)?;
        match self {
            Self::Create(command) => command.run(&session, terminal),
            Self::List(command) => command.run(&session, terminal),
            Self::Show(command) => command.run(&session, terminal),
            Self::Revoke(command) => command.run(&session, terminal),
            Self::Unlock(command) => command.run(&session, terminal),
        }
    }
}
