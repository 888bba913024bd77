//! Events: what audit and journal tell. The table of kinds, one record's shape, its canonical encoding, the chain.
//!
//! Nothing here carries a secret, a link's secret part, a token, a proof, a password or a body: an event has no field for them.

mod chain;
mod encoding;
mod intent;
mod table;

use std::collections::BTreeMap;
use std::net::IpAddr;

pub use chain::{Chain, Lane};
pub use encoding::Malformed;
pub use intent::INTENT;
pub use table::{Entry, Kind, Priority};

use crate::text::UserName;
use crate::{ItemId, LinkId, Refusal, RequestId, ShareId, Timestamp, UserId};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in owner, by the name that they sign in with: it is one person's for good.
    Owner(UserName),
    /// Somebody who holds a link.
    Recipient(LinkId),
    /// Somebody at the admin socket, as the kernel names them.
    Operator {
        /// The Unix user id.
        uid: u32,
        /// The Unix user name at that time, or the id as text where it has none.
        name: String,
    },
    /// Somebody who has proved nothing.
    Stranger,
    /// The appliance itself.
    Appliance,
}

impl Actor {
    /// The stable name of what kind of actor it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Owner(_) => "owner",
            Self::Recipient(_) => "recipient",
            Self::Operator { .. } => "operator",
            Self::Stranger => "stranger",
            Self::Appliance => "appliance",
        }
    }

    /// Who exactly, as text: an owner's name, a link id, a Unix user; nothing for the rest.
    pub fn who(&self) -> String {
        match self {
            Self::Owner(name) => name.to_string(),
            Self::Recipient(id) => id.to_string(),
            Self::Operator { uid, name } => format!("{name}({uid})"),
            Self::Stranger | Self::Appliance => String::new(),
        }
    }
}

/// What it was done to. Every part is optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The account concerned: the share's or item's owner, or the account acted upon.
    pub user: Option<UserId>,
    /// The item concerned.
    pub item: Option<ItemId>,
    /// The share concerned.
    pub share: Option<ShareId>,
    /// The link concerned.
    pub link: Option<LinkId>,
}

/// Something that happened, or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// When, by the time that counts.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// From where.
    pub address: Option<IpAddr>,
    /// In which request; the journal's other lines about it bear the same id.
    pub request: Option<RequestId>,
    /// On what.
    pub subject: Subject,
    /// Why it was refused; nothing for what was done.
    pub refusal: Option<Refusal>,
    /// The further fields that the table names for this kind.
    pub details: BTreeMap<&'static str, String>,
}

impl Event {
    /// An event of this kind with nothing but its time and its actor.
    pub fn new(kind: Kind, at: Timestamp, actor: Actor) -> Self {
        Self { kind, at, actor, address: None, request: None, subject: Subject::default(), refusal: None, details: BTreeMap::new() }
    }

    /// The event with what it was done to.
    #[must_use]
    pub fn on(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// The event as a refusal.
    #[must_use]
    pub fn refused(mut self, refusal: Refusal) -> Self {
        self.refusal = Some(refusal);
        self
    }

    /// The event with one more field. A field that the table doesn't name for this kind is left out, in debug builds asserted.
    #[must_use]
    pub fn with(mut self, field: &'static str, value: impl ToString) -> Self {
        debug_assert!(self.kind.entry().details.contains(&field), "{} has no field {field}", self.kind.entry().name);
        if self.kind.entry().details.contains(&field) {
            self.details.insert(field, value.to_string());
        }
        self
    }

    /// The record of this event at its place in a chain.
    pub fn record(&self, lane: Lane, seq: u64) -> Record {
        let text = |id: Option<String>| id.unwrap_or_default();
        Record {
            lane,
            seq,
            at: self.at,
            event: self.kind.entry().name.to_owned(),
            actor: self.actor.kind().to_owned(),
            who: self.actor.who(),
            address: text(self.address.map(|a| a.to_string())),
            request: text(self.request.map(|id| id.to_string())),
            user: text(self.subject.user.map(|id| id.to_string())),
            item: text(self.subject.item.map(|id| id.to_string())),
            share: text(self.subject.share.map(|id| id.to_string())),
            link: text(self.subject.link.map(|id| id.to_string())),
            refusal: text(self.refusal.map(|refusal| refusal.name().to_owned())),
            details: self.details.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
        }
    }
}

/// An event as it is kept, told and hashed: all text, so that a reader of another version can still verify the chain.
/// Absent things are empty.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The lane whose chain it stands in.
    pub lane: Lane,
    /// Its place in the lane, counted from 1 without gaps.
    pub seq: u64,
    /// When, in milliseconds since the epoch.
    pub at: Timestamp,
    /// The kind's stable name.
    pub event: String,
    /// What kind of actor.
    pub actor: String,
    /// Which one.
    pub who: String,
    /// From where.
    pub address: String,
    /// In which request.
    pub request: String,
    /// The account concerned.
    pub user: String,
    /// The item concerned.
    pub item: String,
    /// The share concerned.
    pub share: String,
    /// The link concerned.
    pub link: String,
    /// Why it was refused.
    pub refusal: String,
    /// Further fields.
    pub details: BTreeMap<String, String>,
}

impl Record {
    /// The sentence for people: the table's, with each `{field}` replaced by this record's value, or by `-` where it has none.
    /// An event that this version doesn't know is told by its name.
    pub fn message(&self) -> String {
        let Some(kind) = Kind::named(&self.event) else {
            return self.event.clone();
        };
        let mut parts = kind.entry().message.split('{');
        let mut text = parts.next().unwrap_or_default().to_owned();
        // One pass, so that braces inside a value stay what they are.
        for part in parts {
            let (field, rest) = part.split_once('}').unwrap_or((part, ""));
            text.push_str(self.fields().find(|(name, _)| *name == field).map_or("-", |(_, value)| value));
            text.push_str(rest);
        }
        text
    }

    /// The named text fields that are not empty, details included, in a fixed order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let named: [(&str, &String); 9] = [
            ("actor", &self.actor),
            ("who", &self.who),
            ("address", &self.address),
            ("request", &self.request),
            ("user", &self.user),
            ("item", &self.item),
            ("share", &self.share),
            ("link", &self.link),
            ("refusal", &self.refusal),
        ];
        let details = self.details.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        named.into_iter().map(|(name, value)| (name, value.as_str())).chain(details).filter(|(_, value)| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_who_from_where_and_why() {
        let link = LinkId::from_bytes([7; 16]);
        let mut event = Event::new(Kind::LinkRefused, Timestamp::from_millis(5), Actor::Recipient(link))
            .on(Subject { link: Some(link), ..Subject::default() })
            .refused(Refusal::UsedUp)
            .with("action", "reveal");
        event.address = Some("10.20.0.5".parse().unwrap());
        let message = event.record(Lane(1), 1).message();
        assert!(message.contains("10.20.0.5") && message.contains("used-up") && message.contains("reveal"), "{message}");
        assert!(!message.contains('{'), "{message}");
    }

    #[test]
    fn braces_in_a_value_are_not_taken_for_a_field() {
        let event = Event::new(Kind::AccountInvited, Timestamp::from_millis(5), Actor::Operator { uid: 0, name: "{name}".into() });
        assert_eq!(event.with("name", "ada").record(Lane(1), 1).message(), "{name}(0) invited ada");
    }
}
