//! The hash chain: each record's hash covers the one before it, so that a change, a gap or an insertion shows.
//!
//! Nothing here can tell a tail that was cut off cleanly: that needs a checkpoint kept elsewhere.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::Digest;

/// One chain of records with one writer. SQLite has one, PostgreSQL one for each writing connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lane(pub u32);

/// Where a chain stands: the place and hash of its last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Which chain.
    pub lane: Lane,
    /// The place of its last record; 0 for an empty chain.
    pub seq: u64,
    /// The hash of its last record.
    pub head: Digest,
}

impl Chain {
    /// An empty chain. Its head is `SHA-256("postern/1/audit-lane" || 0x00 || u32be(lane))`.
    pub fn empty(lane: Lane) -> Self {
        Self { lane, seq: 0, head: Digest::of(&[b"postern/1/audit-lane\0", &lane.0.to_be_bytes()]) }
    }

    /// The place that the next record takes.
    pub fn next_seq(&self) -> u64 {
        self.seq.saturating_add(1)
    }

    /// The chain after this record: `hash = SHA-256(previous hash || encoding)`.
    #[must_use]
    pub fn after(&self, encoding: &[u8], seq: u64) -> Self {
        Self { lane: self.lane, seq, head: Digest::of(&[self.head.as_bytes(), encoding]) }
    }

    /// Takes the next stored record, or says what is wrong with it.
    ///
    /// # Errors
    /// A sentence for the security team.
    pub fn verify(&self, record: &Record, stored: Digest) -> Result<Self, String> {
        if record.lane != self.lane {
            return Err(format!("lane {}: a record of lane {} stands in it", self.lane.0, record.lane.0));
        }
        if record.seq != self.next_seq() {
            return Err(format!("lane {}: number {} is missing, {} follows", self.lane.0, self.next_seq(), record.seq));
        }
        let next = self.after(&record.encode(), record.seq);
        if next.head != stored {
            return Err(format!("lane {}: number {} or its hash was changed", self.lane.0, record.seq));
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Actor, Event, Kind};
    use crate::{Refusal, Timestamp};

    fn records() -> Vec<(Record, Digest)> {
        let mut chain = Chain::empty(Lane(3));
        (1..=5)
            .map(|n| {
                let event = Event::new(Kind::GateDenied, Timestamp::from_millis(n), Actor::Stranger).refused(Refusal::OutsideNetworks);
                let record = event.record(chain.lane, chain.next_seq());
                chain = chain.after(&record.encode(), record.seq);
                (record, chain.head)
            })
            .collect()
    }

    fn verify(records: &[(Record, Digest)]) -> Result<Chain, String> {
        records.iter().try_fold(Chain::empty(Lane(3)), |chain, (record, hash)| chain.verify(record, *hash))
    }

    #[test]
    fn an_untouched_chain_verifies() {
        assert_eq!(verify(&records()).unwrap().seq, 5);
    }

    #[test]
    fn a_changed_record_a_gap_and_a_swap_show() {
        let mut changed = records();
        changed[2].0.address = "10.0.0.1".to_owned();
        assert!(verify(&changed).unwrap_err().contains("number 3 or its hash was changed"));
        let mut gap = records();
        gap.remove(1);
        assert!(verify(&gap).unwrap_err().contains("number 2 is missing, 3 follows"));
        let mut swapped = records();
        swapped.swap(3, 4);
        assert!(verify(&swapped).is_err());
    }

    #[test]
    fn a_chain_can_not_be_passed_off_as_another_lanes() {
        assert!(records().iter().try_fold(Chain::empty(Lane(4)), |chain, (record, hash)| chain.verify(record, *hash)).is_err());
    }
}
