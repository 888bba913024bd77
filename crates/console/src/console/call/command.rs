//! What a call would be on the command line. Each of these is parsed by the commands themselves in a test.
//!
//! Nothing secret stands in a command: arguments are visible to everybody on the machine.

use super::{Call, Chosen};

impl Call {
    /// The command that does the same; nothing where only the console asks so.
    pub(crate) fn command(&self) -> Option<String> {
        let words = self.words();
        (!words.is_empty()).then(|| format!("posternctl {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")))
    }

    /// The words behind `posternctl`.
    pub(crate) fn words(&self) -> Vec<String> {
        match self {
            Self::Me | Self::Lanes | Self::Lane(..) => Vec::new(),
            Self::Health => words(&["health"]),
            Self::Links(filter, _) => [
                words(&["share", "list"]),
                option("--owner", filter.owner.as_deref()),
                option("--recipient", filter.recipient.as_deref()),
                option("--item", filter.item.as_deref()),
                option("--share", filter.share.as_deref()),
                option("--state", filter.state.as_deref()),
            ]
            .concat(),
            Self::RevokeShare(share) => words(&["share", "revoke", &share.to_string()]),
            Self::RevokeLink(link) => words(&["share", "revoke", "--link", &link.to_string()]),
            Self::CountFreeze(chosen) => [words(&["share", "freeze"]), chosen.words(), words(&["--count"])].concat(),
            Self::Freeze(chosen, reason) => {
                [words(&["share", "freeze"]), chosen.words(), option("--reason", Some(reason.as_str()))].concat()
            }
            Self::Freezes(_) => words(&["share", "freezes"]),
            Self::LiftFreeze(freeze) => words(&["share", "unfreeze", &freeze.to_string()]),
            Self::Users(_) => words(&["user", "list"]),
            Self::Invite { name, full_name, email, external, mail } => [
                words(&["user", "invite", name.as_str()]),
                option("--full-name", Some(full_name.as_str())),
                option("--email", Some(email.as_str())),
                flag("--external", *external),
                flag("--mail", *mail),
            ]
            .concat(),
            Self::SuspendUser(name) => words(&["user", "suspend", name.as_str()]),
            Self::ResumeUser(name) => words(&["user", "resume", name.as_str()]),
            Self::ExternalShare(name, true) => words(&["user", "allow-external", name.as_str()]),
            Self::ExternalShare(name, false) => words(&["user", "deny-external", name.as_str()]),
            Self::Audit(filter, _) => [
                words(&["audit", "list"]),
                option("--event", filter.event.as_deref()),
                option("--actor", filter.actor.as_deref()),
                option("--who", filter.who.as_deref()),
                option("--address", filter.address.as_deref()),
                option("--user", filter.user.as_deref()),
                option("--item", filter.item.as_deref()),
                option("--share", filter.share.as_deref()),
                option("--link", filter.link.as_deref()),
                flag("--refused", filter.refused == Some(true)),
            ]
            .concat(),
            Self::Messages(state, _) => [words(&["mail", "list"]), option("--state", state.as_deref())].concat(),
            Self::RetryMessage(message) => words(&["mail", "retry", &message.to_string()]),
            Self::RetryDead => words(&["mail", "retry", "--all-dead"]),
            Self::DropMessage(message) => words(&["mail", "drop", &message.to_string()]),
            Self::TestMail(to) => words(&["mail", "test", to.as_str()]),
            Self::ExplainGate(address, via) => {
                let via = via.iter().flat_map(|hop| option("--via", Some(hop)));
                words(&["gate", "explain", address]).into_iter().chain(via).collect()
            }
            Self::AcceptClock => words(&["clock", "accept"]),
        }
    }
}

impl Chosen {
    /// What it selects by and the selected thing, as an option of the command.
    fn words(&self) -> Vec<String> {
        match self {
            Self::Link(link) => words(&["--link", &link.to_string()]),
            Self::Share(share) => words(&["--share", &share.to_string()]),
            Self::Owner(name) => words(&["--owner", name.as_str()]),
            Self::Item(item) => words(&["--item", &item.to_string()]),
            Self::Recipient(email) => words(&["--recipient", email.as_str()]),
        }
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// An option with its value in one word, so that a value that begins with `-` stays a value.
fn option(name: &str, value: Option<&str>) -> Vec<String> {
    value.map(|value| format!("{name}={value}")).into_iter().collect()
}

fn flag(name: &str, given: bool) -> Vec<String> {
    given.then(|| name.to_owned()).into_iter().collect()
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
