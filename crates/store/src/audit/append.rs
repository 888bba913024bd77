//! Writing: one record after the other.
//!
//! Nothing is written here outside the transaction of what it tells.

use diesel::prelude::*;
use vault::event::{Chain, Event};

use super::audit;
use crate::engine::{Broken, Connection};

/// Writes the event at the next place of its chain, and answers where the chain stands then.
pub(crate) fn append(conn: &mut Connection, chain: Chain, event: &Event) -> Result<Chain, Broken> {
    let seq = chain.next_seq();
    let record = event.record(chain.lane, seq);
    let encoding = record.encode();
    let after = chain.after(&encoding, seq);
    diesel::insert_into(audit::table)
        .values((
            audit::lane.eq(lane_number(chain)?),
            audit::seq.eq(seq_number(seq)?),
            audit::at.eq(record.at.as_millis()),
            audit::event.eq(&record.event),
            audit::actor.eq(&record.actor),
            audit::who.eq(&record.who),
            audit::address.eq(event.address.map(|address| address.to_string())),
            audit::user_id.eq(event.subject.user.map(|id| id.as_bytes().to_vec())),
            audit::item_id.eq(event.subject.item.map(|id| id.as_bytes().to_vec())),
            audit::share_id.eq(event.subject.share.map(|id| id.as_bytes().to_vec())),
            audit::link_id.eq(event.subject.link.map(|id| id.as_bytes().to_vec())),
            audit::refusal.eq(event.refusal.map(|refusal| refusal.name())),
            audit::record.eq(&encoding),
            audit::hash.eq(after.head.as_bytes().to_vec()),
        ))
        .execute(conn)?;
    Ok(after)
}

fn lane_number(chain: Chain) -> Result<i32, Broken> {
    i32::try_from(chain.lane.0).map_err(|_| Broken::Damaged(format!("lane {} is out of range", chain.lane.0)))
}

fn seq_number(seq: u64) -> Result<i64, Broken> {
    i64::try_from(seq).map_err(|_| Broken::Damaged(format!("audit number {seq} is out of range")))
}
