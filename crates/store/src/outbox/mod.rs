//! The outbox: what is to be mailed. Rows name a kind and a link, and are rendered when they are sent.
//!
//! Nothing here carries a secret but rows for tokens, links and invitations, whose payload the daemon sealed, and which lose it once
//! sent or no longer of use; and no row stays for good.

mod due;
mod ended;
mod operators;
#[cfg(test)]
mod plans;
mod worker;

use diesel::prelude::*;
use vault::ids::version_7;
use vault::message::State;
use vault::{Digest, LinkId, MessageId, Timestamp, UserId};

use crate::schema::outbox;
use crate::shares::SealedMail;
use crate::{Broken, Tx};

pub(crate) use ended::{sweep, withdraw, withdraw_invitations};

pub use due::{Matter, Message, OfInvitation, OfLink};
pub use operators::{MessageRow, Retried};
pub use worker::{Failed, LEASE_SECONDS};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// To the recipient: the access token.
    Token,
    /// To the recipient: the link, where the appliance mails both.
    Link,
    /// To a person who is invited: the invitation.
    Invitation,
    /// To the owner: the link was viewed.
    Revealed,
    /// To the owner: the link was viewed, and that was the last view.
    UsedUp,
    /// To the owner: ten wrong tokens locked the link.
    Locked,
    /// To the owner: whoever holds link and token says that an earlier opening wasn't theirs.
    Reported,
    /// To the owner: the link expired and nobody had viewed it.
    ExpiredUnseen,
    /// To the owner: an operator's freeze was not lifted in time, so the link is burnt.
    FreezeBurnt,
    /// To the owner: the access token was given up, so the recipient doesn't have it.
    Undelivered,
    /// To the owner: the link was given up, so the recipient doesn't have it.
    UndeliveredLink,
    /// To the owner: the access token was given up, and the recipient may have it all the same.
    PerhapsDelivered,
    /// To the owner: the link was given up, and the recipient may have it all the same.
    PerhapsDeliveredLink,
    /// To the owner: an operator dropped the access token.
    Dropped,
    /// To the owner: an operator dropped the link.
    DroppedLink,
    /// Nothing that can be read: its row is damaged. It is given up and never sent.
    Unreadable,
}

impl About {
    /// Everything that a message can be about and be sent.
    pub const ALL: [Self; 15] = [
        Self::Token,
        Self::Link,
        Self::Invitation,
        Self::Revealed,
        Self::UsedUp,
        Self::Locked,
        Self::Reported,
        Self::ExpiredUnseen,
        Self::FreezeBurnt,
        Self::Undelivered,
        Self::UndeliveredLink,
        Self::PerhapsDelivered,
        Self::PerhapsDeliveredLink,
        Self::Dropped,
        Self::DroppedLink,
    ];

    /// What carries a payload, and is nothing without it.
    pub(crate) const CARRYING: [Self; 3] = [Self::Token, Self::Link, Self::Invitation];

    /// Whether it carries a payload.
    pub fn carries(self) -> bool {
        Self::CARRYING.contains(&self)
    }

    /// The stable name that audit, journal and programs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Link => "link",
            Self::Invitation => "invitation",
            Self::Revealed => "revealed",
            Self::UsedUp => "used-up",
            Self::Locked => "locked",
            Self::Reported => "reported",
            Self::ExpiredUnseen => "expired-unseen",
            Self::FreezeBurnt => "freeze-burnt",
            Self::Undelivered => "undelivered",
            Self::UndeliveredLink => "undelivered-link",
            Self::PerhapsDelivered => "perhaps-delivered",
            Self::PerhapsDeliveredLink => "perhaps-delivered-link",
            Self::Dropped => "dropped",
            Self::DroppedLink => "dropped-link",
            Self::Unreadable => "unreadable",
        }
    }

    fn named(name: &str) -> Result<Self, Broken> {
        Self::ALL.into_iter().find(|about| about.name() == name).ok_or_else(|| Broken::Damaged("a message's kind doesn't read".to_owned()))
    }

    /// The same for lists and for audit, which tell of a damaged message too.
    fn told(name: &str) -> Self {
        Self::named(name).unwrap_or(Self::Unreadable)
    }
}

/// Puts a notice about a link into the outbox, for its owner. `nth` tells apart what may happen twice at the same time.
pub(crate) fn notify(tx: &mut Tx<'_>, about: About, link: LinkId, nth: u32, address: &str) -> Result<(), Broken> {
    put(tx, notice_id(about, link, nth, tx.now()), about, Whom::Link(link), address, None)
}

