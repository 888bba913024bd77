//! How messages end that are not sent: taken back, given up, and in time forgotten.
//!
//! Nothing that ended keeps what it carried, and nothing here forgets what audit tells.

use diesel::prelude::*;
use vault::event::Kind;
use vault::message::State;
use vault::{LinkId, MessageId};

use super::worker::{Told, told};
use super::{About, notify};
use crate::schema::outbox;
use crate::{Answer, Broken, Tx, rows};

/// Why an invitation is taken back that has lapsed.
const LAPSED: &str = "the invitation has lapsed";

/// Why a notice is taken back that could not be sent in all that time.
const NO_NEWS: &str = "it waited too long to be news";

/// What a row loses that is not to be sent any more, and until when it is remembered.
macro_rules! over {
    ($tx:expr, $state:expr) => {
        (outbox::due_at.eq(None::<i64>), outbox::payload.eq(None::<Vec<u8>>), outbox::sweep_at.eq($state.until($tx.now()).as_millis()))
    };
}

pub(super) use over;

/// Takes back what waits for links which have ended: their tokens, and they themselves. Nobody needs them any more.
pub(crate) fn withdraw(tx: &mut Tx<'_>, ended: &[Vec<u8>]) -> Result<(), Broken> {
    let waiting = outbox::table.filter(outbox::link.eq_any(ended)).filter(outbox::due_at.is_not_null());
    let carrying = waiting.filter(outbox::about.eq_any(About::CARRYING.map(About::name)));
    diesel::update(carrying).set(over!(tx, State::Withdrawn)).execute(tx.conn)?;
    Ok(())
}

/// Takes back an invitation that waits for an account which can't use it any more, and tells why.
pub(crate) fn withdraw_invitations(tx: &mut Tx<'_>, account: &[u8], why: &str) -> Answer<()> {
    let waiting = outbox::table.filter(outbox::account.eq(account)).filter(outbox::due_at.is_not_null());
    let waiting: Vec<Vec<u8>> = waiting.select(outbox::id).load(tx.conn)?;
    waiting.iter().try_for_each(|id| take_back(tx, rows::id(id)?, why))
}

/// Takes back a held link, whose token will never leave.
pub(super) fn withdraw_held(tx: &mut Tx<'_>, link: LinkId) -> Result<(), Broken> {
    let held = outbox::table.filter(outbox::link.eq(link.as_bytes().as_slice())).filter(outbox::held.eq(true));
    diesel::update(held.filter(outbox::due_at.is_not_null())).set(over!(tx, State::Withdrawn)).execute(tx.conn)?;
    Ok(())
}

/// Makes a message a dead letter: it loses what it carried, and the owner is told of a token or link that nobody may have got.
pub(super) fn give_up(tx: &mut Tx<'_>, told: &Told, id: MessageId, why: &str) -> Answer<()> {
    let row = outbox::table.find(id.as_bytes().as_slice());
    let dead = (over!(tx, State::Dead), outbox::dead_at.eq(tx.now().as_millis()), outbox::last_failure.eq(why));
    diesel::update(row).set(dead).execute(tx.conn)?;
    let uncertain: bool = row.select(outbox::uncertain).first(tx.conn)?;
    let event = told.event(tx, Kind::MailGivenUp, id).with("why", why);
    tx.record(event)?;
    let (token, link) = match uncertain {
        true => (About::PerhapsDelivered, About::PerhapsDeliveredLink),
        false => (About::Undelivered, About::UndeliveredLink),
    };
    Ok(tell_owner(tx, told, token, link)?)
}

/// Tells the owner that a token or a link is not sent any more. Without its token a link that waits for it is of no use.
pub(super) fn tell_owner(tx: &mut Tx<'_>, told: &Told, of_token: About, of_link: About) -> Result<(), Broken> {
    match (told.about, told.subject.link) {
        (About::Token, Some(link)) => {
            withdraw_held(tx, link)?;
            notify(tx, of_token, link, 0, "")
        }
        (About::Link, Some(link)) => notify(tx, of_link, link, 0, ""),
        _ => Ok(()),
    }
}

/// Looks at messages whose time has come: takes back what has lapsed or is no news any more, and forgets what ended long ago. Answers
/// how many there were, at most `limit`.
pub(crate) fn sweep(tx: &mut Tx<'_>, limit: i64) -> Answer<u64> {
    let found = outbox::table.filter(outbox::sweep_at.le(tx.now().as_millis())).order((outbox::sweep_at, outbox::id)).limit(limit);
    let found: Vec<(Vec<u8>, Option<Vec<u8>>, bool)> =
        found.select((outbox::id, outbox::account, outbox::due_at.is_not_null())).load(tx.conn)?;
    let mut forgotten = Vec::new();
    for (id, account, waits) in &found {
        if *waits {
            take_back(tx, rows::id(id)?, if account.is_some() { LAPSED } else { NO_NEWS })?;
        } else {
            forgotten.push(id);
        }
    }
    diesel::delete(outbox::table.filter(outbox::id.eq_any(forgotten))).execute(tx.conn)?;
    Ok(u64::from(rows::touched(found.len())))
}

fn take_back(tx: &mut Tx<'_>, id: MessageId, why: &str) -> Answer<()> {
    let told = told(tx, id)?;
    diesel::update(outbox::table.find(id.as_bytes().as_slice())).set(over!(tx, State::Withdrawn)).execute(tx.conn)?;
    let event = told.event(tx, Kind::MailWithdrawn, id).with("why", why);
    Ok(tx.record(event)?)
}
