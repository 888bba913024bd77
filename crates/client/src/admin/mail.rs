//! The outbox: look at it, try again, drop, test.

use api::admin::mail::{Message, Retried, Test, Tested};
use api::text::Email;
use api::{MessageId, Page};

use crate::{Answer, Client};

impl Client {
    /// One page of messages, newest first, of one state (`waiting`, `sent`, `dead`, `withdrawn`) or of all.
    pub fn messages(&self, state: Option<&str>, after: Option<&str>, limit: u32) -> Answer<Page<Message>> {
        self.get(&["admin", "mail"]).query("state", state).query("after", after).query("limit", Some(limit)).answer()
    }

    /// Makes a message due at once.
    pub fn retry_message(&self, message: MessageId) -> Answer<Message> {
        self.post(&["admin", "mail", &message.to_string(), "retry"]).answer()
    }

    /// Makes given-up messages due at once: as many as one call takes.
    pub fn retry_dead_messages(&self) -> Answer<Retried> {
        self.post(&["admin", "mail", "retry-dead"]).answer()
    }

    /// Takes a message out of the outbox.
    pub fn drop_message(&self, message: MessageId) -> Answer<Message> {
        self.post(&["admin", "mail", &message.to_string(), "drop"]).answer()
    }

    /// Has a test message sent right now.
    pub fn test_mail(&self, to: &Email) -> Answer<Tested> {
        self.post(&["admin", "mail", "test"]).json(&Test { to: to.clone() }).answer()
    }
}
