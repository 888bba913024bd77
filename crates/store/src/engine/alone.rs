//! One write by whoever has the whole database for itself: the end of a restore.
//!
//! Nothing here begins or commits: whoever restores holds the transaction, and nobody else a lane.

use diesel::prelude::*;
use vault::event::{Chain, Lane};
use vault::{Policy, Timekeeper};

use super::{Broken, Call, Connection, Tx, lanes};
use crate::audit::audit_lanes;

/// Runs a write at the end of the first lane that there is.
pub(crate) fn write<T>(
    conn: &mut Connection,
    call: &Call,
    policy: &Policy,
    write: impl FnOnce(&mut Tx<'_>) -> Result<T, Broken>,
) -> Result<T, Broken> {
    let first: Option<i32> = audit_lanes::table.select(diesel::dsl::min(audit_lanes::lane)).first(conn)?;
    let lane = first.unwrap_or(1);
    if first.is_none() {
        let head = Chain::empty(Lane(1)).head.as_bytes().to_vec();
        let row = (audit_lanes::lane.eq(1), audit_lanes::seq.eq(0), audit_lanes::head.eq(head), audit_lanes::latest.eq(0));
        diesel::insert_into(audit_lanes::table).values(row).execute(conn)?;
    }
    let before = lanes::load(conn, lane)?;
    let time = Timekeeper::new(call.clock, lanes::latest(conn)?);
    let mut tx = Tx { conn, chain: before, time, call, policy };
    let written = write(&mut tx)?;
    let (after, latest) = (tx.chain, tx.time.now());
    lanes::advance(conn, lane, before, after, latest)?;
    Ok(written)
}
