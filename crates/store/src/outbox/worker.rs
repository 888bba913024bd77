//! The mail worker's side of the outbox: what is due, what was sent, what failed.
//!
//! Nothing here is rendered or sent: a message goes out as what it is about and whom it concerns.

use diesel::prelude::*;
use vault::event::{Actor, Event, Kind, Subject};
use vault::text::{Email, FullName, Label};
use vault::{ItemId, LinkId, MessageId, Refusal, ShareId, Timestamp, UserId};

use super::About;
use crate::schema::{links, outbox, shares, users};
use crate::{Answer, Broken, Call, Store, Tx, rows};

/// For how long a message that was handed to a worker is nobody else's, in seconds. After that it is handed out again.
pub const LEASE_SECONDS: i64 = 300;

/// How much of a reason is kept, in characters.
const LONGEST_WHY: usize = 500;

/// Why nothing was heard of a message.
const SILENT: &str = "the daemon ended while it handed the message over";

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
    /// Until when it is the caller's.
    pub leased_until: Timestamp,
}

/// How sending a message failed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Why, with nothing from the message. It is cut to 500 characters.
    pub why: String,
    /// When to try again; nothing when it is given up.
    pub next_try: Option<Timestamp>,
    /// Whether it may have been delivered all the same.
    pub uncertain: bool,
}

impl Message {
    /// To whom it goes.
    pub fn to(&self) -> &Email {
        match self.about {
            About::Token => &self.recipient,
            About::Revealed | About::UsedUp | About::Locked | About::Reported | About::ExpiredUnseen | About::Undelivered => &self.owner_email,
        }
    }
}

impl Store {
    /// Messages that are due, oldest first. They are the caller's for [`LEASE_SECONDS`]: another daemon on the same database gets others.
    /// One whose handing over had begun and of which nothing was heard since may have been delivered; that is recorded.
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
            let until = now.plus_seconds(LEASE_SECONDS);
            let due = outbox::table
                .inner_join(links::table.inner_join(users::table).inner_join(shares::table))
                .filter(outbox::due_at.le(now.as_millis()))
                .order((outbox::due_at, outbox::id))
                .limit(i64::from(limit))
                .select((StoredMessage::as_select(), AboutLink::as_select(), AboutOwner::as_select(), shares::label));
            let due: Vec<Due> = due.load(tx.conn)?;
            let ids: Vec<&[u8]> = due.iter().map(|(message, ..)| message.id.as_slice()).collect();
            let leased = outbox::due_at.eq(until.as_millis());
            diesel::update(outbox::table.filter(outbox::id.eq_any(ids))).set(leased).execute(tx.conn)?;
            let mut messages = Vec::with_capacity(due.len());
            for found in due {
                let silent = found.0.leaving_at.is_some();
                let mut message = message(found, until)?;
                if silent {
                    message.attempts += 1;
                    lost(tx, &message)?;
                }
                messages.push(message);
            }
            Ok(messages)
        })
        .await
    }

    /// Notes that handing a message over begins, and holds it for [`LEASE_SECONDS`] from now. Answers whether it may leave: not if
    /// it was taken back meanwhile, or is no longer the caller's.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn message_leaves(&self, call: &Call, message: &Message) -> Answer<bool> {
        let (id, until) = (message.id, message.leased_until.as_millis());
        self.write(call, move |tx| {
            let now = tx.now();
            let leaves = (outbox::due_at.eq(now.plus_seconds(LEASE_SECONDS).as_millis()), outbox::leaving_at.eq(now.as_millis()));
            let mine = outbox::table.find(id.as_bytes().as_slice()).filter(outbox::due_at.eq(until));
            Ok(diesel::update(mine).set(leaves).execute(tx.conn).map_err(Broken::from)? == 1)
        })
        .await
    }

    /// Notes that a message was handed to the mail server; its payload goes.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn message_sent(&self, call: &Call, id: MessageId) -> Answer<()> {
        self.write(call, move |tx| {
            let told = told(tx, id)?;
            let over = (outbox::due_at.eq(None::<i64>), outbox::payload.eq(None::<Vec<u8>>), outbox::leaving_at.eq(None::<i64>));
            let gone = (over, outbox::sent_at.eq(tx.now().as_millis()), outbox::dead_at.eq(None::<i64>));
            diesel::update(outbox::table.find(id.as_bytes().as_slice())).set(gone).execute(tx.conn)?;
            let event = told.event(tx, Kind::MailSent, id);
            Ok(tx.record(event)?)
        })
        .await
    }

    /// Notes that a message could not be sent. Given up, it loses its payload, and the owner is told of a token that nobody got.
    /// One that was taken back meanwhile stays taken back.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn message_failed(&self, call: &Call, id: MessageId, failed: Failed) -> Answer<()> {
        let why: String = failed.why.chars().take(LONGEST_WHY).collect();
        self.write(call, move |tx| {
            let told = told(tx, id)?;
            let row = outbox::table.find(id.as_bytes().as_slice());
            let heard = (outbox::attempts.eq(outbox::attempts + 1), outbox::last_failure.eq(&why), outbox::leaving_at.eq(None::<i64>));
            diesel::update(row).set(heard).execute(tx.conn)?;
            if failed.uncertain {
                diesel::update(row).set(outbox::uncertain.eq(true)).execute(tx.conn)?;
                let event = told.event(tx, Kind::MailUncertain, id).with("why", &why);
                tx.record(event)?;
            }
            if !told.waits {
                return Ok(());
            }
            let next = outbox::due_at.eq(failed.next_try.map(Timestamp::as_millis));
            diesel::update(row).set(next).execute(tx.conn)?;
            if failed.next_try.is_none() {
                let dead = (outbox::payload.eq(None::<Vec<u8>>), outbox::dead_at.eq(tx.now().as_millis()));
                diesel::update(row).set(dead).execute(tx.conn)?;
                let event = told.event(tx, Kind::MailGivenUp, id).with("why", &why);
                tx.record(event)?;
                if let (About::Token, Some(link)) = (told.about, told.subject.link) {
                    super::notify(tx, About::Undelivered, link, 0, "")?;
                }
            } else if !failed.uncertain {
                let event = told.event(tx, Kind::MailFailed, id).with("why", &why);
                tx.record(event)?;
            }
            Ok(())
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
    leaving_at: Option<i64>,
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

fn message((message, link, owner, label): Due, leased_until: Timestamp) -> Result<Message, Broken> {
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
        leased_until,
    })
}

