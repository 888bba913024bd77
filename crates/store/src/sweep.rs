//! Sweeping: what has ended loses its sealed bytes, and what has lapsed goes.
//!
//! Nothing that can still be revealed is touched here, and no audit record ever.

use std::collections::BTreeSet;

use diesel::prelude::*;
use vault::event::{Actor, Kind};
use vault::link::State;

use crate::links::{FoundLink, StoredLink};
use crate::outbox::{self, About};
use crate::schema::{link_addresses, links, openings, sessions, snapshots, throttles, users, wraps};
use crate::{Answer, Broken, Call, Store, Tx, accounts, freezes, rows};

/// How many links one call looks at: a writer is held up no longer than that takes.
const LINKS: i64 = 100;

/// How many messages one call takes back or forgets.
const MESSAGES: i64 = 200;

/// About how many lapsed rows of each kind one call deletes.
const LAPSED: i64 = 500;

/// How many links that a freeze holds one call burns.
const BURNT: i64 = 100;

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Links found expired and told.
    pub expired: u64,
    /// Links let go of by freezes whose time is over: burnt, unless they had ended before.
    pub burnt: u64,
    /// Wraps deleted.
    pub wraps: u64,
    /// Snapshots deleted.
    pub snapshots: u64,
    /// Lapsed sign-ins, sessions and throttles deleted, messages that lapsed or ended long ago.
    pub lapsed: u64,
    /// Whether more waits than one call takes.
    pub more: bool,
}

impl Store {
    /// Burns what freezes still hold that nobody lifted in time. Looks at links whose time has come: tells that they expired, and deletes the sealed bytes of what has ended.
    /// Deletes lapsed sign-ins, sessions and throttles, takes messages back that lapsed, and forgets those that ended long ago. Takes a bounded piece: call it again while there is [`Swept::more`].
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn sweep(&self, call: &Call) -> Answer<Swept> {
        self.write(call, |tx| {
            let mut swept = Swept::default();
            // First, so that the sealed bytes of what is burnt go in the same piece.
            if let Some(burnt) = freezes::burn(tx, BURNT)? {
                swept.burnt = burnt.into();
                swept.more = true;
            }
            sweep_links(tx, &mut swept)?;
            sweep_lapsed(tx, &mut swept)?;
            let messages = outbox::sweep(tx, MESSAGES)?;
            swept.lapsed += messages;
            swept.more |= i64::try_from(messages).is_ok_and(|found| found == MESSAGES);
            Ok(swept)
        })
        .await
    }
}

/// A link whose time has come, and whether its expiry was told.
type Due = (StoredLink, Option<i64>, Option<i64>);

