//! Who was turned away at the gate lately: several kinds of events as one list, the newest first.
//!
//! Nothing here shows more of a visitor than audit has: an address, a door, how often, and why.

use api::admin::audit::Entry;
use client::admin::audit::Filter;
use vault::event::{Kind, Record};

use crate::console::call::{Call, From};
use crate::console::filter::{Key, Language, Term, unreadable, value};
use crate::console::look::Tone;
use crate::console::when::relative;
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Row;

/// The kinds that tell of somebody turned away.
pub(super) const KINDS: [Kind; 5] =
    [Kind::GateDenied, Kind::CertificateRefused, Kind::ProxyRefused, Kind::RequestsLimited, Kind::ConnectionsLimited];

const NAMES: [&str; 5] = ["gate.denied", "gate.certificate_refused", "proxy.refused", "gate.limited", "gate.crowded"];

/// How many events of each kind are looked at.
const EACH: u32 = 100;

/// What the denials can be narrowed by.
pub(super) const LANGUAGE: Language = Language {
    keys: &[
        Key { name: "event", about: "how somebody was turned away", values: &NAMES, wrong: no_event },
        Key { name: "address", about: "from where", values: &[], wrong: unreadable::<std::net::IpAddr> },
    ],
    guess: |word| if NAMES.contains(&word) { Some("event") } else { Some("address") },
};

fn no_event(value: &str) -> Option<String> {
    (!NAMES.contains(&value)).then(|| format!("here are {} only; the screen of audit has all", NAMES.join(" ")))
}

/// What the daemon is asked for: one call for each kind.
pub(super) fn asked(terms: &[Term]) -> Vec<Call> {
    let (event, address) = (value(terms, "event"), value(terms, "address"));
    let wanted = KINDS.iter().map(|kind| kind.entry().name).filter(|name| event.as_deref().is_none_or(|event| event == *name));
    let filter = |name: &str| Filter { event: Some(name.to_owned()), address: address.clone(), ..Filter::default() };
    wanted.map(|name| Call::Audit(filter(name), From { after: None, limit: EACH })).collect()
}

/// Somebody was turned away, once or so many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Denial(pub(super) Record);

impl Row for Denial {
    type Key = (u32, u64);

    fn key(&self) -> (u32, u64) {
        (self.0.lane.0, self.0.seq)
    }
}

/// All of it in one order, the newest first.
pub(super) fn merged(entries: Vec<Entry>) -> Vec<Denial> {
    let mut denials: Vec<Denial> = entries.into_iter().map(|entry| Denial(entry.record)).collect();
    denials.sort_by_key(|denial| std::cmp::Reverse((denial.0.at, denial.0.seq)));
    denials
}

/// What happened, in two or three words.
fn what(record: &Record) -> (&'static str, Tone) {
    match Kind::named(&record.event) {
        Some(Kind::GateDenied) => ("outside the networks", Tone::Warn),
        Some(Kind::CertificateRefused) => ("no certificate", Tone::Warn),
        Some(Kind::ProxyRefused) => ("no trusted proxy", Tone::Bad),
        Some(Kind::RequestsLimited) => ("slowed down", Tone::Plain),
        Some(Kind::ConnectionsLimited) => ("too many connections", Tone::Plain),
        _ => ("turned away", Tone::Plain),
    }
}

/// The columns.
pub(super) const COLUMNS: [Column<Denial>; 6] = [
    Column { title: "WHEN", least: 10, most: 12, rank: 0, cell: |denial, view| (relative(denial.0.at, view.now), Tone::Faint) },
    Column { title: "ADDRESS", least: 15, most: 39, rank: 0, cell: |denial, _| (address(&denial.0).to_owned(), Tone::Plain) },
    Column { title: "DOOR", least: 10, most: 10, rank: 2, cell: |denial, _| (detail(&denial.0, "door").to_owned(), Tone::Plain) },
    Column {
        title: "WHY",
        least: 20,
        most: 20,
        rank: 1,
        cell: |denial, _| {
            let (word, tone) = what(&denial.0);
            (word.to_owned(), tone)
        },
    },
    Column { title: "TIMES", least: 5, most: 8, rank: 3, cell: |denial, _| (detail(&denial.0, "count").to_owned(), Tone::Plain) },
    Column { title: "RULE", least: 12, most: 28, rank: 4, cell: |denial, _| (denial.0.refusal.clone(), Tone::Faint) },
];

fn detail<'a>(record: &'a Record, name: &str) -> &'a str {
    record.details.get(name).map(String::as_str).unwrap_or_default()
}

/// Its address. Where so many came that they were not told apart, that is said.
pub(super) fn address(record: &Record) -> &str {
    match record.address.as_str() {
        "0.0.0.0" | "::" => "many others",
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_names_the_events_that_are_asked_for() {
        assert_eq!(KINDS.map(|kind| kind.entry().name), NAMES);
    }
}
