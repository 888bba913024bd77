//! The outbox as operators see it, and what they do with it: try again, drop.
//!
//! Nothing here shows what a message carries, and nothing here brings back what one carried that was given up.

use diesel::prelude::*;
use vault::event::Kind;
use vault::message::{Condition, State, TESTS_PER_HOUR, may_test, tests_since};
use vault::text::Email;
use vault::{LinkId, MessageId, Refusal, Timestamp};

use super::About;
use super::ended::{over, tell_owner};
use super::worker::told;
use crate::audit::audit;
use crate::schema::{links, outbox, users};
use crate::{Answer, Broken, Call, Connection, Operator, Store, Tx, rows};

/// How many given-up messages one call brings back.
const AT_ONCE: i64 = 500;

/// How many of the latest test messages are looked at.
#[allow(clippy::cast_possible_wrap, reason = "it is a small constant")]
const TESTS: i64 = TESTS_PER_HOUR as i64;

/// To whom a message goes whose addressee is not known any more.
const NOBODY: &str = "unknown@invalid";

/// A message as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Which it is.
    pub id: MessageId,
    /// What it is about.
    pub about: About,
    /// What it is like.
    pub state: State,
    /// To whom it goes.
    pub to: Email,
    /// The link concerned, if it is about one.
    pub link: Option<LinkId>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it is tried next.
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

/// How many given-up messages were brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retried {
    /// These will be tried.
    pub tried: u32,
    /// These can't be: what they carried is gone.
    pub gone: u32,
    /// Whether there may be more: ask again.
    pub more: bool,
}

impl Store {
    /// Messages, newest first, from after this one on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn messages(&self, state: Option<State>, after: Option<MessageId>, limit: u32) -> Result<Vec<MessageRow>, Broken> {
        self.read(move |conn| {
            let mut query = outbox::table.select(outbox::id).order(outbox::id.desc()).limit(i64::from(limit)).into_boxed();
            query = match state {
                None => query,
                Some(State::Waiting) => query.filter(outbox::due_at.is_not_null()),
                Some(State::Sent) => query.filter(outbox::sent_at.is_not_null()),
                Some(State::Dead) => query.filter(outbox::dead_at.is_not_null()),
                Some(State::Withdrawn) => {
                    query.filter(outbox::due_at.is_null()).filter(outbox::sent_at.is_null()).filter(outbox::dead_at.is_null())
                }
            };
            if let Some(after) = &after {
                query = query.filter(outbox::id.lt(after.as_bytes().to_vec()));
            }
            let ids: Vec<Vec<u8>> = query.load(conn)?;
            Ok(load(conn, &ids)?.into_iter().map(|(row, _)| row).collect())
        })
        .await
    }

    /// Makes a message due at once, although it waits for later or was given up.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::NothingToSend`], [`Refusal::Leaving`], [`Refusal::WaitsForToken`].
    pub async fn retry_message(&self, call: &Call, operator: &Operator, id: MessageId) -> Answer<MessageRow> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let (row, condition) = known(tx, &operator, id, "retry message")?;
            let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", "retry message");
            tx.decided(row.state.may_retry(condition), refused)?;
            revive(tx, &[id.as_bytes().to_vec()])?;
            let event = tx.event(Kind::MailRetried, operator.actor()).on(told(tx, id)?.subject);
            tx.record(event.with("message", id).with("about", row.about.name()).with("count", 1))?;
            Ok(one(tx.conn, id)?.map(|(row, _)| row).ok_or(Refusal::NotFound)?)
        })
        .await
    }

    /// Makes given-up messages due at once, if they still have what they carry: at most some hundreds in one call.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn retry_dead_messages(&self, call: &Call, operator: &Operator) -> Answer<Retried> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let dead = outbox::table.filter(outbox::dead_at.is_not_null());
            let carrying = About::CARRYING.map(About::name);
            let whole = dead.filter(outbox::about.ne_all(carrying)).order(outbox::id).limit(AT_ONCE).select(outbox::id);
            let whole: Vec<Vec<u8>> = whole.load(tx.conn)?;
            let gone: i64 = dead.filter(outbox::about.eq_any(carrying)).count().get_result(tx.conn)?;
            let tried = revive(tx, &whole)?;
            if tried > 0 {
                let event = tx.event(Kind::MailRetried, operator.actor()).with("count", tried);
                tx.record(event)?;
            }
            let more = i64::try_from(whole.len()).is_ok_and(|found| found == AT_ONCE);
            Ok(Retried { tried, gone: u32::try_from(gone).unwrap_or(u32::MAX), more })
        })
        .await
    }

    /// Records that a test message leaves, if one more may.
    ///
    /// # Errors
    /// [`Refusal::TooManyTests`].
    pub async fn mail_tested(&self, call: &Call, operator: &Operator, to: Email) -> Answer<()> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let now = tx.now();
            let tested = audit::table.filter(audit::event.eq(Kind::MailTested.entry().name));
            let tested = tested.filter(audit::at.gt(tests_since(now).as_millis()));
            let latest = tested.order((audit::at.desc(), audit::lane.desc(), audit::seq.desc())).select(audit::at);
            let latest: Vec<i64> = latest.limit(TESTS).load(tx.conn)?;
            let latest: Vec<Timestamp> = latest.into_iter().map(rows::time).collect();
            let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", "test mail");
            tx.decided(may_test(&latest, now), refused)?;
            let event = tx.event(Kind::MailTested, operator.actor()).with("to", &to);
            Ok(tx.record(event)?)
        })
        .await
    }

    /// Takes a message out of the outbox: it is not sent, what it carried goes, and the owner is told of a token or link.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::NothingToSend`].
    pub async fn drop_message(&self, call: &Call, operator: &Operator, id: MessageId) -> Answer<MessageRow> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let (row, _) = known(tx, &operator, id, "drop message")?;
            let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", "drop message");
            tx.decided(row.state.may_drop(), refused)?;
            let gone = (over!(tx, State::Withdrawn), outbox::dead_at.eq(None::<i64>));
            diesel::update(outbox::table.find(id.as_bytes().as_slice())).set(gone).execute(tx.conn)?;
            let told = told(tx, id)?;
            let event = tx.event(Kind::MailDropped, operator.actor()).on(told.subject);
            tx.record(event.with("message", id).with("about", row.about.name()))?;
            // Of one that was given up they have been told.
            if row.state == State::Waiting {
                tell_owner(tx, &told, About::Dropped, About::DroppedLink)?;
            }
            Ok(one(tx.conn, id)?.map(|(row, _)| row).ok_or(Refusal::NotFound)?)
        })
        .await
    }
}

