//! Every call of the admin API with its arguments, and what may come of it.
//!
//! A screen names a call and never makes one; what a call would be on the command line is told by the same table, so the commands
//! that the console shows are the commands that there are.

mod command;
mod perform;
mod told;

use api::admin::audit::{Entry, LaneHead};
use api::admin::freezes::{Freeze, Placed};
use api::admin::gate::{Explained, Networks};
use api::admin::health::{ClockAccepted, Health};
use api::admin::mail::{Message, Retried, Tested};
use api::admin::me::Me;
use api::admin::overview::Overview;
use api::admin::shares::{LinkRow, Revoked};
use api::admin::users::{Invited, Session, SessionsEnded, User};
use api::text::{Email, FullName, Reason, UserName};
use api::{FreezeId, ItemId, LinkId, MessageId, Page, Selection, ShareId};
use client::admin::{audit, shares, users};

pub(crate) use self::told::counted;
use crate::commands::gate::proposed::Proposed;
use crate::failure::Failure;

/// A call's number, by which its answer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket(pub(crate) u64);

/// Where a page begins, and how long it may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct From {
    /// What an earlier page called its `next`; nothing for the list's beginning.
    pub(crate) after: Option<String>,
    /// The most rows.
    pub(crate) limit: u32,
}

/// Which links a freeze takes, as an operator says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// One link.
    Link(LinkId),
    /// Every link of a share.
    Share(ShareId),
    /// Every link of an owner, looked up by name.
    Owner(UserName),
    /// Every link of an item.
    Item(ItemId),
    /// Every link sent to an address.
    Recipient(Email),
    /// Every link opened from a network, or made in a time.
    Selected(Selection),
}

/// Something to ask of the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Who the kernel says this is.
    Me,
    /// How the appliance is.
    Health,
    /// What an operator looks at first.
    Overview,
    /// A page of links, in the filter's order.
    Links(shares::Filter, From),
    /// Ends every link of a share.
    RevokeShare(ShareId),
    /// Ends one link.
    RevokeLink(LinkId),
    /// Counts what a freeze would take.
    CountFreeze(Chosen),
    /// Freezes, with the reason that audit keeps.
    Freeze(Chosen, Reason),
    /// A page of freezes, newest first.
    Freezes(From),
    /// Lifts a freeze.
    LiftFreeze(FreezeId),
    /// A page of accounts, by name.
    Users(users::Filter, From),
    /// A page of an account's sessions, the latest first.
    Sessions(UserName, From),
    /// Ends all of an account's sessions.
    EndSessions(UserName),
    /// Invites somebody.
    Invite {
        /// The name to sign in with.
        name: UserName,
        /// The person's name.
        full_name: FullName,
        /// Where notices go.
        email: Email,
        /// Whether they may share outside the vault from the start.
        external: bool,
        /// Whether the invitation is mailed instead of shown.
        mail: bool,
    },
    /// Suspends an account.
    SuspendUser(UserName),
    /// Ends a suspension.
    ResumeUser(UserName),
    /// Grants or withdraws the permission to share outside the vault.
    ExternalShare(UserName, bool),
    /// A page of audit entries, newest first.
    Audit(audit::Filter, From),
    /// Where each audit chain stands.
    Lanes,
    /// A page of one chain, oldest first: lane, after which place, how many.
    Lane(u32, u64, u32),
    /// A page of messages, newest first, of one state or of all.
    Messages(Option<String>, From),
    /// Makes a message due at once.
    RetryMessage(MessageId),
    /// Makes given-up messages due at once.
    RetryDead,
    /// Takes a message out of the outbox.
    DropMessage(MessageId),
    /// Sends a test message.
    TestMail(Email),
    /// The gate's rules that hold now.
    Networks,
    /// What the gate would decide about an address, by way of these hops.
    ExplainGate(String, Vec<String>),
    /// Reads a file with a proposed gate, to be tried against so many days of the log. Nothing is asked of the daemon; a file may be slow, too.
    Proposal(String, u32),
    /// Lets the daemon's clock count although it is behind.
    AcceptClock,
}

/// What came of a call.
#[derive(Debug)]
pub(crate) enum Answer {
    /// To [`Call::Me`].
    Me(Me),
    /// To [`Call::Health`].
    Health(Health),
    /// To [`Call::Overview`].
    Overview(Box<Overview>),
    /// To [`Call::Links`].
    Links(Page<LinkRow>),
    /// To [`Call::RevokeShare`] and [`Call::RevokeLink`].
    Revoked(Revoked),
    /// To [`Call::CountFreeze`] and [`Call::Freeze`].
    Placed(Placed),
    /// To [`Call::Freezes`].
    Freezes(Page<Freeze>),
    /// To [`Call::LiftFreeze`].
    Lifted(Freeze),
    /// To [`Call::Users`].
    Users(Page<User>),
    /// To [`Call::Sessions`].
    Sessions(Page<Session>),
    /// To [`Call::EndSessions`].
    SessionsEnded(SessionsEnded),
    /// To [`Call::Invite`]. The invitation in it is wiped when it is dropped.
    Invited(Invited),
    /// To [`Call::SuspendUser`], [`Call::ResumeUser`] and [`Call::ExternalShare`].
    User(User),
    /// To [`Call::Audit`] and [`Call::Lane`].
    Entries(Page<Entry>),
    /// To [`Call::Lanes`].
    Lanes(Vec<LaneHead>),
    /// To [`Call::Messages`].
    Messages(Page<Message>),
    /// To [`Call::RetryMessage`] and [`Call::DropMessage`].
    Message(Message),
    /// To [`Call::RetryDead`].
    Retried(Retried),
    /// To [`Call::TestMail`].
    Tested(Tested),
    /// To [`Call::Networks`].
    Networks(Networks),
    /// To [`Call::ExplainGate`].
    Explained(Explained),
    /// To [`Call::Proposal`].
    Proposed(Proposed),
    /// To [`Call::AcceptClock`].
    ClockAccepted(ClockAccepted),
}

/// What came, or why nothing did.
pub(crate) type Outcome = Result<Answer, Failure>;

impl Call {
    /// Whether it changes something. Such a call is never made a second time by itself: a lost answer doesn't mean that nothing happened.
    pub(crate) fn acts(&self) -> bool {
        match self {
            Self::Me | Self::Health | Self::Overview | Self::Networks | Self::Proposal(..) => false,
            Self::Links(..) | Self::CountFreeze(_) | Self::Freezes(_) | Self::Users(..) | Self::Sessions(..) => false,
            Self::Audit(..) | Self::Lanes | Self::Lane(..) | Self::Messages(..) | Self::ExplainGate(..) => false,
            Self::RevokeShare(_) | Self::RevokeLink(_) | Self::Freeze(..) | Self::LiftFreeze(_) | Self::Invite { .. } => true,
            Self::SuspendUser(_) | Self::ResumeUser(_) | Self::ExternalShare(..) | Self::EndSessions(_) => true,
            Self::RetryMessage(_) | Self::RetryDead | Self::DropMessage(_) | Self::TestMail(_) | Self::AcceptClock => true,
        }
    }
}
