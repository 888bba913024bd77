//! `postern share show`: one share, and who opened it, when and from where.
//!
//! Nothing here shows a link again: its secret was printed once and is kept nowhere.

use clap::Args;

use super::{meant, view};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal::Terminal;

/// Show a share: its links, who opened them, when and from where
#[derive(Debug, Args)]
pub struct Show {
    /// The share: its id, or the last eight digits of it
    share: String,
}

impl Show {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let share = meant::share(session, &self.share)?;
        terminal.answer(&view::as_json(&share), |terminal| view::print(&share, true, terminal))
    }
}
