//! What an operator looks at first, counted from indexes alone: nothing here reads rows that have ended, or the audit log beyond a day.
//!
//! Nothing here reads a clock.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use vault::Timestamp;
use vault::event::{Kind, Record};
use vault::link::State;

use crate::audit::audit;
use crate::links::{ENDED_WITHIN_MILLIS, OnLinks, alive, in_state};
use crate::operators::find::suspended;
use crate::schema::{freezes, links, outbox};
use crate::{Broken, Connection, Store, rows};

/// How far links that live are counted.
const MOST_LIVING: i64 = 500_000;

/// How many events that tell a number are read at most.
const MOST_TOLD: i64 = 10_000;

const HOUR_MILLIS: i64 = 3_600_000;

/// The hours that are told.
pub const HOURS: i64 = 24;

/// What an operator looks at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The links that live.
    pub living: LivingLinks,
    /// What ended links in the last 24 hours.
    pub ended: EndedLinks,
    /// The last hours, oldest first; the last one still runs.
    pub hours: Vec<HourOfLinks>,
    /// Shares that a recipient's report holds.
    pub reported_shares: u64,
    /// Waiting messages that were made before the time that was asked about.
    pub mail_waiting_long: u64,
    /// What the gate denied in the last sixty minutes.
    pub denials_last_hour: u64,
}

/// How many links live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LivingLinks {
    /// They wait for the token.
    pub open: u64,
    /// Their share starts later.
    pub waiting: u64,
    /// A freeze or their owner's suspension holds them.
    pub frozen: u64,
    /// Too many wrong tokens.
    pub locked: u64,
    /// Whether there are more than were counted.
    pub at_least: bool,
}

/// What ended links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndedLinks {
    /// The last view.
    pub used_up: u64,
    /// Time.
    pub expired: u64,
    /// An owner or an operator.
    pub revoked: u64,
    /// A recipient, or a freeze that was not lifted.
    pub burnt: u64,
}

/// One hour of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourOfLinks {
    /// When it began.
    pub from: Timestamp,
    /// Links that were opened.
    pub revealed: u64,
    /// What was refused to holders of links.
    pub refused: u64,
    /// What the gate denied: one event for an address, a door and a minute.
    pub denied: u64,
}

impl Store {
    /// What an operator looks at first, now. Messages count as waiting for long that were made before `waiting_since`.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn overview(&self, now: Timestamp, waiting_since: Timestamp) -> Result<Overview, Broken> {
        self.read(move |conn| {
            let day = now.plus_millis(-24 * HOUR_MILLIS);
            let waiting_long = outbox::table.filter(outbox::due_at.is_not_null()).filter(outbox::created_at.lt(waiting_since.as_millis()));
            let reports = freezes::table.filter(freezes::reported_by.is_not_null()).filter(freezes::lifted_at.is_null());
            let reported: i64 = reports.select(diesel::dsl::count(freezes::selected).aggregate_distinct()).get_result(conn)?;
            Ok(Overview {
                living: living(conn, now)?,
                ended: EndedLinks {
                    used_up: since(conn, Kind::LinkUsedUp.entry().name, day)?,
                    expired: since(conn, Kind::LinkExpired.entry().name, day)?,
                    revoked: told(conn, Kind::LinkRevoked.entry().name, day)? + told(conn, Kind::ShareRevoked.entry().name, day)?,
                    burnt: since(conn, Kind::LinkBurnt.entry().name, day)? + told(conn, "freeze.burnt", day)?,
                },
                hours: hours(conn, now)?,
                reported_shares: rows::number(reported)?,
                mail_waiting_long: rows::number(waiting_long.count().get_result(conn)?)?,
                denials_last_hour: since(conn, Kind::GateDenied.entry().name, now.plus_millis(-HOUR_MILLIS))?,
            })
        })
        .await
    }
}

