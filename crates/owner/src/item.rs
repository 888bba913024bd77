//! Items of one's own, checked and opened.
//!
//! Nothing the daemon says of an item is shown before its records verify, and nothing older than what was seen before.

use std::collections::BTreeMap;

use api::items::{Item as Served, ItemRow};
use api::{ItemId, Sealed};
use seal::item::{Contents, Details, Item, Kind, Records, Refusal, Seen};

use crate::failure::Failure;
use crate::session::Session;

/// How many rows a page has.
const ROWS: u32 = 200;

/// A row of the list, opened.
pub struct Row {
    /// As it was served.
    pub served: ItemRow,
    /// Name and kind, or why they can't be believed.
    pub details: Result<Details, Refusal>,
}

/// An item with its records checked and its key open.
pub struct Opened {
    /// As it was served.
    pub served: Served,
    /// The item itself.
    pub item: Item,
}

/// All items, newest first, each opened; what was seen is remembered.
pub fn list(session: &Session) -> Result<Vec<Row>, Failure> {
    let known = session.home.seen(session.told.user)?;
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    let mut after: Option<String> = None;
    loop {
        let page = session.daemon().items(after.as_deref(), ROWS)?;
        for served in page.rows {
            let details = match open_row(session, &served, &known) {
                Ok((details, now)) => {
                    seen.push((served.id, now));
                    Ok(details)
                }
                // More was saved elsewhere than one row can prove: the whole item tells.
                Err(Refusal::Gap) => {
                    let opened = open(session, served.id)?;
                    Ok(opened.item.details(&latest(&opened.served)?.0)?)
                }
                Err(refusal) => Err(refusal),
            };
            rows.push(Row { served, details });
        }
        // A page that doesn't go on must not be asked for forever.
        match page.next {
            Some(next) if after.as_ref() != Some(&next) => after = Some(next),
            _ => break,
        }
    }
    session.home.remember_seen(session.told.user, &seen)?;
    Ok(rows)
}

/// One item with its newest body.
pub fn open(session: &Session, item: ItemId) -> Result<Opened, Failure> {
    checked(session, item, session.daemon().item(item)?)
}

/// One item with the body of an earlier version.
pub fn open_version(session: &Session, item: ItemId, version: u64) -> Result<Opened, Failure> {
    checked(session, item, session.daemon().item_version(item, version)?)
}

impl Opened {
    /// The contents of the newest version, if that is the one that was asked for.
    pub fn contents(&self) -> Result<Contents, Failure> {
        Ok(self.item.contents(&self.served.body.0)?)
    }

    /// The contents of the earlier version that was asked for.
    pub fn earlier(&self, version: u64) -> Result<Contents, Failure> {
        let keys: Vec<Vec<u8>> =
            self.served.epochs.iter().rev().map_while(|epoch| epoch.previous_key.as_ref().map(|key| key.0.clone())).collect();
        Ok(self.item.earlier_contents(version, &self.served.body.0, &keys)?)
    }
}

/// The item that somebody means: by its id, by the last eight digits of it, or by its name.
pub fn find(session: &Session, meant: &str) -> Result<ItemId, Failure> {
    if let Ok(id) = meant.parse() {
        return Ok(id);
    }
    let rows = list(session)?;
    let named = |row: &&Row| row.served.id.short() == meant || row.details.as_ref().is_ok_and(|details| details.name == meant);
    let found: Vec<&Row> = rows.iter().filter(named).collect();
    match found.as_slice() {
        [one] => Ok(one.served.id),
        [] => Err(Failure::new(crate::failure::Exit::Refused, "not-found", format!("there is no item {meant:?} among yours"))
            .hint("`postern item list` shows them.")),
        several => {
            let ids: Vec<String> = several.iter().map(|row| row.served.id.to_string()).collect();
            Err(Failure::usage(format!("several items are called {meant:?}")).hint(format!("Name one by its id: {}", ids.join(", "))))
        }
    }
}

/// The word for a kind, as arguments and results have it.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Account => "account",
        Kind::Note => "note",
        Kind::ApiSecret => "api-secret",
    }
}

