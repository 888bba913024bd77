//! What the list of users can be narrowed by: what `posternctl user list` takes, and two things that the console sorts out itself.
//!
//! Nothing here decides who somebody is: the daemon's rows are taken as they are.

use api::admin::users::User;
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
    Filter { name: value(terms, "name").map(|name| name.to_lowercase()), standing: value(terms, "standing") }
}

/// Whether what the daemon isn't asked about fits, too.
pub(super) fn fits(terms: &[Term], user: &User) -> bool {
    let is = |key: &str, fact: bool| value(terms, key).is_none_or(|wanted| (wanted == "yes") == fact);
    is("external", user.external_share) && is("registered", user.registered)
}
