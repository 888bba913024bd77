//! The outbox: what is to be mailed. Rows name a kind and a link, and are rendered when they are sent.
//!
//! Nothing here carries a secret but `token` rows, whose payload the daemon sealed, and which lose it once sent or no longer of use.

use diesel::prelude::*;
use vault::event::{Actor, Kind, Subject};
use vault::text::{Email, FullName, Label};
use vault::{Digest, ItemId, LinkId, MessageId, Refusal, ShareId, Timestamp, UserId};

use crate::schema::{links, outbox, shares, users};
use crate::{Answer, Broken, Call, Store, Tx, rows};

/// For how long a message that was handed to a worker is nobody else's, in seconds. After that it is handed out again.
pub const LEASE_SECONDS: i64 = 300;

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
    /// To the owner: the link expired and nobody had viewed it.
    ExpiredUnseen,
}

impl About {
    const ALL: [Self; 5] = [Self::Token, Self::Revealed, Self::UsedUp, Self::Locked, Self::ExpiredUnseen];

    /// The stable name that audit, journal and programs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Revealed => "revealed",
            Self::UsedUp => "used-up",
            Self::Locked => "locked",
            Self::ExpiredUnseen => "expired-unseen",
        }
    }

    fn named(name: &str) -> Result<Self, Broken> {
        Self::ALL.into_iter().find(|about| about.name() == name).ok_or_else(|| Broken::Damaged("a message's kind doesn't read".to_owned()))
    }
}

/// A message to be sent, with all that rendering it needs.
#[derive(Clone)]
pub struct Message {
    /// Which it is.
    pub id: MessageId,
    /// What it is about.
    pub about: About,
    /// The link concerned.
    pub link: LinkId,
    /// Its share.
    pub share: ShareId,
    /// Its item.
    pub item: ItemId,
    /// Who shares.
    pub owner: UserId,
    /// The sharing person's name.
    pub owner_name: FullName,
    /// The sharing person's address.
    pub owner_email: Email,
    /// Whom the link is for.
    pub recipient: Email,
    /// What the owner calls the share.
    pub label: Option<Label>,
    /// Until when the link can be opened.
    pub expires_at: Timestamp,
    /// When it happened.
    pub at: Timestamp,
    /// From where it happened; empty where that means nothing.
    pub address: String,
    /// What the daemon sealed for this message alone.
    pub payload: Option<Vec<u8>>,
    /// How often sending failed.
    pub attempts: u32,
}

impl Message {
    /// To whom it goes.
    pub fn to(&self) -> &Email {
        match self.about {
            About::Token => &self.recipient,
            About::Revealed | About::UsedUp | About::Locked | About::ExpiredUnseen => &self.owner_email,
        }
    }
}

