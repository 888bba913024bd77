//! Records by several hands, checked one rule at a time: what each right allows, and what no right does.

use super::*;
use crate::account::{Account, Fingerprint};
use crate::item::Roster;
use crate::item::tests::{ITEM, person};
use crate::{Error, sha256};

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
        let previous = sha256(&first);
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
    let previous = sha256(&first);
    let second = EpochRecord { epoch: 2, author: it.editor.user, previous, ..it.first.clone() };
    let second = second.sign(&it.editor).unwrap();
    let version = it.version(&it.editor, 2);
    let alone = |seen| {
        let records = Records { epochs: std::slice::from_ref(&second), versions: std::slice::from_ref(&version) };
        check(&records, &ITEM, &it.owner.user, &it.people(), seen).map(|_| ())
    };
    assert_eq!(alone(None), Err(Refusal::Author));
    let seen = Seen { epoch: 2, epoch_record: sha256(&second), version: 1, version_record: sha256(&version) };
    assert_eq!(alone(Some(&seen)), Ok(()), "it was checked when it was seen first");
}

/// Two epochs and a chain of versions, each as it should be but for what `change` does to it.
fn chained(versions: &[u64], change: impl Fn(usize, &mut VersionRecord)) -> (Shared, Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let it = Shared::new();
    let first = it.first.sign(&it.owner).unwrap();
    let second = EpochRecord { epoch: 2, previous: sha256(&first), ..it.first.clone() };
    let epochs = vec![first, second.sign(&it.owner).unwrap()];
    let mut records: Vec<Vec<u8>> = Vec::new();
    for (at, epoch) in versions.iter().enumerate() {
        let zeros = [0; 32];
        let previous = records.last().map_or(zeros, |record| sha256(record));
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
    let hash = |record: &Vec<u8>| sha256(record);
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

#[test]
fn an_epoch_of_another_item_is_refused_even_with_this_ones_versions() {
    let it = Shared::new();
    let elsewhere = EpochRecord { item: [9; 16], ..it.first.clone() };
    let got = it.check(&[elsewhere.sign(&it.owner).unwrap()], it.version(&it.owner, 1), &it.people());
    assert_eq!(got, Err(Refusal::OtherItem));
}
