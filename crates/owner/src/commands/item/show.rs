//! `postern item show`: one item, opened here.
//!
//! Nothing is shown before every record and the body verify.

use std::collections::BTreeMap;

use api::ItemId;
use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::item;
use crate::moment;
use crate::session::Session;
use crate::terminal::Terminal;

/// Show an item with its secrets
#[derive(Debug, Args)]
pub struct Show {
    /// The item: its id, the last eight digits of it, or its name
    item: String,
    /// Show this version instead of the newest
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    version: Option<u64>,
    /// Print only this field, as it is: for scripts
    #[arg(long, value_name = "NAME", conflicts_with = "hide")]
    field: Option<String>,
    /// Don't print what is secret
    #[arg(long)]
    hide: bool,
}

/// An item for programs. It borrows what is secret, so that no second copy is made of it.
#[derive(Serialize)]
struct Shown<'a> {
    id: ItemId,
    kind: &'static str,
    name: &'a str,
    version: u64,
    disabled: bool,
    shared: bool,
    saved_at: Option<String>,
    fields: BTreeMap<&'static str, &'a str>,
}

impl Show {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = item::find(session, &self.item)?;
        let (opened, contents) = match self.version {
            Some(version) => {
                let opened = item::open_version(session, id, version)?;
                let contents = opened.earlier(version)?;
                (opened, contents)
            }
            None => {
                let opened = item::open(session, id)?;
                let contents = opened.contents()?;
                (opened, contents)
            }
        };
        if let Some(name) = &self.field {
            return field(&contents, name, terminal);
        }
        let version = self.version.unwrap_or_else(|| opened.item.version().version);
        let saved = opened.served.versions.iter().find(|saved| saved.version.version == version).map(|saved| saved.saved_at);
        let served = &opened.served;
        let mut fields = item::fields_by_name(&contents);
        if self.hide {
            let secret = |name: &str| item::fields(&contents).iter().any(|field| field.name == name && field.secret);
            fields.retain(|name, _| !secret(name));
        }
        let answer = Shown {
            id,
            kind: item::kind(contents.kind()),
            name: contents.name(),
            version,
            disabled: served.disabled,
            shared: served.shared,
            saved_at: saved.map(moment::written),
            fields,
        };
        terminal.answer(&answer, |terminal| {
            terminal.print(item::fields_as_text(&contents, self.hide).trim_end())?;
            let state = if served.disabled { ", disabled" } else { "" };
            let saved = saved.map(|at| format!(", saved {}", moment::shown(at))).unwrap_or_default();
            terminal.say(&format!("({} {id}, version {version}{saved}{state})", item::kind(contents.kind())));
            Ok(())
        })
    }
}

fn field(contents: &seal::item::Contents, name: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    let fields = item::fields_by_name(contents);
    match fields.get(name) {
        Some(value) => terminal.answer(&BTreeMap::from([(name, value)]), |terminal| terminal.print_value(value)),
        None => {
            let known: Vec<&str> = fields.into_keys().collect();
            Err(Failure::usage(format!("this item has no field {name:?}")).hint(format!("It has {}.", known.join(", "))))
        }
    }
}
