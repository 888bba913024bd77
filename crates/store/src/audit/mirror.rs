//! Mirroring: what of the log the journal hasn't been told yet.
//!
//! Nothing is told too seldom: the cursor moves after the telling, so a crash in between tells twice, under the same numbers.

use diesel::prelude::*;
use vault::Digest;
use vault::event::{Event, Lane, Record};

use super::read::{bounded, decoded, number};
use super::{audit, audit_lanes, audit_mirrors};
use crate::{Answer, Broken, Call, Store};

impl Store {
    /// Records that were not mirrored yet, lane by lane in the chain's order; at most `limit`. Of the lanes that this process holds or held,
    /// and of those that nobody holds: what a daemon left behind that ended is told by the others.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn unmirrored(&self, limit: u32) -> Result<Vec<(Record, Digest)>, Broken> {
        let held = self.lanes_held();
        self.read(move |conn| {
            let claimed = conn.claimed_lanes()?;
            let lanes: Vec<(i32, i64, Option<i64>)> = audit_lanes::table
                .left_join(audit_mirrors::table.on(audit_mirrors::lane.eq(audit_lanes::lane)))
                .select((audit_lanes::lane, audit_lanes::seq, audit_mirrors::seq.nullable()))
                .order(audit_lanes::lane)
                .load(conn)?;
            let mut left = bounded(limit);
            let mut found = Vec::new();
            for (lane, seq, mirrored) in lanes {
                let (mirrored, others) = (mirrored.unwrap_or(0), claimed.contains(&lane) && !held.contains(&lane));
                if others || seq <= mirrored || left <= 0 {
                    continue;
                }
                let later = audit::table.filter(audit::lane.eq(lane).and(audit::seq.gt(mirrored)));
                let rows = later.select((audit::record, audit::hash)).order(audit::seq).limit(left).load(conn)?;
                let rows = decoded(rows)?;
                left = left.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
                found.extend(rows);
            }
            Ok(found)
        })
        .await
    }

    /// Remembers that a lane was mirrored up to this place. Never moves back.
    ///
    /// # Errors
    /// [`Broken`], through [`crate::Failure`].
    pub async fn set_mirrored(&self, call: &Call, lane: Lane, seq: u64) -> Answer<()> {
        self.write(call, move |tx| {
            let seq = number(seq)?;
            let lane = i32::try_from(lane.0).map_err(|_| Broken::Damaged(format!("lane {} is out of range", lane.0)))?;
            let known: Option<i64> = audit_mirrors::table.find(lane).select(audit_mirrors::seq).first(tx.conn).optional()?;
            match known {
                Some(known) if known >= seq => 0,
                Some(_) => diesel::update(audit_mirrors::table.find(lane)).set(audit_mirrors::seq.eq(seq)).execute(tx.conn)?,
                None => diesel::insert_into(audit_mirrors::table)
                    .values((audit_mirrors::lane.eq(lane), audit_mirrors::seq.eq(seq)))
                    .execute(tx.conn)?,
            };
            Ok(())
        })
        .await
    }

    /// Records an event that the daemon itself tells: a denial at the gate, its start and its stop.
    ///
    /// # Errors
    /// [`Broken`], through [`crate::Failure`].
    pub async fn record(&self, call: &Call, event: Event) -> Answer<()> {
        self.write(call, move |tx| Ok(tx.record(event.clone())?)).await
    }
}
