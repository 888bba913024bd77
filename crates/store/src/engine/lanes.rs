//! Lanes: which chain a writer appends to, where it stands, and the latest time that any of them has seen.
//!
//! Nobody appends to a lane that somebody else holds; a chain's place is only moved forward from where it was read.

use std::time::Duration;

use diesel::prelude::*;
use vault::event::{Chain, Lane};
use vault::{Digest, Timestamp};

use super::{Broken, Connection};
use crate::audit::audit_lanes;

/// More writers than this on one database are a mistake.
const MOST: i32 = 1024;

/// How often a lane that was held before is asked for again before another is taken.
const TRIES_TO_RETURN: usize = 50;

/// Claims the lane that was held before, or else the first that nobody holds, and makes it if it is new.
pub(super) fn claim(conn: &mut Connection, before: Option<i32>) -> Result<i32, Broken> {
    // A server may need a moment to notice that the connection which held the lane is gone.
    let again = before.into_iter().flat_map(|lane| std::iter::repeat_n(lane, TRIES_TO_RETURN));
    for lane in again {
        if conn.claim_lane(lane)? {
            return Ok(lane);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    for lane in 1..=MOST {
        if conn.claim_lane(lane)? {
            make(conn, lane)?;
            return Ok(lane);
        }
    }
    Err(Broken::Unreachable(format!("all {MOST} audit lanes of this database are held by others: are that many daemons meant to run?")))
}

/// Where the lane's chain stands.
pub(super) fn load(conn: &mut Connection, lane: i32) -> Result<Chain, Broken> {
    let found: Option<(i64, Vec<u8>)> =
        audit_lanes::table.find(lane).select((audit_lanes::seq, audit_lanes::head)).first(conn).optional()?;
    let damaged = || Broken::Damaged(format!("the head of audit lane {lane} is missing or malformed"));
    let (seq, head) = found.ok_or_else(damaged)?;
    let name = Lane(u32::try_from(lane).map_err(|_| damaged())?);
    Ok(Chain { lane: name, seq: u64::try_from(seq).map_err(|_| damaged())?, head: Digest::from_slice(&head).ok_or_else(damaged)? })
}

/// The latest time that any lane has seen; the epoch's beginning in an empty database.
pub(crate) fn latest(conn: &mut Connection) -> Result<Timestamp, Broken> {
    let latest: Option<i64> = audit_lanes::table.select(diesel::dsl::max(audit_lanes::latest)).first(conn)?;
    Ok(Timestamp::from_millis(latest.unwrap_or(0)))
}

/// Moves the lane from `before` to `after`.
///
/// # Errors
/// [`Broken::Conflict`] when it doesn't stand at `before`: then another program writes to this database, and the truth must be read anew.
pub(super) fn advance(conn: &mut Connection, lane: i32, before: Chain, after: Chain, latest: Timestamp) -> Result<(), Broken> {
    let seq = |seq: u64| i64::try_from(seq).map_err(|_| Broken::Damaged(format!("audit number {seq} is out of range")));
    let moved = diesel::update(audit_lanes::table.find(lane).filter(audit_lanes::seq.eq(seq(before.seq)?)))
        .set((
            audit_lanes::seq.eq(seq(after.seq)?),
            audit_lanes::head.eq(after.head.as_bytes().to_vec()),
            audit_lanes::latest.eq(latest.as_millis()),
        ))
        .execute(conn)?;
    if moved == 1 { Ok(()) } else { Err(Broken::Conflict) }
}

/// Sets back what every lane has seen to this time.
pub(super) fn set_back(conn: &mut Connection, to: Timestamp) -> Result<(), Broken> {
    let later = audit_lanes::table.filter(audit_lanes::latest.gt(to.as_millis()));
    diesel::update(later).set(audit_lanes::latest.eq(to.as_millis())).execute(conn)?;
    Ok(())
}

fn make(conn: &mut Connection, lane: i32) -> Result<(), Broken> {
    let name = Lane(u32::try_from(lane).map_err(|_| Broken::Damaged(format!("lane {lane} is out of range")))?);
    conn.begin_write()?;
    let known: i64 = audit_lanes::table.find(lane).count().get_result(conn)?;
    if known == 0 {
        diesel::insert_into(audit_lanes::table)
            .values((
                audit_lanes::lane.eq(lane),
                audit_lanes::seq.eq(0),
                audit_lanes::head.eq(Chain::empty(name).head.as_bytes().to_vec()),
                audit_lanes::latest.eq(0),
            ))
            .execute(conn)?;
    }
    Ok(conn.commit()?)
}
