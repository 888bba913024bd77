//! The outbox, as operators see it. What a message carries or says is never told.

use serde::{Deserialize, Serialize};
use vault::message::State;
use vault::text::Email;
use vault::{LinkId, MessageId, Timestamp};

/// A row of `GET /api/v1/admin/mail`, newest first. `POST .../{message}/retry` and `POST .../{message}/drop` answer with one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Which message.
    pub message: MessageId,
    /// What it is about: `token`, `link`, `invitation`, or the kind of notice.
    pub about: String,
    /// What it is like.
    pub state: State,
    /// To whom it goes.
    pub to: Email,
    /// The link concerned, if it is about one.
    pub link: Option<LinkId>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it is tried next, if it waits.
    pub due_at: Option<Timestamp>,
    /// When the mail server took it.
    pub sent_at: Option<Timestamp>,
    /// How often sending failed.
    pub attempts: u32,
    /// Why it failed last.
    pub last_failure: Option<String>,
    /// Whether an earlier try may have delivered it.
    pub uncertain: bool,
}

/// `POST /api/v1/admin/mail/retry-dead`: the answer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Retried {
    /// How many given-up messages are tried again.
    pub tried: u32,
    /// How many can't be: they carried a token, a link or an invitation, and lost it when they were given up.
    pub gone: u32,
    /// Whether there may be more: ask again.
    pub more: bool,
}

/// `POST /api/v1/admin/mail/test`. The answer is a [`Tested`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// To whom.
    pub to: Email,
}

/// What became of a test message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tested {
    /// Whether it was taken.
    pub accepted: bool,
    /// Whether it may have been taken although no answer came.
    pub uncertain: bool,
    /// What the mail server answered, or why nothing could be asked.
    pub answer: String,
}
