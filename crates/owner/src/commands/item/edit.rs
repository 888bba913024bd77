//! `postern item edit`: the next version of an item.
//!
//! Nothing earlier is lost: each version stays, sealed, in the item's history.

use api::items::SaveItem;
use clap::Args;
use seal::item::Contents;
use serde_json::json;

use super::add::version_of;
use crate::failure::Failure;
use crate::item;
use crate::session::Session;
use crate::terminal::Terminal;

/// Change some fields of an item; asks for each of them
///
/// The field's new value comes from the prompt or from standard input, one line for each field in the order of the options;
/// the text of a note, and notes, go on to the end of the input.
#[derive(Debug, Args)]
pub struct Edit {
    /// The item: its id, the last eight digits of it, or its name
    item: String,
    /// The field to change: name, url, username, password, mfa_key, notes; body; application_url, key, secret. Repeat it for several
    #[arg(long = "field", value_name = "NAME", required = true)]
    fields: Vec<String>,
}

impl Edit {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = item::find(session, &self.item)?;
        let opened = item::open(session, id)?;
        let mut contents = opened.contents()?;
        for name in &self.fields {
            let Some(field) = item::fields(&contents).into_iter().find(|field| field.name == name.as_str()) else {
                let known: Vec<&str> = item::fields(&contents).iter().map(|field| field.name).collect();
                return Err(Failure::usage(format!("this item has no field {name:?}")).hint(format!("It has {}.", known.join(", "))));
            };
            let (words, secret, long) = (field.words, field.secret, matches!(field.name, "notes" | "body"));
            let question = format!("New {}: ", words.to_lowercase());
            let mut value = match (long, secret) {
                (true, _) => terminal.ask_text(&question)?,
                (false, true) => terminal.ask_secret(&question)?,
                (false, false) => terminal.ask(&question)?,
            };
            set(&mut contents, name, std::mem::take(&mut *value));
        }
        if contents.name().trim().is_empty() {
            return Err(Failure::usage("an item needs a name"));
        }
        let (version, body) = version_of(opened.item.save(&session.account, &contents)?);
        let number = version.version;
        session.daemon().save_item(id, &SaveItem { epoch: None, version, body })?;
        item::open(session, id)?;
        terminal.answer(&json!({"id": id, "version": number}), |terminal| terminal.print(&format!("Saved as version {number}.")))
    }
}

/// Sets one field. What the field was before is wiped with it.
fn set(contents: &mut Contents, named: &str, value: String) {
    let field = match (contents, named) {
        (Contents::Account { name, .. } | Contents::Note { name, .. } | Contents::ApiSecret { name, .. }, "name") => name,
        (Contents::Account { url, .. }, "url") => url,
        (Contents::Account { username, .. }, "username") => username,
        (Contents::Account { password, .. }, "password") => password,
        (Contents::Account { mfa_key, .. }, "mfa_key") => mfa_key,
        (Contents::Account { notes, .. } | Contents::ApiSecret { notes, .. }, "notes") => notes,
        (Contents::Note { body, .. }, "body") => body,
        (Contents::ApiSecret { application_url, .. }, "application_url") => application_url,
        (Contents::ApiSecret { key, .. }, "key") => key,
        (Contents::ApiSecret { secret, .. }, "secret") => secret,
        _ => return,
    };
    zeroize::Zeroize::zeroize(field);
    *field = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_shown_can_be_changed() {
        let empty = String::new;
        let account =
            Contents::Account { name: empty(), url: empty(), username: empty(), password: empty(), mfa_key: empty(), notes: empty() };
        let note = Contents::Note { name: empty(), body: empty() };
        let secret = Contents::ApiSecret { name: empty(), application_url: empty(), key: empty(), secret: empty(), notes: empty() };
        for mut contents in [account, note, secret] {
            let names: Vec<&str> = item::fields(&contents).iter().map(|field| field.name).collect();
            for name in names {
                set(&mut contents, name, format!("new {name}"));
                assert_eq!(item::fields_by_name(&contents)[name], format!("new {name}"));
            }
        }
    }
}