/// The fields of contents in the order in which they are asked for and shown: name for programs, words for people, value, whether it is secret.
pub fn fields(contents: &Contents) -> Vec<Field<'_>> {
    let field = |name, words, value, secret| Field { name, words, value, secret };
    match contents {
        Contents::Account { name, url, username, password, mfa_key, notes } => vec![
            field("name", "Name", name, false),
            field("url", "URL", url, false),
            field("username", "Username", username, false),
            field("password", "Password", password, true),
            field("mfa_key", "MFA key", mfa_key, true),
            field("notes", "Notes", notes, true),
        ],
        Contents::Note { name, body } => vec![field("name", "Name", name, false), field("body", "Text", body, true)],
        Contents::ApiSecret { name, application_url, key, secret, notes } => vec![
            field("name", "Name", name, false),
            field("application_url", "Application URL", application_url, false),
            field("key", "Key", key, true),
            field("secret", "Secret", secret, true),
            field("notes", "Notes", notes, true),
        ],
    }
}

/// One field of contents.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// The name for programs.
    pub name: &'static str,
    /// The words for people.
    pub words: &'static str,
    /// What was filled in.
    pub value: &'a str,
    /// Whether it is asked for unseen, and hidden where hiding is asked for.
    pub secret: bool,
}

/// All fields by name, for programs.
pub fn fields_by_name(contents: &Contents) -> BTreeMap<&'static str, &str> {
    fields(contents).into_iter().map(|field| (field.name, field.value)).collect()
}

/// All fields for people: one in each line, texts of several lines below their name.
pub fn fields_as_text(contents: &Contents, hide: bool) -> String {
    let mut text = String::new();
    for field in fields(contents).into_iter().filter(|field| !field.value.is_empty()) {
        let value = if hide && field.secret { "(hidden)" } else { field.value };
        if value.contains('\n') {
            // As it is, without indenting: keys and certificates are copied from here.
            text.push_str(&format!("{}:\n{value}\n", field.words));
        } else {
            text.push_str(&format!("{}: {value}\n", field.words));
        }
    }
    text
}

fn open_row(session: &Session, served: &ItemRow, known: &BTreeMap<ItemId, Seen>) -> Result<(Details, Seen), Refusal> {
    let (epochs, versions) = ([served.epoch.record.0.clone()], [served.version.record.0.clone()]);
    let records = Records { epochs: &epochs, versions: &versions };
    let id = *served.id.as_bytes();
    let item = Item::open(&session.account, id, &records, &served.epoch.wrap.0, known.get(&served.id))?;
    Ok((item.details(&served.version.details.0)?, item.seen()))
}

fn checked(session: &Session, id: ItemId, served: Served) -> Result<Opened, Failure> {
    let known = session.home.seen(session.told.user)?;
    let epochs: Vec<Vec<u8>> = served.epochs.iter().map(|epoch| epoch.record.0.clone()).collect();
    let versions: Vec<Vec<u8>> = served.versions.iter().map(|saved| saved.version.record.0.clone()).collect();
    let wrap = served.epochs.last().map(|epoch| epoch.wrap.0.clone()).unwrap_or_default();
    let records = Records { epochs: &epochs, versions: &versions };
    let item = Item::open(&session.account, *id.as_bytes(), &records, &wrap, known.get(&id))?;
    session.home.remember_seen(session.told.user, &[(id, item.seen())])?;
    Ok(Opened { served, item })
}

fn latest(served: &Served) -> Result<&Sealed, Failure> {
    let newest = served.versions.last().map(|saved| &saved.version.details);
    newest.ok_or_else(|| Failure::integrity("the appliance answered without any version of the item"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Contents {
        Contents::Account {
            name: "Staging".into(),
            url: "https://staging.example.com".into(),
            username: "deploy".into(),
            password: "s3cret".into(),
            mfa_key: String::new(),
            notes: "one\ntwo".into(),
        }
    }

    #[test]
    fn fields_are_shown_in_order_without_the_empty_ones() {
        let text = fields_as_text(&account(), false);
        assert_eq!(text, "Name: Staging\nURL: https://staging.example.com\nUsername: deploy\nPassword: s3cret\nNotes:\none\ntwo\n");
    }

    #[test]
    fn what_is_secret_can_be_hidden() {
        let text = fields_as_text(&account(), true);
        assert!(
            text.contains("Password: (hidden)") && text.contains("Notes: (hidden)") && !text.contains("s3cret") && !text.contains("two")
        );
    }

    #[test]
    fn programs_get_every_field_by_its_name() {
        let contents = account();
        let names: Vec<&str> = fields_by_name(&contents).into_keys().collect();
        assert_eq!(names, ["mfa_key", "name", "notes", "password", "url", "username"]);
    }
}
