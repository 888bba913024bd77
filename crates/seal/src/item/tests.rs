//! An item's life as its owner lives it, and what a lying daemon could try with what it keeps.

use proptest::prelude::*;

use super::*;
use crate::account::Account;
use crate::opaque::ExportKey;
use crate::{Error, Id};

pub(super) const ITEM: Id = [0x17; 16];

pub(super) fn person(id: u8) -> Account {
    Account::create([id; 16], &ExportKey::from_bytes([id; 64])).unwrap().0
}

fn note(body: &str) -> Contents {
    Contents::Note { name: "Door".into(), body: body.into() }
}

/// What a daemon keeps of an item, in the order in which it was uploaded.
#[derive(Clone, Default)]
struct Daemon {
    epochs: Vec<SealedEpoch>,
    versions: Vec<SealedVersion>,
}

impl Daemon {
    fn with(owner: &Account, bodies: &[&str]) -> Self {
        let mut daemon = Self::default();
        daemon.take(Item::create(owner, ITEM, &note(bodies[0])).unwrap());
        for body in &bodies[1..] {
            let version = daemon.open(owner, None).unwrap().save(owner, &note(body)).unwrap();
            daemon.versions.push(version);
        }
        daemon
    }

    fn take(&mut self, (epoch, version): (SealedEpoch, SealedVersion)) {
        self.epochs.push(epoch);
        self.versions.push(version);
    }

    fn records(&self) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
        (
            self.epochs.iter().map(|epoch| epoch.record.clone()).collect(),
            self.versions.iter().map(|version| version.record.clone()).collect(),
        )
    }

    fn open(&self, owner: &Account, seen: Option<&Seen>) -> Result<Item, Refusal> {
        let (epochs, versions) = self.records();
        let records = Records { epochs: &epochs, versions: &versions };
        Item::open(owner, ITEM, &records, &self.epochs.last().unwrap().wrap, seen)
    }

    fn read(&self, owner: &Account) -> Result<Contents, Refusal> {
        self.open(owner, None)?.contents(&self.versions.last().unwrap().body)
    }
}

#[test]
fn an_owner_reads_what_they_saved() {
    let owner = person(1);
    let mut daemon = Daemon::with(&owner, &["one", "two", "three"]);
    assert_eq!(daemon.read(&owner), Ok(note("three")));
    let item = daemon.open(&owner, None).unwrap();
    assert_eq!(item.details(&daemon.versions[2].details), Ok(note("").details()));
    assert_eq!((item.epoch().epoch, item.version().version), (1, 3));
    daemon.take(item.start_epoch(&owner, &note("three")).unwrap());
    let item = daemon.open(&owner, Some(&item.seen())).unwrap();
    assert_eq!((item.epoch().epoch, item.version().version), (2, 4));
    assert_eq!(daemon.read(&owner), Ok(note("three")));
}

#[test]
fn the_history_stays_readable_through_every_epoch() {
    let owner = person(1);
    let mut daemon = Daemon::with(&owner, &["one", "two"]);
    for body in ["three", "four"] {
        let begun = daemon.open(&owner, None).unwrap().start_epoch(&owner, &note(body)).unwrap();
        daemon.take(begun);
    }
    let item = daemon.open(&owner, None).unwrap();
    let keys: Vec<_> = daemon.epochs.iter().rev().filter_map(|e| e.previous_key.clone()).collect();
    for (at, (body, back)) in [("one", 2), ("two", 2), ("three", 1), ("four", 0)].iter().enumerate() {
        let sealed = &daemon.versions[at];
        let read = |keys| item.earlier_contents(sealed.version, &sealed.body, keys);
        assert_eq!(read(&keys[..*back]), Ok(note(body)));
        if *back > 0 {
            assert_eq!(read(&[]), Err(Refusal::Chain));
            assert_eq!(read(&keys[1..]), Err(Refusal::Sealed(Error::NotOpened)));
        }
    }
    assert_eq!(item.earlier_contents(9, &daemon.versions[0].body, &keys), Err(Refusal::Chain));
}

#[test]
fn an_older_state_than_was_seen_is_refused() {
    let owner = person(1);
    let mut daemon = Daemon::with(&owner, &["one", "two"]);
    let before = daemon.clone();
    let seen = daemon.open(&owner, None).unwrap().seen();
    let more = daemon.open(&owner, None).unwrap().save(&owner, &note("three")).unwrap();
    daemon.versions.push(more);
    let newest = daemon.open(&owner, Some(&seen)).unwrap().seen();
    assert_eq!(before.open(&owner, Some(&newest)).unwrap_err(), Refusal::Older);
    assert!(before.open(&owner, None).is_ok(), "a client that has seen nothing can't know");
    let begun = daemon.open(&owner, None).unwrap().start_epoch(&owner, &note("four")).unwrap();
    let old = daemon.clone();
    daemon.take(begun);
    let newest = daemon.open(&owner, None).unwrap().seen();
    assert_eq!(old.open(&owner, Some(&newest)).unwrap_err(), Refusal::Older);
}

