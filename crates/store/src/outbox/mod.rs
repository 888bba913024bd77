//! The outbox: what is to be mailed. Rows name a kind and a link, and are rendered when they are sent.
//!
//! Nothing here carries a secret but `token` rows, whose payload the daemon sealed, and which lose it once sent or no longer of use.

mod operators;
mod worker;

use diesel::prelude::*;
use vault::ids::version_7;
use vault::{Digest, LinkId, MessageId, Timestamp};

use crate::schema::outbox;
use crate::{Broken, Tx};

pub use operators::{MessageRow, Retried};
pub use worker::{Failed, LEASE_SECONDS, Message};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// To the recipient: the access token.
    Token,
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
    /// To the owner: the access token was given up, so the recipient doesn't have it.
    Undelivered,
}

impl About {
    const ALL: [Self; 7] =
        [Self::Token, Self::Revealed, Self::UsedUp, Self::Locked, Self::Reported, Self::ExpiredUnseen, Self::Undelivered];

    /// The stable name that audit, journal and programs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Revealed => "revealed",
            Self::UsedUp => "used-up",
            Self::Locked => "locked",
            Self::Reported => "reported",
            Self::ExpiredUnseen => "expired-unseen",
            Self::Undelivered => "undelivered",
        }
    }

    fn named(name: &str) -> Result<Self, Broken> {
        Self::ALL.into_iter().find(|about| about.name() == name).ok_or_else(|| Broken::Damaged("a message's kind doesn't read".to_owned()))
    }
}

/// Puts a notice about a link into the outbox, for its owner. `nth` tells apart what may happen twice at the same time.
pub(crate) fn notify(tx: &mut Tx<'_>, about: About, link: LinkId, nth: u32, address: &str) -> Result<(), Broken> {
    put(tx, notice_id(about, link, nth, tx.now()), about, link, address, None)
}

/// Puts an access token into the outbox, for the link's recipient.
pub(crate) fn mail_token(tx: &mut Tx<'_>, id: MessageId, link: LinkId, sealed: &[u8]) -> Result<(), Broken> {
    put(tx, id, About::Token, link, "", Some(sealed))
}

/// Takes access tokens back that wait for links which have ended: nobody needs them any more.
pub(crate) fn withdraw_tokens(tx: &mut Tx<'_>, ended: &[Vec<u8>]) -> Result<(), Broken> {
    let waiting = outbox::table.filter(outbox::link.eq_any(ended)).filter(outbox::due_at.is_not_null());
    let tokens = waiting.filter(outbox::about.eq(About::Token.name()));
    diesel::update(tokens).set((outbox::due_at.eq(None::<i64>), outbox::payload.eq(None::<Vec<u8>>))).execute(tx.conn)?;
    Ok(())
}

fn put(tx: &mut Tx<'_>, id: MessageId, about: About, link: LinkId, address: &str, payload: Option<&[u8]>) -> Result<(), Broken> {
    let now = tx.now().as_millis();
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id.as_bytes().as_slice()),
            outbox::about.eq(about.name()),
            outbox::link.eq(link.as_bytes().as_slice()),
            outbox::address.eq(address),
            outbox::payload.eq(payload),
            outbox::created_at.eq(now),
            outbox::due_at.eq(now),
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
