//! What the list of users can be narrowed by: what `posternctl user list` takes.
//!
//! Nothing here sorts rows out: the daemon narrows, so that a page is whole however many accounts there are.

use client::admin::users::Filter;

use crate::console::filter::{Key, Language, Term, anything, value};

const STANDINGS: [&str; 2] = ["active", "suspended"];
const YES_OR_NO: [&str; 2] = ["yes", "no"];

/// The keys.
pub(super) const LANGUAGE: Language = Language {
    keys: &[
        Key { name: "name", about: "how the name begins that they sign in with", values: &[], wrong: anything },
        Key { name: "standing", about: "whether the account may be used", values: &STANDINGS, wrong: no_standing },
        Key { name: "external", about: "whether they may share with people outside", values: &YES_OR_NO, wrong: neither },
        Key { name: "registered", about: "whether they took up their invitation", values: &YES_OR_NO, wrong: neither },
    ],
    guess: |word| if STANDINGS.contains(&word) { Some("standing") } else { Some("name") },
};

fn no_standing(value: &str) -> Option<String> {
    (!STANDINGS.contains(&value)).then(|| format!("there is no standing {value}; there are {}", STANDINGS.join(" ")))
}

fn neither(value: &str) -> Option<String> {
    (!YES_OR_NO.contains(&value)).then(|| "say yes or no".to_owned())
}

/// What the daemon is asked for.
pub(super) fn asked(terms: &[Term]) -> Filter {
    let fact = |key| value(terms, key).map(|answer| answer == "yes");
    Filter {
        name: value(terms, "name").map(|name| name.to_lowercase()),
        standing: value(terms, "standing"),
        external: fact("external"),
        registered: fact("registered"),
    }
}
