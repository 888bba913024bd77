//! What an act brought, in sentences for people.
//!
//! Nothing here tells the answer to a question: screens draw those.

use jiff::tz::TimeZone;

use super::{Answer, Call};
use crate::show::selection;
use crate::show::time::minute;

impl Answer {
    /// What the act did. An invitation is never in it.
    pub(crate) fn told(&self, call: &Call, zone: &TimeZone) -> Vec<String> {
        match (self, call) {
            (Self::Revoked(revoked), _) => vec![match revoked.links {
                0 => "Nothing was left to end: no link of it was alive. Somebody may have been quicker.".to_owned(),
                links => format!("Revoked: {} ended.", counted(links, "link")),
            }],
            (Self::Placed(placed), Call::CountFreeze(_)) => vec![format!("It takes {}.", counted(placed.links, "living link"))],
            (Self::Placed(placed), _) => std::iter::once(format!("Frozen: {}.", counted(placed.links, "living link")))
                .chain(
                    placed.burns_at.map(|at| format!("This can be undone until {}; what it still holds then is burnt.", minute(at, zone))),
                )
                .chain(placed.freeze.map(|freeze| format!("To lift it: u on the list of shares, or posternctl share unfreeze {freeze}")))
                .collect(),
            (Self::Lifted(freeze), _) => {
                vec![format!("Lifted: the freeze by {} holds no longer.", selection::told(&freeze.selection, freeze.owner.as_ref()))]
            }
            (Self::User(user), Call::SuspendUser(_)) => {
                vec![format!("{} ({}) is suspended: signed out everywhere, and every link frozen.", user.name, user.full_name)]
            }
            (Self::User(user), Call::ResumeUser(_)) => {
                vec![format!("{} ({}) may sign in again, and the account's links live again.", user.name, user.full_name)]
            }
            (Self::User(user), _) if user.external_share => {
                vec![format!("{} ({}) may share with people outside the vault.", user.name, user.full_name)]
            }
            (Self::User(user), _) => vec![format!("{} ({}) may no longer share with people outside the vault.", user.name, user.full_name)],
            (Self::SessionsEnded(ended), Call::EndSessions(name)) => vec![match ended.sessions {
                0 => format!("{name} was signed in nowhere: no session to end."),
                sessions => format!("Ended: {} of {name}, who may sign in again.", counted(sessions, "session")),
            }],
            (Self::Invited(invited), Call::Invite { name, email, .. }) => {
                let until = minute(invited.expires_at, zone);
                vec![match &invited.invitation {
                    None => format!("The invitation for {name} is mailed to {email}, valid until {until}."),
                    // What must not stay on a screen is never part of a sentence: the dialog that asked shows it by itself.
                    Some(_) => format!("The invitation for {name} was made, valid until {until}."),
                }]
            }
            (Self::Message(message), Call::DropMessage(_)) => vec![format!("Dropped: the message to {} is not sent.", message.to)],
            (Self::Message(message), _) => {
                vec![format!("The message to {} is tried now; the list of mail shows what becomes of it.", message.to)]
            }
            (Self::Retried(retried), _) => {
                let mut lines = vec![format!("Tried again: {}.", counted(retried.tried, "message"))];
                if retried.gone > 0 {
                    lines.push(format!(
                        "Not tried: {} whose access token is gone. Their owners have been told.",
                        counted(retried.gone, "message")
                    ));
                }
                if retried.more {
                    lines.push("There may be more: do it again.".to_owned());
                }
                lines
            }
            (Self::Tested(tested), _) => vec![match (tested.accepted, tested.uncertain) {
                (true, _) => format!("The mail server took it: {}", tested.answer),
                (false, true) => format!("It may have been taken, but no answer came: {}", tested.answer),
                (false, false) => format!("It was not taken: {}", tested.answer),
            }],
            (Self::ClockAccepted(accepted), _) => {
                vec![format!("Accepted: time continues at {}, after {}.", minute(accepted.to, zone), minute(accepted.from, zone))]
            }
            _ => vec!["Done.".to_owned()],
        }
    }
}

/// `1 link`, `2 links`.
pub(crate) fn counted(count: u32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
