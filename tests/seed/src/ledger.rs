//! The audit log: one lane, whose records follow time and whose hashes chain, as the store writes it.
//!
//! Nothing here is written out of its time's order: what happens later waits until its time has come.

use std::collections::BinaryHeap;

use diesel::prelude::*;
use store::tables::{audit, audit_lanes, audit_mirrors};
use vault::event::{Chain, Event, Lane};
use vault::{RequestId, Timestamp};

use crate::Failed;
use crate::chance::Chance;
use crate::database::Database;

/// SQLite's only lane.
const LANE: i32 = 1;

/// The log that is being written.
pub(crate) struct Ledger {
    chain: Chain,
    later: BinaryHeap<Later>,
    pushed: u64,
    chance: Chance,
}

impl Ledger {
    pub(crate) fn new(chance: Chance) -> Self {
        Self { chain: Chain::empty(Lane(1)), later: BinaryHeap::new(), pushed: 0, chance }
    }

    /// How many events are written.
    pub(crate) fn written(&self) -> u64 {
        self.chain.seq
    }

    /// Tells of something when its time has come.
    pub(crate) fn tell(&mut self, event: Event) {
        self.pushed += 1;
        self.later.push(Later { nth: self.pushed, event });
    }

    /// Writes everything that has happened by this time.
    pub(crate) fn until(&mut self, database: &mut Database, time: Timestamp) -> Result<(), Failed> {
        while self.later.peek().is_some_and(|next| next.event.at <= time) {
            if let Some(Later { event, .. }) = self.later.pop() {
                self.write(database, event)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, database: &mut Database, mut event: Event) -> Result<(), Failed> {
        event.request = Some(RequestId::from_bytes(self.chance.id(event.at)));
        let seq = self.chain.next_seq();
        let record = event.record(self.chain.lane, seq);
        let encoding = record.encode();
        self.chain = self.chain.after(&encoding, seq);
        diesel::insert_into(audit::table)
            .values((
                audit::lane.eq(LANE),
                audit::seq.eq(number(seq)),
                audit::at.eq(record.at.as_millis()),
                audit::event.eq(&record.event),
                audit::actor.eq(&record.actor),
                audit::who.eq(&record.who),
                audit::address.eq(event.address.map(|_| &record.address)),
                audit::user_id.eq(event.subject.user.as_ref().map(|id| id.as_bytes().as_slice())),
                audit::item_id.eq(event.subject.item.as_ref().map(|id| id.as_bytes().as_slice())),
                audit::share_id.eq(event.subject.share.as_ref().map(|id| id.as_bytes().as_slice())),
                audit::link_id.eq(event.subject.link.as_ref().map(|id| id.as_bytes().as_slice())),
                audit::refusal.eq(event.refusal.map(|refusal| refusal.name())),
                audit::record.eq(&encoding),
                audit::hash.eq(self.chain.head.as_bytes().as_slice()),
            ))
            .execute(&mut database.conn)?;
        database.row()
    }

    /// Writes where the chain stands. The journal has been told all of it.
    pub(crate) fn close(self, database: &mut Database, latest: Timestamp) -> Result<(), Failed> {
        let seq = number(self.chain.seq);
        diesel::delete(audit_lanes::table).execute(&mut database.conn)?;
        let head = (audit_lanes::head.eq(self.chain.head.as_bytes().as_slice()), audit_lanes::latest.eq(latest.as_millis()));
        diesel::insert_into(audit_lanes::table)
            .values((audit_lanes::lane.eq(LANE), audit_lanes::seq.eq(seq), head.0, head.1))
            .execute(&mut database.conn)?;
        diesel::delete(audit_mirrors::table).execute(&mut database.conn)?;
        diesel::insert_into(audit_mirrors::table)
            .values((audit_mirrors::lane.eq(LANE), audit_mirrors::seq.eq(seq)))
            .execute(&mut database.conn)?;
        Ok(())
    }
}

/// What happens later; the earliest is the greatest, because that is what a heap gives first.
struct Later {
    nth: u64,
    event: Event,
}

impl Ord for Later {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.event.at, other.nth).cmp(&(self.event.at, self.nth))
    }
}

impl PartialOrd for Later {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        self.nth == other.nth
    }
}

impl Eq for Later {}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
