//! What the audit log can be narrowed by: what `posternctl audit list` takes, and a text to look for in what is loaded.
//!
//! Nothing here decides what fits a key: the daemon does. The text is looked for here, and hides nothing.

use std::net::IpAddr;

use api::{ItemId, LinkId, ShareId};
use client::admin::audit::Filter;
use vault::event::Kind;

use crate::commands::audit::list::{ACTORS, event};
use crate::console::filter::{Key, Language, Term, anything, unreadable, value};
use crate::person::Person;

const REFUSED: [&str; 1] = ["yes"];

/// The keys.
pub(super) const LANGUAGE: Language = Language {
    keys: &[
        Key { name: "event", about: "what happened, like link.revealed", values: &[], wrong: |name| no_event(name) },
        Key { name: "actor", about: "what kind of actor", values: &ACTORS, wrong: |name| one_of(name, &ACTORS) },
        Key { name: "who", about: "who exactly: an owner's name, a link, or a Unix user like root(0)", values: &[], wrong: anything },
        Key { name: "address", about: "from which address", values: &[], wrong: unreadable::<IpAddr> },
        Key { name: "user", about: "the account concerned, by name or id", values: &[], wrong: unreadable::<Person> },
        Key { name: "item", about: "the item concerned, by its whole id", values: &[], wrong: unreadable::<ItemId> },
        Key { name: "share", about: "the share concerned, by its whole id", values: &[], wrong: unreadable::<ShareId> },
        Key { name: "link", about: "the link concerned, by its whole id", values: &[], wrong: unreadable::<LinkId> },
        Key { name: "refused", about: "only refusals", values: &REFUSED, wrong: |word| one_of(word, &REFUSED) },
        Key { name: "text", about: "looked for in what is loaded; n and N walk through what has it", values: &[], wrong: anything },
    ],
    guess: |word| match word {
        name if Kind::named(name).is_some() => Some("event"),
        actor if ACTORS.contains(&actor) => Some("actor"),
        address if address.parse::<IpAddr>().is_ok() => Some("address"),
        _ => Some("text"),
    },
};

fn no_event(name: &str) -> Option<String> {
    event(name).err().map(|_| format!("there is no event {name}; tab shows which there are"))
}

fn one_of(word: &str, words: &[&str]) -> Option<String> {
    (!words.contains(&word)).then(|| format!("there is no {word} here; there are: {}", words.join(" ")))
}

/// What the daemon is asked for.
pub(super) fn asked(terms: &[Term]) -> Filter {
    let address = value(terms, "address");
    Filter {
        event: value(terms, "event"),
        actor: value(terms, "actor"),
        who: value(terms, "who"),
        address: address.map(|address| address.parse().map_or(address, |address: IpAddr| address.to_canonical().to_string())),
        user: value(terms, "user"),
        item: value(terms, "item"),
        share: value(terms, "share"),
        link: value(terms, "link"),
        refused: value(terms, "refused").map(|word| word == "yes"),
    }
}

/// What is looked for in what is loaded, in small letters.
pub(super) fn text(terms: &[Term]) -> Option<String> {
    value(terms, "text").map(|text| text.to_lowercase())
}

/// The values that there are of a key, besides those that the list has shown.
pub(super) fn known(key: &str) -> Vec<String> {
    match key {
        "event" => Kind::ALL.iter().map(|kind| kind.entry().name.to_owned()).collect(),
        _ => Vec::new(),
    }
}
