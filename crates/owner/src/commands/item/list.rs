//! `postern item list`: all items, opened here.
//!
//! Nothing is shown of an item whose records don't verify, but that they don't.

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::item::{self, Row};
use crate::moment;
use crate::session::Session;
use crate::terminal::{Terminal, harmless};

/// List your items, newest first
#[derive(Debug, Args)]
pub struct List {}

impl List {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let rows = item::list(session)?;
        let written: Vec<_> = rows.iter().map(as_json).collect();
        terminal.answer(&json!({ "items": written }), |terminal| as_text(&rows, terminal))?;
        let damaged = rows.iter().filter_map(|row| row.details.as_ref().err().map(|refusal| format!("{}: {refusal}", row.served.id)));
        match damaged.collect::<Vec<_>>() {
            none if none.is_empty() => Ok(()),
            some => Err(Failure::integrity(format!("these items don't verify:\n{}", some.join("\n")))),
        }
    }
}

fn as_json(row: &Row) -> serde_json::Value {
    let details = row.details.as_ref();
    json!({
        "id": row.served.id,
        "kind": details.ok().map(|details| item::kind(details.kind)),
        "name": details.ok().map(|details| &details.name),
        "disabled": row.served.disabled,
        "shared": row.served.shared,
        "version": row.served.version.version,
        "updated_at": moment::written(row.served.updated_at),
        "problem": details.err().map(ToString::to_string),
    })
}

fn as_text(rows: &[Row], terminal: &mut Terminal) -> Result<(), Failure> {
    if rows.is_empty() {
        terminal.say("There are no items yet. Add one with `postern item add account`.");
    }
    for row in rows {
        let (kind, name) = match &row.details {
            Ok(details) => (item::kind(details.kind), harmless(&details.name)),
            Err(_) => ("?", "(doesn't verify)".to_owned()),
        };
        let marks = [(row.served.shared, "  [shared]"), (row.served.disabled, "  [disabled]")];
        let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
        terminal.print(&format!("{}  {kind:<10}  {}  {name}{marks}", row.served.id, moment::shown(row.served.updated_at)))?;
    }
    Ok(())
}
