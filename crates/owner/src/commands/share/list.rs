//! `postern share list`: what one has shared.
//!
//! Nothing that ended is left out: who opened it stays known.

use clap::Args;
use serde_json::json;

use super::{meant, view};
use crate::failure::Failure;
use crate::item;
use crate::session::Session;
use crate::terminal::Terminal;

/// List your shares with their links, newest first
#[derive(Debug, Args)]
pub struct List {
    /// Only of this item: its id, the last eight digits of it, or its name
    #[arg(long)]
    item: Option<String>,
}

impl List {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let item = self.item.map(|meant| item::find(session, &meant)).transpose()?;
        let shares = meant::all(session, item)?;
        let written: Vec<_> = shares.iter().map(view::as_json).collect();
        terminal.answer(&json!({ "shares": written }), |terminal| {
            if shares.is_empty() {
                terminal.say("Nothing is shared yet. Share an item with `postern share create`.");
            }
            shares.iter().try_for_each(|share| view::print(share, false, terminal))
        })
    }
}
