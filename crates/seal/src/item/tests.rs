//! An item's life as its owner and its editors live it, and what a lying daemon could try.

use proptest::prelude::*;

use super::records::{Records, Seen, check};
use super::*;
use crate::account::{Account, Fingerprint, Pin};
use crate::opaque::ExportKey;
use crate::{Error, Id};

const ITEM: Id = [0x17; 16];

fn person(id: u8) -> Account {
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
fn an_epoch_of_another_item_is_refused_even_with_this_ones_versions() {
    let it = Shared::new();
    let elsewhere = EpochRecord { item: [9; 16], ..it.first.clone() };
    let got = it.check(&[elsewhere.sign(&it.owner).unwrap()], it.version(&it.owner, 1), &it.people());
    assert_eq!(got, Err(Refusal::OtherItem));
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

/// An item shared with an editor, a viewer and nobody else, as the roster will allow it.
struct Shared {
    owner: Account,
    editor: Account,
    viewer: Account,
    stranger: Account,
    first: EpochRecord,
}

impl Shared {
    fn new() -> Self {
        let (owner, editor, viewer, stranger) = (person(1), person(2), person(3), person(4));
        let print = |of: &Account| of.pin().unwrap().keys.fingerprint();
        let roster = Roster::of_owner(owner.user, print(&owner)).with(editor.user, Right::Edit, print(&editor)).with(
            viewer.user,
            Right::View,
            print(&viewer),
        );
        let (author, zeros) = (owner.user, [0; 32]);
        let first = EpochRecord { item: ITEM, epoch: 1, author, roster, commit: zeros, previous: zeros };
        Self { owner, editor, viewer, stranger, first }
    }

    fn people(&self) -> Vec<Pin> {
        [&self.owner, &self.editor, &self.viewer, &self.stranger].map(|it| it.pin().unwrap()).to_vec()
    }

    fn version(&self, author: &Account, epoch: u64) -> Vec<u8> {
        let (version, zeros) = (1, [0; 32]);
        let (item, author_id) = (ITEM, author.user);
        let record = VersionRecord { item, epoch, version, author: author_id, previous: zeros, details: zeros, body: zeros };
        record.sign(author).unwrap()
    }

    fn check(&self, epochs: &[Vec<u8>], version: Vec<u8>, people: &[Pin]) -> Result<(), Refusal> {
        let records = Records { epochs, versions: &[version] };
        check(&records, &ITEM, &self.owner.user, people, None).map(|_| ())
    }
}

#[test]
fn only_those_save_whom_the_roster_lets_edit() {
    let it = Shared::new();
    let epochs = [it.first.sign(&it.owner).unwrap()];
    let saved_by = |author| it.check(&epochs, it.version(author, 1), &it.people());
    assert_eq!(saved_by(&it.owner), Ok(()));
    assert_eq!(saved_by(&it.editor), Ok(()));
    assert_eq!(saved_by(&it.viewer), Err(Refusal::Author));
    assert_eq!(saved_by(&it.stranger), Err(Refusal::Author));
}

#[test]
fn a_signature_by_other_keys_than_the_rosters_is_refused() {
    let it = Shared::new();
    let epochs = [it.first.sign(&it.owner).unwrap()];
    let impostor = Account { user: it.editor.user, ..person(9) };
    let people = it.people();
    let forged = it.version(&impostor, 1);
    assert_eq!(it.check(&epochs, forged.clone(), &people), Err(Refusal::Sealed(Error::Signature)));
    // Even if the client were told the impostor's keys, they aren't those that the roster names.
    let misled: Vec<Pin> = std::iter::once(impostor.pin().unwrap()).chain(people).collect();
    assert_eq!(it.check(&epochs, forged.clone(), &misled), Err(Refusal::UnknownKeys));
    assert_eq!(it.check(&epochs, forged, &[it.owner.pin().unwrap()]), Err(Refusal::UnknownKeys));
}

#[test]
fn only_the_owner_changes_the_roster() {
    let it = Shared::new();
    let first = it.first.sign(&it.owner).unwrap();
    let second = |author: &Account, roster: Roster| {
        let author_id = author.user;
        let previous = crate::sha256(&first);
        let next = EpochRecord { epoch: 2, author: author_id, roster, previous, ..it.first.clone() };
        let epochs = [first.clone(), next.sign(author).unwrap()];
        it.check(&epochs, it.version(&it.owner, 2), &it.people())
    };
    let same = || it.first.roster.clone();
    let more = || same().with(it.stranger.user, Right::Edit, Fingerprint([7; 32]));
    assert_eq!(second(&it.owner, more()), Ok(()));
    assert_eq!(second(&it.editor, same()), Ok(()));
    assert_eq!(second(&it.editor, more()), Err(Refusal::Author));
    assert_eq!(second(&it.viewer, same()), Err(Refusal::Author));
    assert_eq!(second(&it.stranger, same()), Err(Refusal::Author));
}

#[test]
fn a_roster_that_nobody_can_vouch_for_is_refused() {
    let it = Shared::new();
    let first = it.first.sign(&it.owner).unwrap();
    let previous = crate::sha256(&first);
    let second = EpochRecord { epoch: 2, author: it.editor.user, previous, ..it.first.clone() };
    let second = second.sign(&it.editor).unwrap();
    let version = it.version(&it.editor, 2);
    let alone = |seen| {
        let records = Records { epochs: std::slice::from_ref(&second), versions: std::slice::from_ref(&version) };
        check(&records, &ITEM, &it.owner.user, &it.people(), seen).map(|_| ())
    };
    assert_eq!(alone(None), Err(Refusal::Author));
    let seen = Seen { epoch: 2, epoch_record: crate::sha256(&second), version: 1, version_record: crate::sha256(&version) };
    assert_eq!(alone(Some(&seen)), Ok(()), "it was checked when it was seen first");
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

/// Two epochs and a chain of versions, each as it should be but for what `change` does to it.
fn chained(versions: &[u64], change: impl Fn(usize, &mut VersionRecord)) -> (Shared, Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let it = Shared::new();
    let first = it.first.sign(&it.owner).unwrap();
    let second = EpochRecord { epoch: 2, previous: crate::sha256(&first), ..it.first.clone() };
    let epochs = vec![first, second.sign(&it.owner).unwrap()];
    let mut records: Vec<Vec<u8>> = Vec::new();
    for (at, epoch) in versions.iter().enumerate() {
        let zeros = [0; 32];
        let previous = records.last().map_or(zeros, |record| crate::sha256(record));
        let (item, epoch, version, author) = (ITEM, *epoch, at as u64 + 1, it.owner.user);
        let mut record = VersionRecord { item, epoch, version, author, previous, details: zeros, body: zeros };
        change(at, &mut record);
        records.push(record.sign(&it.owner).unwrap());
    }
    (it, epochs, records)
}

#[test]
fn even_the_owner_cannot_sign_versions_that_do_not_follow_from_each_other() {
    let checked = |versions: &[u64], change: fn(usize, &mut VersionRecord)| {
        let (it, epochs, versions) = chained(versions, change);
        let records = Records { epochs: &epochs, versions: &versions };
        check(&records, &ITEM, &it.owner.user, &it.people(), None).map(|_| ())
    };
    assert_eq!(checked(&[1, 2, 2], |_, _| ()), Ok(()));
    assert_eq!(checked(&[1, 2, 1, 2], |_, _| ()), Err(Refusal::Chain), "back to an older epoch");
    assert_eq!(checked(&[1, 3, 2], |_, _| ()), Err(Refusal::Chain), "an epoch that isn't there");
    let skips: fn(usize, &mut VersionRecord) = |at, it| it.version += at as u64;
    assert_eq!(checked(&[1, 2, 2], skips), Err(Refusal::Chain), "numbers left out");
    let elsewhere: fn(usize, &mut VersionRecord) = |_, it| it.item = [9; 16];
    assert_eq!(checked(&[1, 2], elsewhere), Err(Refusal::OtherItem));
}

#[test]
fn a_fork_right_behind_what_was_seen_is_refused() {
    let (it, epochs, versions) = chained(&[1, 2, 2], |_, _| ());
    let hash = |record: &Vec<u8>| crate::sha256(record);
    let mut seen = Seen { epoch: 2, epoch_record: hash(&epochs[1]), version: 2, version_record: hash(&versions[1]) };
    let behind = |seen: &Seen| {
        let records = Records { epochs: &epochs[1..], versions: &versions[2..] };
        check(&records, &ITEM, &it.owner.user, &it.people(), Some(seen)).map(|_| ())
    };
    assert_eq!(behind(&seen), Ok(()));
    seen.version_record = [7; 32];
    assert_eq!(behind(&seen), Err(Refusal::Chain));
}

#[test]
fn an_item_with_the_wrong_number_or_previous_hash_at_its_start_is_refused() {
    let it = Shared::new();
    for (epoch, previous) in [(0, [0; 32]), (1, [1; 32]), (2, [0; 32])] {
        let first = EpochRecord { epoch, previous, ..it.first.clone() };
        let epochs = [first.sign(&it.owner).unwrap()];
        let got = it.check(&epochs, it.version(&it.owner, epoch), &it.people());
        assert_eq!(got, Err(Refusal::Chain), "{epoch}");
    }
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