/// Puts an access token into the outbox, for the link's recipient.
pub(crate) fn mail_token(tx: &mut Tx<'_>, mail: &SealedMail, link: LinkId) -> Result<(), Broken> {
    put(tx, mail.message, About::Token, Whom::Link(link), "", Some(&mail.sealed))
}

/// Puts a link into the outbox, for its recipient. It is held until its token has left.
pub(crate) fn mail_link(tx: &mut Tx<'_>, mail: &SealedMail, link: LinkId) -> Result<(), Broken> {
    put(tx, mail.message, About::Link, Whom::Link(link), "", Some(&mail.sealed))?;
    let held = (outbox::held.eq(true), outbox::due_at.eq(after_token(tx).as_millis()));
    diesel::update(outbox::table.find(mail.message.as_bytes().as_slice())).set(held).execute(tx.conn)?;
    Ok(())
}

/// Puts an invitation into the outbox, for the person who is invited. It is taken back once it has lapsed.
pub(crate) fn mail_invitation(tx: &mut Tx<'_>, mail: &SealedMail, user: UserId, expires_at: Timestamp) -> Result<(), Broken> {
    put(tx, mail.message, About::Invitation, Whom::Invited(user), "", Some(&mail.sealed))?;
    let row = outbox::table.find(mail.message.as_bytes().as_slice());
    diesel::update(row).set(outbox::sweep_at.eq(expires_at.as_millis())).execute(tx.conn)?;
    Ok(())
}

/// Lets a held link go its way, now that its token has left; a while later, so that the two don't arrive together.
fn release(tx: &mut Tx<'_>, link: LinkId) -> Result<(), Broken> {
    let held = outbox::table.filter(outbox::link.eq(link.as_bytes().as_slice())).filter(outbox::held.eq(true));
    let due = outbox::due_at.eq(after_token(tx).as_millis());
    diesel::update(held.filter(outbox::due_at.is_not_null())).set((outbox::held.eq(false), due)).execute(tx.conn)?;
    Ok(())
}

/// When a link may leave whose token leaves now.
fn after_token(tx: &Tx<'_>) -> Timestamp {
    tx.now().plus_seconds(i64::from(tx.policy().relay_gap_minutes) * 60)
}

/// Whom a message concerns.
enum Whom {
    Link(LinkId),
    Invited(UserId),
}

fn put(tx: &mut Tx<'_>, id: MessageId, about: About, whom: Whom, address: &str, payload: Option<&[u8]>) -> Result<(), Broken> {
    let now = tx.now();
    // What carries something waits as long as that is of use.
    let sweep_at = (!about.carries()).then(|| State::Waiting.until(now).as_millis());
    let now = now.as_millis();
    let (link, account) = match &whom {
        Whom::Link(link) => (Some(link.as_bytes().as_slice()), None),
        Whom::Invited(user) => (None, Some(user.as_bytes().as_slice())),
    };
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id.as_bytes().as_slice()),
            outbox::about.eq(about.name()),
            outbox::link.eq(link),
            outbox::account.eq(account),
            outbox::address.eq(address),
            outbox::payload.eq(payload),
            outbox::created_at.eq(now),
            outbox::due_at.eq(now),
            outbox::sweep_at.eq(sweep_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A notice's id: a UUIDv7 whose random part is a digest of what the notice tells, because a write may run twice and nothing here is random.
fn notice_id(about: About, link: LinkId, nth: u32, now: Timestamp) -> MessageId {
    let millis = now.as_millis().to_be_bytes();
    let digest = Digest::of(&[b"postern/1/notice\0", about.name().as_bytes(), link.as_bytes(), &nth.to_be_bytes(), &millis]);
    let mut id = [0; 16];
    // The first six bytes are the time's.
    for (byte, from) in id.iter_mut().skip(6).zip(digest.as_bytes()) {
        *byte = *from;
    }
    MessageId::from_bytes(version_7(now, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: LinkId = LinkId::from_bytes([7; 16]);
    const NOW: Timestamp = Timestamp::from_millis(0x0190_163d_8694);

    #[test]
    fn a_notices_id_follows_time_and_tells_notices_apart() {
        let id = notice_id(About::Revealed, LINK, 1, NOW);
        assert_eq!(id.check_fresh(NOW), Ok(()));
        assert_eq!(id, notice_id(About::Revealed, LINK, 1, NOW));
        assert_ne!(id, notice_id(About::Revealed, LINK, 2, NOW));
        assert_ne!(id, notice_id(About::Locked, LINK, 1, NOW));
        assert!(id < notice_id(About::Revealed, LINK, 1, NOW.plus_millis(1)));
    }

    #[test]
    fn every_kind_of_message_has_a_name_that_reads_back() {
        for about in About::ALL {
            assert_eq!(About::named(about.name()), Ok(about));
        }
    }
}
