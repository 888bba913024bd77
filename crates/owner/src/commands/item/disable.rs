//! `postern item disable` and `postern item enable`.
//!
//! Nothing is lost by disabling: the item is kept, but not saved or shared until it is enabled.

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::item;
use crate::session::Session;
use crate::terminal::Terminal;

/// Disable an item: it can't be changed or shared until it is enabled
#[derive(Debug, Args)]
pub struct Disable {
    /// The item: its id, the last eight digits of it, or its name
    item: String,
}

/// Enable a disabled item
#[derive(Debug, Args)]
pub struct Enable {
    /// The item: its id, the last eight digits of it, or its name
    item: String,
}

impl Disable {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        set(session, terminal, &self.item, true)
    }
}

impl Enable {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        set(session, terminal, &self.item, false)
    }
}

fn set(session: &Session, terminal: &mut Terminal, meant: &str, disabled: bool) -> Result<(), Failure> {
    let id = item::find(session, meant)?;
    session.daemon().set_item_disabled(id, disabled)?;
    terminal.answer(&json!({"id": id, "disabled": disabled}), |terminal| {
        terminal.print(if disabled { "Disabled. Links that live go on living: end them with `postern share revoke`." } else { "Enabled." })
    })
}
