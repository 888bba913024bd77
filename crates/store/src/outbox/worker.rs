//! The mail worker's side of the outbox: what is due, what was sent, what failed.
//!
//! Nothing here is rendered or sent: a message goes out as what it is about and whom it concerns.

use diesel::prelude::*;
use vault::event::{Actor, Event, Kind, Subject};
use vault::message::State;
use vault::{MessageId, Refusal, Timestamp};

use super::ended::{give_up, over};
use super::{About, Message};
use crate::schema::outbox;
use crate::{Answer, Broken, Call, Store, Tx, rows};

/// For how long a message that was handed to a worker is nobody else's, in seconds. After that it is handed out again.
pub const LEASE_SECONDS: i64 = 300;

/// How much of a reason is kept, in characters.
const LONGEST_WHY: usize = 500;

/// Why nothing was heard of a message.
const SILENT: &str = "the daemon ended while it handed the message over";

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

impl Store {
    /// Notes that handing a message over begins, and holds it for [`LEASE_SECONDS`] from now. Answers whether it may leave: not if
    /// it was taken back meanwhile, is no longer the caller's, or carries what has lapsed, which the sweeper takes back.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn message_leaves(&self, call: &Call, message: &Message) -> Answer<bool> {
        let (id, until) = (message.id, message.leased_until.as_millis());
        let useful_until = message.about.carries().then(|| message.expires_at());
        self.write(call, move |tx| {
            let now = tx.now();
            if useful_until.is_some_and(|until| until <= now) {
                return Ok(false);
            }
            let leaves = (outbox::due_at.eq(now.plus_seconds(LEASE_SECONDS).as_millis()), outbox::leaving_at.eq(now.as_millis()));
            let mine = outbox::table.find(id.as_bytes().as_slice()).filter(outbox::due_at.eq(until));
            Ok(diesel::update(mine).set(leaves).execute(tx.conn).map_err(Broken::from)? == 1)
        })
        .await
    }

    /// Notes that a message was handed to the mail server; its payload goes. A link that waited for this token follows a while later.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn message_sent(&self, call: &Call, id: MessageId) -> Answer<()> {
        self.write(call, move |tx| {
            let told = told(tx, id)?;
            let over = (over!(tx, State::Sent), outbox::leaving_at.eq(None::<i64>));
            let gone = (over, outbox::sent_at.eq(tx.now().as_millis()), outbox::dead_at.eq(None::<i64>));
            diesel::update(outbox::table.find(id.as_bytes().as_slice())).set(gone).execute(tx.conn)?;
            let event = told.event(tx, Kind::MailSent, id);
            tx.record(event)?;
            if let (About::Token, Some(link)) = (told.about, told.subject.link) {
                super::release(tx, link)?;
            }
            Ok(())
        })
        .await
    }

    /// Notes that a message could not be sent. Given up, it loses its payload, and the owner is told of a token or link that nobody got.
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
            let Some(next) = failed.next_try else { return give_up(tx, &told, id, &why) };
            diesel::update(row).set(outbox::due_at.eq(next.as_millis())).execute(tx.conn)?;
            if !failed.uncertain {
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

/// Records that nothing was heard of a message since its handing over began.
pub(super) fn lost(tx: &mut Tx<'_>, message: &Message) -> Answer<()> {
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
    pub fn event(&self, tx: &Tx<'_>, kind: Kind, id: MessageId) -> Event {
        tx.event(kind, Actor::Appliance).on(self.subject).with("message", id).with("about", self.about.name())
    }
}

/// What it is about, its link, its account, when it is due.
type Known = (String, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>);

pub(super) fn told(tx: &mut Tx<'_>, id: MessageId) -> Answer<Told> {
    let row: Option<Known> = outbox::table
        .find(id.as_bytes().as_slice())
        .select((outbox::about, outbox::link, outbox::account, outbox::due_at))
        .first(tx.conn)
        .optional()?;
    let (about, link, account, due_at) = row.ok_or(Refusal::NotFound)?;
    let subject = match (link, account) {
        (Some(link), _) => crate::shares::link(tx.conn, rows::id(&link)?)?.unwrap_or_default(),
        (None, Some(account)) => Subject { user: Some(rows::id(&account)?), ..Subject::default() },
        (None, None) => Subject::default(),
    };
    Ok(Told { about: About::told(&about), subject, waits: due_at.is_some() })
}
