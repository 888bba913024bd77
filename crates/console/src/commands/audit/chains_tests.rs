//! What `posternctl audit verify` finds in chains made by hand.
//! Doesn't ask a daemon.

use std::cell::RefCell;

use api::Problem;
use vault::Refusal;
use vault::event::{Actor, Event, Kind, Lane};

use super::*;

/// A log in memory, served as the daemon serves it, with faults on request.
#[derive(Clone)]
struct Kept {
    lanes: Vec<(LaneHead, Vec<Entry>)>,
    unreadable: Option<u64>,
    pages: RefCell<u32>,
}

impl Kept {
    fn new(lengths: &[u64]) -> Self {
        let lanes = lengths.iter().zip(1..).map(|(length, lane)| chain(Lane(lane), *length)).collect();
        Self { lanes, unreadable: None, pages: RefCell::new(0) }
    }

    fn found(&self) -> Report {
        verify(self, |_| ()).unwrap()
    }

    /// The lane, the place and the sentence of the only fault.
    fn fault(&self) -> (u32, u64, String) {
        let report = self.found();
        assert!(!report.whole);
        let mut broken = report.lanes.into_iter().filter_map(|lane| Some((lane.lane, lane.broken?)));
        let (lane, Broken { seq, why }) = broken.next().unwrap();
        assert!(broken.next().is_none());
        (lane, seq, why)
    }
}

impl Log for Kept {
    fn heads(&self) -> Answer<Vec<LaneHead>> {
        Ok(self.lanes.iter().map(|(head, _)| head.clone()).collect())
    }

    fn after(&self, lane: u32, seq: u64, limit: u32) -> Answer<Page<Entry>> {
        *self.pages.borrow_mut() += 1;
        let (_, entries) = self.lanes.iter().find(|(head, _)| head.lane.0 == lane).unwrap();
        let rows: Vec<_> = entries.iter().filter(|entry| entry.record.seq > seq).take(limit as usize).cloned().collect();
        if rows.iter().any(|entry| Some(entry.record.seq) == self.unreadable) {
            return Err(broken());
        }
        let last = rows.last().map(|entry| entry.record.seq);
        let more = entries.last().map(|entry| entry.record.seq) != last;
        Ok(Page { rows, next: last.filter(|_| more).map(|last| last.to_string()) })
    }
}

fn chain(lane: Lane, length: u64) -> (LaneHead, Vec<Entry>) {
    let mut chain = Chain::empty(lane);
    let mut entries = Vec::new();
    for n in 1..=length {
        let at = Timestamp::from_millis(1_700_000_000_000 + n.cast_signed());
        let record = Event::new(Kind::GateDenied, at, Actor::Stranger).refused(Refusal::OutsideNetworks).record(lane, n);
        chain = chain.after(&record.encode(), n);
        entries.push(Entry { record, hash: Fixed(*chain.head.as_bytes()) });
    }
    (LaneHead { lane, seq: chain.seq, head: Fixed(*chain.head.as_bytes()) }, entries)
}

fn broken() -> Error {
    let (name, detail) = ("broken".to_owned(), "the appliance failed".to_owned());
    Error::Refused(Problem { status: 500, name, detail, request: None, tries_left: None, retry_seconds: None, hint: None })
}

#[test]
fn a_whole_log_of_several_lanes_and_pages_is_whole() {
    let kept = Kept::new(&[450, 0, 7]);
    let report = kept.found();
    assert!(report.whole);
    assert_eq!((report.records, report.lanes.iter().map(|lane| lane.records).collect::<Vec<_>>()), (457, vec![450, 0, 7]));
    assert_eq!(report.lanes[0].from, Some(Timestamp::from_millis(1_700_000_000_001)));
    assert_eq!(report.lanes[0].until, Some(Timestamp::from_millis(1_700_000_000_450)));
    assert_eq!(*kept.pages.borrow(), 5);
}

#[test]
fn a_changed_word_is_found_where_it_stands() {
    let mut kept = Kept::new(&[3, 300]);
    kept.lanes[1].1[249].record.address = "10.0.0.1".to_owned();
    let (lane, seq, why) = kept.fault();
    assert_eq!((lane, seq), (2, 250));
    assert!(why.contains("lane 2: number 250 or its hash was changed"), "{why}");
}

#[test]
fn a_record_changed_together_with_its_hash_breaks_the_next_one() {
    let mut kept = Kept::new(&[5]);
    let entries = &mut kept.lanes[0].1;
    entries[2].record.who = "nobody".to_owned();
    let before = Chain { lane: Lane(1), seq: 2, head: Digest::from_bytes(entries[1].hash.0) };
    entries[2].hash = Fixed(*before.after(&entries[2].record.encode(), 3).head.as_bytes());
    assert_eq!(kept.fault().1, 4);
}

