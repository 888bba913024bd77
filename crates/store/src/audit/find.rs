//! Finding the records of a page, newest first, along one index that is chosen here and by a bounded amount of work.
//!
//! Nothing here reads on until it has found enough: a page may be short, or empty, and say where the next one begins.

use diesel::prelude::*;
use vault::event::{Lane, Record};
use vault::{Digest, Timestamp};

use super::read::{decoded, number};
use super::walk::{Backend, OnAudit, Walk, walks};
use super::{AuditFilter, Position, audit};
use crate::{Broken, Connection};

/// How many records a page looks at, where no index has just those that are wanted.
pub(super) const LOOKED_AT: i64 = 1_000;

/// Rows of `audit`, narrowed.
type Narrowed<S> = diesel::dsl::IntoBoxed<'static, diesel::dsl::Select<audit::table, S>, Backend>;
pub(super) type Kept = Narrowed<(audit::record, audit::hash)>;
pub(super) type Places = Narrowed<(audit::at, audit::lane, audit::seq)>;

/// A part of the log, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The records that were found, with their hashes.
    pub rows: Vec<(Record, Digest)>,
    /// Where the log goes on; nothing at its end. It may go on behind a page that has few rows or none.
    pub next: Option<Position>,
}

/// A page of at most `limit` records, behind `after` if that is given. Looks at no more than `most` where it must look for what fits.
pub(super) fn page(
    conn: &mut Connection,
    filter: &AuditFilter,
    after: Option<Position>,
    limit: i64,
    most: i64,
) -> Result<AuditPage, Broken> {
    let walks = walks(conn, filter)?;
    let (walk, until) = match walks.iter().find(|walk| walk.leaves(filter).is_empty()) {
        Some(walk) => (*walk, None),
        None => farthest(conn, filter, &walks, after, most)?,
    };
    let rows = decoded(kept(filter, walk, after, until)?.limit(limit).load(conn)?)?;
    let full = i64::try_from(rows.len()).is_ok_and(|found| found >= limit);
    let next = if full { rows.last().map(|(record, _)| Position::of(record)) } else { until };
    Ok(AuditPage { rows, next })
}

/// The walk that goes back farthest in time by as many records, and where it has come then; nothing if it comes to its end.
fn farthest(
    conn: &mut Connection,
    filter: &AuditFilter,
    walks: &[Walk],
    after: Option<Position>,
    most: i64,
) -> Result<(Walk, Option<Position>), Broken> {
    let mut best: Option<(Walk, Position)> = None;
    for walk in walks {
        let last =
            places(filter, *walk, after)?.offset(most.saturating_sub(1).max(0)).limit(1).first::<(i64, i32, i64)>(conn).optional()?;
        let Some((at, lane, seq)) = last else { return Ok((*walk, None)) };
        let malformed = || Broken::Damaged(format!("audit place {lane}.{seq}"));
        let last = Position {
            at: Timestamp::from_millis(at),
            lane: Lane(u32::try_from(lane).map_err(|_| malformed())?),
            seq: u64::try_from(seq).map_err(|_| malformed())?,
        };
        if best.is_none_or(|(_, farthest)| last.at < farthest.at) {
            best = Some((*walk, last));
        }
    }
    Ok(best.map_or((Walk::All, None), |(walk, last)| (walk, Some(last))))
}

/// The records of a walk that fit the filter, between two places.
pub(super) fn kept(filter: &AuditFilter, walk: Walk, after: Option<Position>, until: Option<Position>) -> Result<Kept, Broken> {
    let mut query = audit::table.select((audit::record, audit::hash)).into_boxed();
    for condition in walk.conditions(filter).into_iter().chain(behind(after)?) {
        query = query.filter(condition);
    }
    for part in walk.leaves(filter) {
        if let Some(condition) = part.looked_for(filter) {
            query = query.filter(condition);
        }
    }
    if let Some(until) = until {
        let (at, lane, seq) = until.columns()?;
        let later = audit::at.gt(at).or(audit::lane.gt(lane)).or(audit::lane.eq(lane).and(audit::seq.ge(seq)));
        query = query.filter(audit::at.ge(at).and(later));
    }
    Ok(query.order((audit::at.desc(), audit::lane.desc(), audit::seq.desc())))
}

/// The places of a walk, read from its index alone.
pub(super) fn places(filter: &AuditFilter, walk: Walk, after: Option<Position>) -> Result<Places, Broken> {
    let mut query = audit::table.select((audit::at, audit::lane, audit::seq)).into_boxed();
    for condition in walk.conditions(filter).into_iter().chain(behind(after)?) {
        query = query.filter(condition);
    }
    Ok(query.order((audit::at.desc(), audit::lane.desc(), audit::seq.desc())))
}

fn behind(after: Option<Position>) -> Result<Option<OnAudit>, Broken> {
    let Some(after) = after else { return Ok(None) };
    let (at, lane, seq) = after.columns()?;
    // The first part alone lets the index find the place; the rest takes out what was shown.
    let earlier = audit::at.lt(at).or(audit::lane.lt(lane)).or(audit::lane.eq(lane).and(audit::seq.lt(seq)));
    Ok(Some(Box::new(audit::at.le(at).and(earlier))))
}

impl Position {
    fn columns(self) -> Result<(i64, i32, i64), Broken> {
        Ok((self.at.as_millis(), i32::try_from(self.lane.0).unwrap_or(i32::MAX), number(self.seq)?))
    }
}
