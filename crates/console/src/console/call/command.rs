//! What a call would be on the command line. Each of these is parsed by the commands themselves in a test.
//!
//! Nothing secret stands in a command: arguments are visible to everybody on the machine.

use api::Selection;
use api::admin::shares::Sort;

use super::{Call, Chosen};
use crate::show::shell;

impl Call {
    /// The command that does the same; nothing where only the console asks so.
    pub(crate) fn command(&self) -> Option<String> {
        let words = self.words();
        (!words.is_empty()).then(|| shell::line(&words))
    }

    /// The words behind `posternctl`.
    pub(crate) fn words(&self) -> Vec<String> {
        match self {
            Self::Me | Self::Overview | Self::Lanes | Self::Lane(..) | Self::Networks => Vec::new(),
            Self::Health => words(&["health"]),
            Self::Links(filter, _) => [
                words(&["share", "list"]),
                option("--owner", filter.owner.as_deref()),
                option("--recipient", filter.recipient.as_deref()),
                option("--item", filter.item.as_deref()),
                option("--share", filter.share.as_deref()),
                option("--link", filter.link.as_deref()),
                option("--state", filter.state.as_deref()),
                option("--delivery", filter.delivery.as_deref()),
                option("--made-from", filter.made_from.map(|at| at.to_string()).as_deref()),
                option("--made-until", filter.made_until.map(|at| at.to_string()).as_deref()),
                option("--sort", (filter.sort != Sort::default()).then(|| filter.sort.name())),
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
            Self::Users(filter, _) => [
                words(&["user", "list"]),
                option("--name", filter.name.as_deref()),
                option("--standing", filter.standing.as_deref()),
                option("--external", filter.external.map(yes_or_no)),
                option("--registered", filter.registered.map(yes_or_no)),
            ]
            .concat(),
            Self::Sessions(name, _) => words(&["user", "sessions", name.as_str()]),
            Self::EndSessions(name) => words(&["user", "end-sessions", name.as_str()]),
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
            Self::Proposal(path, days) => [words(&["gate", "replay"]), option("--days", Some(&days.to_string())), behind(path)].concat(),
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
            Self::Selected(Selection::Made { from, until }) => {
                words(&["--made-from", &from.to_string(), "--made-until", &until.to_string()])
            }
            Self::Selected(selection) => words(&[&format!("--{}", selection.kind()), &selection.value()]),
        }
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// As options and filters say it.
const fn yes_or_no(fact: bool) -> &'static str {
    if fact { "yes" } else { "no" }
}

/// An option with its value in one word, so that a value that begins with `-` stays a value.
fn option(name: &str, value: Option<&str>) -> Vec<String> {
    value.map(|value| format!("{name}={value}")).into_iter().collect()
}

/// A path that begins with `-` is no option.
fn behind(path: &str) -> Vec<String> {
    let dashes = path.starts_with('-').then_some("--");
    dashes.into_iter().chain([path]).map(str::to_owned).collect()
}

fn flag(name: &str, given: bool) -> Vec<String> {
    given.then(|| name.to_owned()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use api::{FreezeId, ItemId, LinkId, MessageId, ShareId, Timestamp};
    use clap::Parser as _;
    use client::admin::{audit, shares, users};

    use super::*;
    use crate::arguments::Arguments;
    use crate::console::call::From;

    /// One of each, with values that a careless shell would take apart.
    fn calls() -> Vec<Call> {
        let (share, link, item) = (ShareId::from_bytes([1; 16]), LinkId::from_bytes([2; 16]), ItemId::from_bytes([3; 16]));
        let (ada, bob): (api::text::UserName, api::text::Email) = ("ada".parse().unwrap(), "b'ob+x@example.com".parse().unwrap());
        let message = MessageId::from_bytes([4; 16]);
        let mut calls = vec![
            Call::Health,
            Call::RevokeShare(share),
            Call::RevokeLink(link),
            Call::Freezes(From::default()),
            Call::LiftFreeze(FreezeId::from_bytes([5; 16])),
            Call::Users(
                users::Filter {
                    name: Some("a".to_owned()),
                    standing: Some("suspended".to_owned()),
                    external: Some(true),
                    registered: Some(false),
                },
                From::default(),
            ),
            Call::Sessions(ada.clone(), From::default()),
            Call::EndSessions(ada.clone()),
            Call::SuspendUser(ada.clone()),
            Call::ResumeUser(ada.clone()),
            Call::ExternalShare(ada.clone(), true),
            Call::ExternalShare(ada.clone(), false),
            Call::Messages(Some("dead".to_owned()), From::default()),
            Call::RetryMessage(message),
            Call::RetryDead,
            Call::DropMessage(message),
            Call::TestMail(bob.clone()),
            Call::ExplainGate("203.0.113.7".to_owned(), vec!["10.0.0.1".to_owned(), "10.0.0.2".to_owned()]),
            Call::Proposal("-gate of 'ours'.toml".to_owned(), 30),
            Call::Proposal("/tmp/gate.toml".to_owned(), 7),
            Call::AcceptClock,
        ];
        calls.push(Call::Invite {
            name: ada.clone(),
            full_name: "-Ada \"O'Hara\" $HOME".parse().unwrap(),
            email: bob.clone(),
            external: true,
            mail: true,
        });
        calls.push(Call::Links(
            shares::Filter {
                owner: Some("ada".to_owned()),
                recipient: Some(bob.to_string()),
                item: Some(item.to_string()),
                share: Some(share.to_string()),
                link: Some(link.to_string()),
                state: Some("used-up".to_owned()),
                delivery: Some("by-hand".to_owned()),
                made_from: Some(Timestamp::from_millis(1_700_000_000_000)),
                made_until: Some(Timestamp::from_millis(1_700_086_400_000)),
                sort: Sort::Expires,
            },
            From::default(),
        ));
        calls.push(Call::Audit(
            audit::Filter {
                event: Some("link.revealed".to_owned()),
                actor: Some("recipient".to_owned()),
                who: Some("root(0)".to_owned()),
                address: Some("10.20.0.5".to_owned()),
                user: Some("ada".to_owned()),
                item: Some(item.to_string()),
                share: Some(share.to_string()),
                link: Some(link.to_string()),
                refused: Some(true),
            },
            From::default(),
        ));
        let network = Chosen::Selected(Selection::network("2001:db8::/32").unwrap());
        let made = Chosen::Selected(Selection::made(Timestamp::from_millis(0), Timestamp::from_millis(1)).unwrap());
        let named = [Chosen::Link(link), Chosen::Share(share), Chosen::Owner(ada), Chosen::Item(item), Chosen::Recipient(bob)];
        for chosen in named.into_iter().chain([network, made]) {
            calls.push(Call::CountFreeze(chosen.clone()));
            calls.push(Call::Freeze(chosen, "-- it's \"stolen\" `now`".parse().unwrap()));
        }
        calls
    }

    #[test]
    fn every_command_that_is_shown_is_one_that_there_is() {
        for call in calls() {
            let words = call.words();
            let parsed = Arguments::try_parse_from(std::iter::once("posternctl").chain(words.iter().map(String::as_str)));
            assert!(parsed.is_ok_and(|arguments| arguments.command.is_some()), "{words:?}");
        }
    }

    #[test]
    fn a_shell_takes_a_shown_command_for_the_words_that_were_meant() {
        for call in calls() {
            let command = call.command().unwrap();
            let said = std::process::Command::new("sh")
                .args(["-c", &format!("posternctl() {{ printf '%s\\n' \"$@\"; }}; {command}")])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(said.stdout).unwrap().lines().collect::<Vec<_>>(), call.words(), "{command}");
        }
    }
}