/// The conditions are those of the lists, so that a number and the list behind it are one.
fn living(conn: &mut Connection, now: Timestamp) -> Result<LivingLinks, Broken> {
    let soon = now.plus_millis(ENDED_WITHIN_MILLIS).as_millis();
    // Whatever the sweeper looks at later than that lives; of what it looks at earlier, some has ended.
    let later = || links::table.filter(links::sweep_at.is_not_null()).filter(links::sweep_at.assume_not_null().gt(soon));
    let bound: Option<Vec<u8>> = later().order(links::sweep_at).select(links::id).offset(MOST_LIVING).limit(1).first(conn).optional()?;
    let later: i64 = if bound.is_some() { MOST_LIVING } else { later().count().get_result(conn)? };
    let sooner = links::sweep_at.is_not_null().and(links::sweep_at.assume_not_null().le(soon));
    let all = rows::number(later)? + counted(conn, Box::new(alive(now).and(sooner)))?;
    let locked = counted(conn, Box::new(in_state(State::Locked, now).and(sql::<Bool>("failed_tokens >= 10"))))?;
    let waiting = counted(conn, Box::new(in_state(State::Waiting, now).and(links::sweep_at.is_not_null())))?;
    let suspended = suspended(conn)?;
    let of_suspended = alive(now).and(links::owner.eq_any(suspended)).and(links::sweep_at.is_not_null());
    let of_suspended: OnLinks = Box::new(of_suspended.and(sql::<Bool>("freezes = 0")));
    let frozen = counted(conn, Box::new(alive(now).and(sql::<Bool>("freezes > 0"))))? + counted(conn, of_suspended)?;
    Ok(LivingLinks { open: all.saturating_sub(locked + waiting + frozen), waiting, frozen, locked, at_least: bound.is_some() })
}

fn counted(conn: &mut Connection, condition: OnLinks) -> Result<u64, Broken> {
    rows::number(links::table.filter(condition).count().get_result(conn)?)
}

/// How many of these events there were since then.
fn since(conn: &mut Connection, event: &str, from: Timestamp) -> Result<u64, Broken> {
    rows::number(audit::table.filter(audit::event.eq(event)).filter(audit::at.ge(from.as_millis())).count().get_result(conn)?)
}

/// The sum of the links that these events tell since then.
fn told(conn: &mut Connection, event: &str, from: Timestamp) -> Result<u64, Broken> {
    let found = audit::table.filter(audit::event.eq(event)).filter(audit::at.ge(from.as_millis()));
    let found: Vec<Vec<u8>> = found.order(audit::at.desc()).limit(MOST_TOLD).select(audit::record).load(conn)?;
    let links = |record: Vec<u8>| Record::decode(&record).ok()?.details.get("links")?.parse::<u64>().ok();
    Ok(found.into_iter().filter_map(links).sum())
}

fn hours(conn: &mut Connection, now: Timestamp) -> Result<Vec<HourOfLinks>, Broken> {
    let last = now.as_millis().div_euclid(HOUR_MILLIS);
    let first = last - (HOURS - 1);
    let [revealed, refused, denied] = [Kind::LinkRevealed, Kind::LinkRefused, Kind::GateDenied].map(|kind| kind.entry().name);
    let mut counts = |event: &str| -> Result<Vec<(i64, i64)>, Broken> {
        let hour = || sql::<BigInt>("at / 3600000");
        let events = audit::table.filter(audit::event.eq(event)).filter(audit::at.ge(first * HOUR_MILLIS));
        Ok(events.group_by(hour()).select((hour(), count_star())).load(conn)?)
    };
    let (revealed, refused, denied) = (counts(revealed)?, counts(refused)?, counts(denied)?);
    let of =
        |counts: &[(i64, i64)], hour: i64| counts.iter().find(|(one, _)| *one == hour).map_or(Ok(0), |(_, count)| rows::number(*count));
    (first..=last)
        .map(|hour| {
            Ok(HourOfLinks {
                from: Timestamp::from_millis(hour * HOUR_MILLIS),
                revealed: of(&revealed, hour)?,
                refused: of(&refused, hour)?,
                denied: of(&denied, hour)?,
            })
        })
        .collect()
}
