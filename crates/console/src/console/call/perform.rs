//! The one place where a call is made. It blocks until the answer is there, so only the runner's threads come here.
//!
//! Nothing here decides whether it may be: the daemon does.

use std::path::Path;

use api::Selection;
use api::admin::freezes::Place;
use api::admin::users::Invite;
use api::text::Reason;
use client::Client;
use client::admin::audit;

use super::{Answer, Call, Chosen, Outcome};
use crate::commands::gate::proposed::Proposed;
use crate::failure::Failure;
use crate::person::Person;

impl Call {
    /// Makes the call.
    ///
    /// # Errors
    /// What the daemon said no to, or why there was no answer.
    pub(crate) fn perform(&self, client: &Client) -> Outcome {
        Ok(match self {
            Self::Me => Answer::Me(client.me()?),
            Self::Health => Answer::Health(client.health()?),
            Self::Overview => Answer::Overview(Box::new(client.overview()?)),
            Self::Links(filter, from) => Answer::Links(client.link_rows(filter, from.after.as_deref(), from.limit)?),
            Self::RevokeShare(share) => {
                Answer::Revoked(client.operator_revoke_share(*share).map_err(|error| Failure::missing(error, "share", share))?)
            }
            Self::RevokeLink(link) => {
                Answer::Revoked(client.operator_revoke_link(*link).map_err(|error| Failure::missing(error, "link", link))?)
            }
            Self::CountFreeze(chosen) => {
                Answer::Placed(client.freeze(&Place { selection: selection(client, chosen)?, reason: counting()?, count_only: true })?)
            }
            Self::Freeze(chosen, reason) => Answer::Placed(client.freeze(&Place {
                selection: selection(client, chosen).map_err(Failure::before_asking)?,
                reason: reason.clone(),
                count_only: false,
            })?),
            Self::Freezes(from) => Answer::Freezes(client.freezes(from.after.as_deref(), from.limit)?),
            Self::LiftFreeze(freeze) => {
                Answer::Lifted(client.lift_freeze(*freeze).map_err(|error| Failure::missing(error, "freeze", freeze))?)
            }
            Self::Users(filter, from) => Answer::Users(client.users(filter, from.after.as_deref(), from.limit)?),
            Self::Sessions(name, from) => {
                let found = client.sessions(name, from.after.as_deref(), from.limit);
                Answer::Sessions(found.map_err(|error| Failure::missing(error, "account", name))?)
            }
            Self::EndSessions(name) => {
                Answer::SessionsEnded(client.end_sessions(name).map_err(|error| Failure::missing(error, "account", name))?)
            }
            Self::Invite { name, full_name, email, external, mail } => Answer::Invited(client.invite(&Invite {
                name: name.clone(),
                full_name: full_name.clone(),
                email: email.clone(),
                external_share: *external,
                mail: *mail,
            })?),
            Self::SuspendUser(name) => Answer::User(client.suspend_user(name).map_err(|error| Failure::missing(error, "account", name))?),
            Self::ResumeUser(name) => Answer::User(client.resume_user(name).map_err(|error| Failure::missing(error, "account", name))?),
            Self::ExternalShare(name, allowed) => {
                Answer::User(client.set_external_share(name, *allowed).map_err(|error| Failure::missing(error, "account", name))?)
            }
            Self::Audit(filter, from) => Answer::Entries(client.audit(&by_id(client, filter)?, from.after.as_deref(), from.limit)?),
            Self::Lanes => Answer::Lanes(client.audit_lanes()?),
            Self::Lane(lane, after, limit) => Answer::Entries(client.audit_lane(*lane, *after, *limit)?),
            Self::Messages(state, from) => Answer::Messages(client.messages(state.as_deref(), from.after.as_deref(), from.limit)?),
            Self::RetryMessage(message) => {
                Answer::Message(client.retry_message(*message).map_err(|error| Failure::missing(error, "message", message))?)
            }
            Self::RetryDead => Answer::Retried(client.retry_dead_messages()?),
            Self::DropMessage(message) => {
                Answer::Message(client.drop_message(*message).map_err(|error| Failure::missing(error, "message", message))?)
            }
            Self::TestMail(to) => Answer::Tested(client.test_mail(to)?),
            Self::Networks => Answer::Networks(client.networks()?),
            Self::ExplainGate(address, via) => Answer::Explained(client.explain_gate(address, via)?),
            Self::Proposal(path, _) => Answer::Proposed(Proposed::read(Path::new(path))?),
            Self::AcceptClock => Answer::ClockAccepted(client.accept_clock()?),
        })
    }
}

/// An owner is chosen by name and frozen by id, like on the command line.
fn selection(client: &Client, chosen: &Chosen) -> Result<Selection, Failure> {
    Ok(match chosen {
        Chosen::Link(link) => Selection::Link(*link),
        Chosen::Share(share) => Selection::Share(*share),
        Chosen::Owner(name) => Selection::Owner(Person::Name(name.clone()).id(client)?),
        Chosen::Item(item) => Selection::Item(*item),
        Chosen::Recipient(email) => Selection::Recipient(email.clone()),
        Chosen::Selected(selection) => selection.clone(),
    })
}

/// Audit knows accounts by their ids, people by their names: either is taken, like on the command line.
fn by_id(client: &Client, filter: &audit::Filter) -> Result<audit::Filter, Failure> {
    let person = filter.user.as_deref().and_then(|user| user.parse::<Person>().ok());
    let user = person.map(|person| person.id(client).map(|id| id.to_string())).transpose()?;
    Ok(audit::Filter { user: user.or_else(|| filter.user.clone()), ..filter.clone() })
}

/// A count asks for a reason as a freeze does, though nobody will read it.
fn counting() -> Result<Reason, Failure> {
    "counted only".parse().map_err(|_| Failure::Usage("say why".to_owned()))
}
