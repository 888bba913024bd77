//! `postern item history`: when which version was saved.
//!
//! Nothing is listed whose signature and place in the chain don't verify.

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::item;
use crate::moment;
use crate::session::Session;
use crate::terminal::Terminal;

/// List an item's versions, oldest first
#[derive(Debug, Args)]
pub struct History {
    /// The item: its id, the last eight digits of it, or its name
    item: String,
}

impl History {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = item::find(session, &self.item)?;
        let opened = item::open(session, id)?;
        let versions = &opened.served.versions;
        let written: Vec<_> = versions
            .iter()
            .map(|saved| json!({"version": saved.version.version, "epoch": saved.version.epoch, "saved_at": moment::written(saved.saved_at)}))
            .collect();
        terminal.answer(&json!({"id": id, "versions": written}), |terminal| {
            for saved in versions {
                terminal.print(&format!("{:>6}  {}", saved.version.version, moment::shown(saved.saved_at)))?;
            }
            terminal.say(&format!("Show one with `postern item show {id} --version NUMBER`."));
            Ok(())
        })
    }
}