#[test]
fn a_fork_a_gap_and_a_repetition_are_refused() {
    let owner = person(1);
    let daemon = Daemon::with(&owner, &["one", "two", "three", "four"]);
    let fork = {
        let start = Daemon { versions: daemon.versions[..1].to_vec(), ..daemon.clone() };
        start.open(&owner, None).unwrap().save(&owner, &note("other")).unwrap()
    };
    let seen = Daemon { versions: daemon.versions[..2].to_vec(), ..daemon.clone() };
    let seen = seen.open(&owner, None).unwrap().seen();
    let with = |versions: &[&SealedVersion], seen| {
        let versions = versions.iter().map(|version| (*version).clone()).collect();
        Daemon { versions, ..daemon.clone() }.open(&owner, seen).map(|_| ())
    };
    let [one, two, three, four] = &daemon.versions[..] else { panic!("four versions") };
    assert_eq!(with(&[one, two, three, four], Some(&seen)), Ok(()));
    assert_eq!(with(&[two, three, four], Some(&seen)), Ok(()));
    assert_eq!(with(&[three, four], Some(&seen)), Ok(()));
    assert_eq!(with(&[four], None), Ok(()));
    assert_eq!(with(&[four], Some(&seen)), Err(Refusal::Gap), "a gap after what was seen");
    assert_eq!(with(&[one, three, four], None), Err(Refusal::Chain), "a gap");
    assert_eq!(with(&[one, &fork], Some(&seen)), Err(Refusal::Chain), "a fork of what was seen");
    assert_eq!(with(&[&fork, three, four], None), Err(Refusal::Chain), "a fork");
    assert_eq!(with(&[one, two, two], None), Err(Refusal::Chain), "a repetition");
    assert_eq!(with(&[four, three], None), Err(Refusal::Chain), "backwards");
    assert_eq!(with(&[], None), Err(Refusal::Chain), "nothing");
}

#[test]
fn another_items_records_wraps_and_bytes_are_refused() {
    let (owner, other) = (person(1), person(2));
    let daemon = Daemon::with(&owner, &["one", "two"]);
    assert_eq!(daemon.open(&other, None).unwrap_err(), Refusal::OtherItem, "another owner's");
    let item = daemon.open(&owner, None).unwrap();
    assert_eq!(item.contents(&daemon.versions[0].body), Err(Refusal::OtherBytes));
    assert_eq!(item.details(&daemon.versions[0].details), Err(Refusal::OtherBytes));
    assert_eq!(item.contents(&daemon.versions[1].details), Err(Refusal::OtherBytes));
    let (epochs, versions) = daemon.records();
    let records = Records { epochs: &epochs, versions: &versions };
    let elsewhere = Item::open(&owner, [9; 16], &records, &daemon.epochs[0].wrap, None);
    assert_eq!(elsewhere.unwrap_err(), Refusal::OtherItem);
    let wrap = Item::create(&owner, [9; 16], &note("x")).unwrap().0.wrap;
    let opened = Item::open(&owner, ITEM, &records, &wrap, None);
    assert_eq!(opened.unwrap_err(), Refusal::Sealed(Error::NotOpened));
}

#[test]
fn a_key_other_than_the_promised_one_is_refused() {
    let owner = person(1);
    let daemon = Daemon::with(&owner, &["one"]);
    let (epochs, versions) = daemon.records();
    // Somebody who has the root could wrap any key; the record still says which one it has to be.
    let wrap = ItemKey::random().unwrap().wrap_for_owner(&owner.root, &ITEM, 1).unwrap();
    let records = Records { epochs: &epochs, versions: &versions };
    assert_eq!(Item::open(&owner, ITEM, &records, &wrap, None).unwrap_err(), Refusal::Commitment);
}

#[test]
fn a_version_under_a_stale_epoch_is_refused() {
    let owner = person(1);
    let mut daemon = Daemon::with(&owner, &["one"]);
    let item = daemon.open(&owner, None).unwrap();
    let late = item.save(&owner, &note("late")).unwrap();
    daemon.take(item.start_epoch(&owner, &note("two")).unwrap());
    daemon.versions[1] = late.clone();
    assert_eq!(daemon.open(&owner, None).unwrap_err(), Refusal::Chain);
    daemon.versions.insert(0, late);
    assert_eq!(daemon.open(&owner, None).unwrap_err(), Refusal::Chain);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_altered_or_cut_or_longer_byte_string_is_refused(at: prop::sample::Index, bit in 0_u32..8, what in 0..5_usize) {
        let owner = person(1);
        let daemon = Daemon::with(&owner, &["one", "two"]);
        let change: [fn(&mut Vec<u8>, usize, u32); 3] = [
            |bytes, at, bit| bytes[at] ^= 1_u8 << bit,
            |bytes, at, _| bytes.truncate(at),
            |bytes, at, _| bytes.extend_from_slice(&vec![0; at + 1]),
        ];
        for change in change {
            let mut daemon = daemon.clone();
            let target = match what {
                0 => &mut daemon.epochs[0].record,
                1 => &mut daemon.epochs[0].wrap,
                2 => &mut daemon.versions[0].record,
                3 => &mut daemon.versions[1].record,
                _ => &mut daemon.versions[1].body,
            };
            let at = at.index(target.len());
            change(target, at, bit);
            prop_assert!(daemon.read(&owner).is_err());
        }
    }
}