impl Store {
    /// Messages that are due, oldest first. They are the caller's for [`LEASE_SECONDS`]: another daemon on the same database gets others.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn due_messages(&self, call: &Call, limit: u32) -> Answer<Vec<Message>> {
        let clock = call.clock.as_millis();
        // Mostly there is nothing, and finding that out is no write.
        let due = outbox::table.filter(outbox::due_at.le(clock));
        if !self.read(move |conn| Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)).await? {
            return Ok(Vec::new());
        }
        self.write(call, move |tx| {
            let now = tx.now();
            let due = outbox::table
                .inner_join(links::table.inner_join(users::table).inner_join(shares::table))
                .filter(outbox::due_at.le(now.as_millis()))
                .order((outbox::due_at, outbox::id))
                .limit(i64::from(limit))
                .select((StoredMessage::as_select(), AboutLink::as_select(), AboutOwner::as_select(), shares::label));
            let due: Vec<Due> = due.load(tx.conn)?;
            let ids: Vec<&[u8]> = due.iter().map(|(message, ..)| message.id.as_slice()).collect();
            diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
                .set(outbox::due_at.eq(now.plus_seconds(LEASE_SECONDS).as_millis()))
                .execute(tx.conn)?;
            Ok(due.into_iter().map(message).collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes that a message was handed to the mail server; its payload goes.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn message_sent(&self, call: &Call, id: MessageId) -> Answer<()> {
        self.write(call, move |tx| {
            let (about, subject) = told(tx, id)?;
            let gone = (outbox::due_at.eq(None::<i64>), outbox::payload.eq(None::<Vec<u8>>), outbox::sent_at.eq(tx.now().as_millis()));
            diesel::update(outbox::table.find(id.as_bytes().as_slice())).set(gone).execute(tx.conn)?;
            let event = tx.event(Kind::MailSent, Actor::Appliance).on(subject);
            Ok(tx.record(event.with("message", id).with("about", about))?)
        })
        .await
    }

    /// Notes that a message could not be sent, and when to try again; without a next time it is given up and its payload goes.
    /// `why` is cut to 500 characters.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn message_failed(&self, call: &Call, id: MessageId, why: &str, next_try: Option<Timestamp>) -> Answer<()> {
        let why: String = why.chars().take(500).collect();
        self.write(call, move |tx| {
            let (about, subject) = told(tx, id)?;
            let row = outbox::table.find(id.as_bytes().as_slice());
            let failed = (
                outbox::due_at.eq(next_try.map(Timestamp::as_millis)),
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::last_failure.eq(&why),
            );
            diesel::update(row).set(failed).execute(tx.conn)?;
            if next_try.is_none() {
                diesel::update(row).set(outbox::payload.eq(None::<Vec<u8>>)).execute(tx.conn)?;
            }
            let event = tx.event(Kind::MailFailed, Actor::Appliance).on(subject);
            Ok(tx.record(event.with("message", id).with("about", about).with("why", &why))?)
        })
        .await
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn messages_waiting(&self) -> Result<u64, Broken> {
        let waiting = outbox::table.filter(outbox::due_at.is_not_null()).count();
        self.read(move |conn| rows::number(waiting.get_result(conn)?)).await
    }

    /// When the oldest message was stored that still carries a payload; nothing when none does. The daemon keeps its mail keys by this.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn oldest_payload(&self) -> Result<Option<Timestamp>, Broken> {
        // What is no longer due has lost its payload, so that the index over what is due finds them all.
        let carrying = outbox::table.filter(outbox::due_at.is_not_null()).filter(outbox::payload.is_not_null());
        let oldest = carrying.select(diesel::dsl::min(outbox::created_at));
        self.read(move |conn| Ok(oldest.get_result::<Option<i64>>(conn)?.map(rows::time))).await
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
    let time = millis.iter().skip(2);
    for (byte, from) in id.iter_mut().zip(time.chain(digest.as_bytes())) {
        *byte = *from;
    }
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut id;
    *version = *version & 0x0f | 0x70;
    *variant = *variant & 0x3f | 0x80;
    MessageId::from_bytes(id)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct StoredMessage {
    id: Vec<u8>,
    about: String,
    address: String,
    payload: Option<Vec<u8>>,
    created_at: i64,
    attempts: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = links)]
struct AboutLink {
    id: Vec<u8>,
    share: Vec<u8>,
    item: Vec<u8>,
    recipient: String,
    expires_at: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct AboutOwner {
    id: Vec<u8>,
    full_name: String,
    email: String,
}

type Due = (StoredMessage, AboutLink, AboutOwner, Option<String>);

fn message((message, link, owner, label): Due) -> Result<Message, Broken> {
    Ok(Message {
        id: rows::id(&message.id)?,
        about: About::named(&message.about)?,
        link: rows::id(&link.id)?,
        share: rows::id(&link.share)?,
        item: rows::id(&link.item)?,
        owner: rows::id(&owner.id)?,
        owner_name: rows::text(&owner.full_name)?,
        owner_email: rows::text(&owner.email)?,
        recipient: rows::text(&link.recipient)?,
        label: label.as_deref().map(rows::text).transpose()?,
        expires_at: rows::time(link.expires_at),
        at: rows::time(message.created_at),
        address: message.address,
        payload: message.payload,
        attempts: rows::count(message.attempts)?,
    })
}

/// What audit tells about a message.
fn told(tx: &mut Tx<'_>, id: MessageId) -> Answer<(String, Subject)> {
    let found = outbox::table.inner_join(links::table).filter(outbox::id.eq(id.as_bytes().as_slice()));
    let row: Option<(String, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>)> =
        found.select((outbox::about, links::owner, links::item, links::share, links::id)).first(tx.conn).optional()?;
    let (about, owner, item, share, link) = row.ok_or(Refusal::NotFound)?;
    let subject = Subject {
        user: Some(rows::id(&owner)?),
        item: Some(rows::id(&item)?),
        share: Some(rows::id(&share)?),
        link: Some(rows::id(&link)?),
    };
    Ok((about, subject))
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