fn known(tx: &mut Tx<'_>, operator: &Operator, id: MessageId, action: &str) -> Answer<(MessageRow, Condition)> {
    let found = one(tx.conn, id)?;
    let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", action);
    tx.decided(found.ok_or(Refusal::NotFound), refused)
}

/// Makes these due now, but for those that are leaving: sent twice at the same time, they would arrive twice. Answers how many.
fn revive(tx: &mut Tx<'_>, ids: &[Vec<u8>]) -> Result<u32, Broken> {
    let news = State::Waiting.until(tx.now()).as_millis();
    let dead = outbox::table.filter(outbox::id.eq_any(ids)).filter(outbox::dead_at.is_not_null());
    diesel::update(dead).set((outbox::attempts.eq(0), outbox::sweep_at.eq(news))).execute(tx.conn)?;
    let resting = outbox::table.filter(outbox::id.eq_any(ids)).filter(outbox::leaving_at.is_null()).filter(outbox::held.eq(false));
    let due = (outbox::due_at.eq(tx.now().as_millis()), outbox::dead_at.eq(None::<i64>));
    Ok(rows::touched(diesel::update(resting).set(due).execute(tx.conn)?))
}

fn one(conn: &mut Connection, id: MessageId) -> Result<Option<(MessageRow, Condition)>, Broken> {
    Ok(load(conn, &[id.as_bytes().to_vec()])?.pop())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Stored {
    id: Vec<u8>,
    about: String,
    created_at: i64,
    due_at: Option<i64>,
    attempts: i32,
    last_failure: Option<String>,
    sent_at: Option<i64>,
    uncertain: bool,
    dead_at: Option<i64>,
    leaving_at: Option<i64>,
    held: bool,
}

/// These messages, newest first, each with what decides whether it can be tried again.
fn load(conn: &mut Connection, ids: &[Vec<u8>]) -> Result<Vec<(MessageRow, Condition)>, Broken> {
    let wanted = outbox::table.filter(outbox::id.eq_any(ids));
    let carries = outbox::payload.is_not_null();
    let of_links: Vec<(Stored, bool, Vec<u8>, String, String)> = wanted
        .inner_join(links::table.inner_join(users::table))
        .select((Stored::as_select(), carries, links::id, links::recipient, users::email))
        .load(conn)?;
    // The account of an invitation that lapsed may be gone; the message stays in the list, to nobody that is known.
    let others: Vec<(Stored, bool, Option<String>)> = outbox::table
        .left_join(users::table.on(outbox::account.eq(users::id.nullable())))
        .filter(outbox::id.eq_any(ids))
        .filter(outbox::link.is_null())
        .select((Stored::as_select(), carries, users::email.nullable()))
        .load(conn)?;
    let mut rows = Vec::with_capacity(ids.len());
    for (stored, carries, link, recipient, owner) in of_links {
        let to = if matches!(About::told(&stored.about), About::Token | About::Link) { recipient } else { owner };
        rows.push(stored.read(carries, Some(&link), &to)?);
    }
    for (stored, carries, email) in others {
        rows.push(stored.read(carries, None, email.as_deref().unwrap_or(NOBODY))?);
    }
    rows.sort_by_key(|(row, _)| std::cmp::Reverse(row.id));
    Ok(rows)
}

impl Stored {
    fn read(self, carries: bool, link: Option<&[u8]>, to: &str) -> Result<(MessageRow, Condition), Broken> {
        let about = About::told(&self.about);
        let [due_at, sent_at, dead_at] = [self.due_at, self.sent_at, self.dead_at].map(|at| at.map(rows::time));
        let row = MessageRow {
            id: rows::id(&self.id)?,
            about,
            state: State::of(due_at, sent_at, dead_at),
            // A damaged row is told of like the others, or nobody could be told of any.
            to: rows::text(to).or_else(|_| rows::text(NOBODY))?,
            link: link.map(rows::id).transpose()?,
            created_at: rows::time(self.created_at),
            due_at,
            sent_at,
            attempts: rows::count(self.attempts)?,
            last_failure: self.last_failure,
            uncertain: self.uncertain,
        };
        Ok((row, Condition { complete: carries || !about.carries(), leaving: self.leaving_at.is_some(), held: self.held }))
    }
}