fn sweep_links(tx: &mut Tx<'_>, swept: &mut Swept) -> Result<(), Broken> {
    let now = tx.now();
    // In one fixed order: two daemons that sweep at the same moment begin with the same link, so that the second runs again after the
    // first and neither leaves a share's snapshot to the other.
    let due = links::table.inner_join(users::table).filter(links::sweep_at.le(now.as_millis()));
    let due = due.order((links::sweep_at, links::id)).limit(LINKS);
    let due: Vec<Due> = due.select((StoredLink::as_select(), users::suspended_at, links::expiry_told_at)).load(tx.conn)?;
    swept.more |= i64::try_from(due.len()).is_ok_and(|found| found == LINKS);
    let (mut ended, mut of_shares) = (Vec::new(), BTreeSet::new());
    for (stored, suspended_at, told_at) in due {
        let found = stored.read(suspended_at)?;
        let link = &found.link;
        // One that was used up before its time ran out has nothing left to expire.
        let expired = link.state(now) == State::Expired && link.views.left(link.views_used) != Some(0);
        if expired && told_at.is_none() {
            tell_expired(tx, &found)?;
            swept.expired += 1;
        }
        match link.sealed_until(now) {
            Some(until) if until <= now => {
                ended.push(link.id.as_bytes().to_vec());
                of_shares.insert(link.share);
            }
            later => {
                let next = later.unwrap_or(link.expires_at).as_millis();
                diesel::update(links::table.find(link.id.as_bytes().as_slice())).set(links::sweep_at.eq(next)).execute(tx.conn)?;
            }
        }
    }
    if ended.is_empty() {
        return Ok(());
    }
    swept.wraps = rows::touched(diesel::delete(wraps::table.filter(wraps::link.eq_any(&ended))).execute(tx.conn)?).into();
    // Nothing can be frozen any more, so nobody asks from where it was opened; what tells that for good is the audit log.
    diesel::delete(link_addresses::table.filter(link_addresses::link.eq_any(&ended))).execute(tx.conn)?;
    let attempts = openings::table.filter(openings::link.eq_any(&ended)).filter(openings::attempt_hash.is_not_null());
    diesel::update(attempts).set(openings::attempt_hash.eq(None::<Vec<u8>>)).execute(tx.conn)?;
    diesel::update(links::table.filter(links::id.eq_any(&ended))).set(links::sweep_at.eq(None::<i64>)).execute(tx.conn)?;
    outbox::withdraw(tx, &ended)?;
    for share in of_shares {
        swept.snapshots += u64::from(sweep_snapshot(tx, share.as_bytes())?);
    }
    if swept.wraps + swept.snapshots > 0 {
        let deleted = tx.event(Kind::SealedDeleted, Actor::Appliance);
        tx.record(deleted.with("snapshots", swept.snapshots).with("wraps", swept.wraps))?;
    }
    Ok(())
}

fn tell_expired(tx: &mut Tx<'_>, found: &FoundLink) -> Result<(), Broken> {
    let row = links::table.find(found.link.id.as_bytes().as_slice());
    diesel::update(row).set(links::expiry_told_at.eq(tx.now().as_millis())).execute(tx.conn)?;
    if found.link.views_used == 0 {
        outbox::notify(tx, About::ExpiredUnseen, found.link.id, 0, "")?;
    }
    let event = tx.event(Kind::LinkExpired, Actor::Appliance).on(found.subject());
    tx.record(event.with("views_used", found.link.views_used))
}

/// Deletes the share's snapshot once no link of it can be opened. Answers how many that were: one or none.
fn sweep_snapshot(tx: &mut Tx<'_>, share: &[u8]) -> Result<u32, Broken> {
    let left: i64 = wraps::table.inner_join(links::table).filter(links::share.eq(share)).count().get_result(tx.conn)?;
    if left > 0 {
        return Ok(0);
    }
    Ok(rows::touched(diesel::delete(snapshots::table.find(share)).execute(tx.conn)?))
}

/// Deletes what a time says has lapsed: up to the time of the last row of one piece, and all of that same time.
macro_rules! delete_until {
    ($tx:expr, $swept:expr, $table:ident, $time:ident, $until:expr) => {{
        let lapsed = $table::table.filter($table::$time.le($until)).order($table::$time).select($table::$time).limit(LAPSED);
        let times: Vec<i64> = lapsed.load($tx.conn)?;
        if let Some(last) = times.last() {
            let deleted = diesel::delete($table::table.filter($table::$time.le(*last))).execute($tx.conn)?;
            $swept.lapsed += u64::from(rows::touched(deleted));
            $swept.more |= i64::try_from(times.len()).is_ok_and(|found| found == LAPSED);
        }
    }};
}

fn sweep_lapsed(tx: &mut Tx<'_>, swept: &mut Swept) -> Result<(), Broken> {
    let now = tx.now();
    let sign_ins = accounts::lapse(tx, LAPSED)?;
    swept.lapsed += sign_ins;
    swept.more |= i64::try_from(sign_ins).is_ok_and(|found| found >= LAPSED);
    delete_until!(tx, swept, sessions, expires_at, now.as_millis());
    delete_until!(tx, swept, throttles, kept_until, now.as_millis());
    Ok(())
}

#[cfg(test)]
mod tests;
