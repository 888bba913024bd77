//! The mail worker's side of the outbox: what is due, what was sent, what failed.
//!
//! Nothing here is rendered or sent: a message goes out as what it is about and whom it concerns.

use diesel::prelude::*;
use vault::event::{Actor, Kind, Subject};
use vault::text::{Email, FullName, Label};
use vault::{ItemId, LinkId, MessageId, Refusal, ShareId, Timestamp, UserId};

use super::About;
use crate::schema::{links, outbox, shares, users};
use crate::{Answer, Broken, Call, Store, Tx, rows};

/// For how long a message that was handed to a worker is nobody else's, in seconds. After that it is handed out again.
pub const LEASE_SECONDS: i64 = 300;

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
            About::Revealed | About::UsedUp | About::Locked | About::Reported | About::ExpiredUnseen => &self.owner_email,
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
    let row: Option<(String, Vec<u8>)> = found.select((outbox::about, links::id)).first(tx.conn).optional()?;
    let (about, link) = row.ok_or(Refusal::NotFound)?;
    Ok((about, crate::shares::link(tx.conn, rows::id(&link)?)?.unwrap_or_default()))
}
