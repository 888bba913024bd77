//! What the outbox can be narrowed by: what `posternctl mail list` takes.

use api::MessageState;

use crate::console::filter::{Key, Language, Term, value};

const STATES: [&str; 4] = ["waiting", "sent", "dead", "withdrawn"];

/// The keys.
pub(super) const LANGUAGE: Language = Language {
    keys: &[Key { name: "state", about: "what became of the message", values: &STATES, wrong: no_state }],
    guess: |_| Some("state"),
};

fn no_state(value: &str) -> Option<String> {
    (!MessageState::ALL.iter().any(|state| state.name() == value))
        .then(|| format!("there is no state {value}; there are {}", STATES.join(" ")))
}

/// What the daemon is asked for.
pub(super) fn asked(terms: &[Term]) -> Option<String> {
    value(terms, "state")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_asked_for() {
        assert_eq!(MessageState::ALL.map(MessageState::name), STATES);
    }
}
