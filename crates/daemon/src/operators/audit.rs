//! `/api/v1/admin/audit/...`: the audit log, by filter and newest first, or lane by lane and complete.
//!
//! Nothing here verifies: whoever doubts the daemon recomputes the hashes elsewhere.

use std::net::IpAddr;

use api::Fixed;
use api::admin::audit::{Entry, LaneHead};
use serde::Deserialize;
use store::{AuditFilter, Position};
use vault::event::{Lane, Record};
use vault::gate::canonical;
use vault::{Digest, ItemId, LinkId, ShareId, Timestamp, UserId};

use super::entrance::Reads;
use crate::http::answer::{No, Reply, json};
use crate::http::asked::{Asked, Id, Paging, Query, after, page, rows};

/// Which records are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    event: Option<String>,
    actor: Option<String>,
    who: Option<String>,
    address: Option<String>,
    user: Option<UserId>,
    item: Option<ItemId>,
    share: Option<ShareId>,
    link: Option<LinkId>,
    refused: Option<bool>,
    after: Option<String>,
    limit: Option<u32>,
}

/// Which part of a lane is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Along {
    after: Option<u64>,
    limit: Option<u32>,
}

/// No record's number is higher: databases count in signed numbers.
const MOST_SEQ: u64 = i64::MAX.unsigned_abs();

/// `GET /api/v1/admin/audit`
pub async fn list(asked: Asked, _reader: Reads, wanted: Query<Wanted>) -> Reply {
    let Wanted { event, actor, who, address, user, item, share, link, refused, after, limit } = wanted.0;
    // Addresses are recorded in canonical form; what is no address matches nothing.
    let address = address.map(|text| text.parse::<IpAddr>().map_or(text, |address| canonical(address).to_string()));
    let after = after.as_deref().map(position).transpose()?;
    let limit = rows(limit);
    let filter = AuditFilter { event, actor, who, address, user, item, share, link, refused };
    let found = asked.store().audit_page(filter, after, limit).await?;
    json(&api::Page { rows: found.rows.into_iter().map(shown).collect(), next: found.next.map(place) })
}

/// `GET /api/v1/admin/audit/lanes`
pub async fn lanes(asked: Asked, _reader: Reads, paging: Query<Paging>) -> Reply {
    let (from, limit) = (after::<u32>(paging.0.after.as_deref())?, rows(paging.0.limit));
    // One for each writing connection: they are few, and a page of them is cut here.
    let behind = |state: &store::LaneState| from.is_none_or(|lane| state.lane.0 > lane);
    let found = asked.store().audit_lanes().await?.into_iter().filter(behind);
    let head = |state: store::LaneState| LaneHead { lane: state.lane, seq: state.seq, head: Fixed(*state.head.as_bytes()) };
    json(&page(found.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect(), limit, |state| state.lane.0.to_string(), head))
}

/// `GET /api/v1/admin/audit/lanes/{lane}`
pub async fn lane(asked: Asked, _reader: Reads, lane: Id<u32>, along: Query<Along>) -> Reply {
    let limit = rows(along.0.limit);
    let found = asked.store().audit_lane_entries(Lane(lane.0), along.0.after.unwrap_or(0).min(MOST_SEQ), limit).await?;
    json(&page(found, limit, |(record, _)| record.seq.to_string(), shown))
}

fn shown((record, hash): (Record, Digest)) -> Entry {
    Entry { record, hash: Fixed(*hash.as_bytes()) }
}

/// A record's place in the order by time, as text: `at.lane.seq`.
fn place(Position { at, lane, seq }: Position) -> String {
    format!("{}.{}.{seq}", at.as_millis(), lane.0)
}

fn position(text: &str) -> Result<Position, No> {
    let mut parts = text.split('.');
    let mut part = || parts.next().ok_or(());
    let read = (|| {
        let at = part()?.parse().map_err(|_| ())?;
        let lane = part()?.parse().map_err(|_| ())?;
        let seq = part()?.parse().map_err(|_| ()).and_then(|seq| if seq <= MOST_SEQ { Ok(seq) } else { Err(()) })?;
        Ok::<_, ()>(Position { at: Timestamp::from_millis(at), lane: Lane(lane), seq })
    })();
    read.map_err(|()| No::senseless("after= takes what the page before gave as next"))
}

#[cfg(test)]
mod tests {
    use vault::event::{Actor, Event, Kind};

    use super::*;

    #[test]
    fn the_place_to_go_on_from_is_read_back() {
        let record = Event::new(Kind::DaemonStopped, Timestamp::from_millis(-5), Actor::Appliance).record(Lane(3), 9);
        assert_eq!(position(&place(Position::of(&record))).unwrap(), Position::of(&record));
        for wrong in ["", "1", "1.2", "a.b.c", "1.2.-3", "1.2.9223372036854775808"] {
            assert!(position(wrong).is_err(), "{wrong}");
        }
    }
}