#[test]
fn a_gap_is_found_at_the_number_that_is_missing() {
    let mut kept = Kept::new(&[300]);
    kept.lanes[0].1.remove(210);
    let (lane, seq, why) = kept.fault();
    assert_eq!((lane, seq), (1, 211));
    assert!(why.contains("number 211 is missing, 212 follows"), "{why}");
}

#[test]
fn a_tail_cut_off_without_its_head_is_found() {
    let mut kept = Kept::new(&[300]);
    kept.lanes[0].1.truncate(200);
    let (lane, seq, why) = kept.fault();
    assert_eq!((lane, seq), (1, 201));
    assert!(why.contains("it ends at number 200, but its head stands at 300"), "{why}");
}

#[test]
fn a_head_of_other_bytes_is_found() {
    let mut kept = Kept::new(&[4, 4]);
    kept.lanes[1].0.head = Fixed([1; 32]);
    let (lane, seq, why) = kept.fault();
    assert_eq!((lane, seq), (2, 4));
    assert!(why.contains("its head doesn't fit number 4"), "{why}");
    let mut empty = Kept::new(&[0]);
    empty.lanes[0].0.head = Fixed([1; 32]);
    assert_eq!(empty.fault().1, 0);
}

#[test]
fn records_behind_the_head_are_found() {
    let mut kept = Kept::new(&[5]);
    let third = Fixed(kept.lanes[0].1[2].hash.0);
    kept.lanes[0].0 = LaneHead { lane: Lane(1), seq: 3, head: third };
    let (_, seq, why) = kept.fault();
    assert_eq!(seq, 4);
    assert!(why.contains("its head stands at number 3, but records follow"), "{why}");
}

/// A log whose head stands at 3 with this hash when it is asked first, and where it belongs when it is asked again.
struct Growing(Kept, Fixed<32>, RefCell<u32>);

impl Log for Growing {
    fn heads(&self) -> Answer<Vec<LaneHead>> {
        *self.2.borrow_mut() += 1;
        let early = LaneHead { lane: Lane(1), seq: 3, head: self.1.clone() };
        Ok(vec![if *self.2.borrow() == 1 { early } else { self.0.lanes[0].0.clone() }])
    }

    fn after(&self, lane: u32, seq: u64, limit: u32) -> Answer<Page<Entry>> {
        self.0.after(lane, seq, limit)
    }
}

#[test]
fn records_added_while_it_walks_are_no_fault() {
    let kept = Kept::new(&[5]);
    let third = kept.lanes[0].1[2].hash.clone();
    let report = verify(&Growing(kept, third, RefCell::new(0)), |_| ()).unwrap();
    assert!(report.whole && report.records == 5, "{report:?}");
}

#[test]
fn a_log_that_no_longer_passes_through_its_own_head_is_found() {
    let report = verify(&Growing(Kept::new(&[5]), Fixed([1; 32]), RefCell::new(0)), |_| ()).unwrap();
    assert_eq!(report.lanes[0].broken.as_ref().map(|broken| broken.seq), Some(3));
}

#[test]
fn a_record_that_can_not_be_read_is_found_one_by_one() {
    let kept = Kept { unreadable: Some(123), ..Kept::new(&[300]) };
    let (lane, seq, why) = kept.fault();
    assert_eq!((lane, seq), (1, 123));
    assert!(why.contains("can't be read"), "{why}");
}

#[test]
fn every_broken_lane_is_told_and_the_others_are_still_walked() {
    let mut kept = Kept::new(&[5, 5, 5]);
    kept.lanes[0].1.remove(0);
    kept.lanes[2].1[4].record.event = "gate.opened".to_owned();
    let report = kept.found();
    let places: Vec<_> = report.lanes.iter().map(|lane| lane.broken.as_ref().map(|broken| broken.seq)).collect();
    assert_eq!(places, [Some(1), None, Some(5)]);
}

#[test]
fn an_appliance_that_does_not_answer_is_no_broken_chain() {
    struct Gone;
    impl Log for Gone {
        fn heads(&self) -> Answer<Vec<LaneHead>> {
            Err(broken())
        }
        fn after(&self, _: u32, _: u64, _: u32) -> Answer<Page<Entry>> {
            Err(broken())
        }
    }
    assert!(verify(&Gone, |_| ()).is_err());
}