/// Records that nothing was heard of a message since its handing over began.
fn lost(tx: &mut Tx<'_>, message: &Message) -> Answer<()> {
    let heard = (outbox::attempts.eq(outbox::attempts + 1), outbox::last_failure.eq(SILENT), outbox::leaving_at.eq(None::<i64>));
    let row = outbox::table.find(message.id.as_bytes().as_slice());
    diesel::update(row).set((heard, outbox::uncertain.eq(true))).execute(tx.conn)?;
    let event = told(tx, message.id)?.event(tx, Kind::MailUncertain, message.id).with("why", SILENT);
    Ok(tx.record(event)?)
}

/// What audit tells about a message.
pub(super) struct Told {
    pub about: About,
    pub subject: Subject,
    /// Whether it is still to be sent.
    pub waits: bool,
}

impl Told {
    fn event(&self, tx: &Tx<'_>, kind: Kind, id: MessageId) -> Event {
        tx.event(kind, Actor::Appliance).on(self.subject).with("message", id).with("about", self.about.name())
    }
}

pub(super) fn told(tx: &mut Tx<'_>, id: MessageId) -> Answer<Told> {
    let found = outbox::table.inner_join(links::table).filter(outbox::id.eq(id.as_bytes().as_slice()));
    let row: Option<(String, Vec<u8>, Option<i64>)> = found.select((outbox::about, links::id, outbox::due_at)).first(tx.conn).optional()?;
    let (about, link, due_at) = row.ok_or(Refusal::NotFound)?;
    let subject = crate::shares::link(tx.conn, rows::id(&link)?)?.unwrap_or_default();
    Ok(Told { about: About::named(&about)?, subject, waits: due_at.is_some() })
}
