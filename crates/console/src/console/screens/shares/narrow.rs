//! What the list of shares can be narrowed by: what `posternctl share list` takes.
//!
//! Nothing here decides what fits: the daemon does.

use api::text::{Email, UserName};
use api::{ItemId, LinkId, ShareId};
use client::admin::shares::Filter;

use crate::console::filter::{Key, Language, Term, unreadable, value};

const STATES: [&str; 8] = ["waiting", "open", "used-up", "expired", "revoked", "frozen", "locked", "burnt"];

/// The keys.
pub(super) const LANGUAGE: Language = Language {
    keys: &[
        Key { name: "owner", about: "who shares, by name", values: &[], wrong: unreadable::<UserName> },
        Key { name: "recipient", about: "for whom, by address", values: &[], wrong: unreadable::<Email> },
        Key { name: "state", about: "what the link is like", values: &STATES, wrong: no_state },
        Key { name: "share", about: "one share, by its whole id", values: &[], wrong: unreadable::<ShareId> },
        Key { name: "link", about: "one link, by its whole id", values: &[], wrong: unreadable::<LinkId> },
        Key { name: "item", about: "one item, by its whole id", values: &[], wrong: unreadable::<ItemId> },
    ],
    guess: |word| match word {
        state if STATES.contains(&state) => Some("state"),
        address if address.contains('@') => Some("recipient"),
        id if id.parse::<LinkId>().is_ok() => Some("share"),
        _ => Some("owner"),
    },
};

fn no_state(value: &str) -> Option<String> {
    (!STATES.contains(&value)).then(|| format!("there is no state {value}; there are {}", STATES.join(" ")))
}

/// What the daemon is asked for.
pub(super) fn asked(terms: &[Term]) -> Filter {
    Filter {
        owner: value(terms, "owner"),
        recipient: value(terms, "recipient"),
        item: value(terms, "item"),
        share: value(terms, "share"),
        link: value(terms, "link"),
        state: value(terms, "state"),
        ..Filter::default()
    }
}
