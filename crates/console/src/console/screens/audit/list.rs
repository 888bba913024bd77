//! How the audit log is listed: what is asked for, what a page of it becomes, what completes its filter.
//!
//! Nothing here hides a record: what is looked for is only marked.

use api::Page;
use jiff::tz::TimeZone;

use super::columns::{COLUMNS, Told};
use super::details::Details;
use super::narrow;
use crate::console::call::{Answer, Call, From};
use crate::console::filter::{Language, Term};
use crate::console::widgets::listed::Listing;
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Window;

impl Listing for Told {
    type Details = Details;

    const LANGUAGE: Language = narrow::LANGUAGE;

    const COLUMNS: &'static [Column<Self>] = &COLUMNS;

    fn call(narrowed: &[Term], from: From) -> Call {
        Call::Audit(narrow::asked(narrowed), from)
    }

    fn page(answer: Answer, narrowed: &[Term], zone: &TimeZone) -> Option<Page<Self>> {
        let Answer::Entries(page) = answer else { return None };
        let text = narrow::text(narrowed);
        let rows = page.rows.into_iter().map(|entry| Self::new(entry, zone, text.as_deref())).collect();
        Some(Page { rows, next: page.next })
    }

    fn teaches(_narrowed: bool) -> &'static [&'static str] {
        &["No event fits this filter.", "/ changes it. Words narrow together: event:link.refused address:10.20.0.5 shows what is both."]
    }

    fn known(key: &str, rows: &Window<Self>) -> Vec<String> {
        let value = |row: &Self| {
            let record = &row.entry.record;
            match key {
                "who" => record.who.clone(),
                "address" => record.address.clone(),
                "user" => record.user.clone(),
                "item" => record.item.clone(),
                "share" => record.share.clone(),
                "link" => record.link.clone(),
                _ => String::new(),
            }
        };
        let seen = rows.rows().map(value).filter(|value| !value.is_empty());
        narrow::known(key).into_iter().chain(seen).collect()
    }
}
