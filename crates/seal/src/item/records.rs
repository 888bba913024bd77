//! The check of an item's records: order, hash chains, signatures, rights, and nothing older than what
//! was seen before. No key is opened here, and no record is believed because of where it came from.

use serde::{Deserialize, Serialize};

use crate::account::Pin;
use crate::item::epoch::Signed;
use crate::item::{EpochRecord, Refusal, Right, VersionRecord};
use crate::{Id, sign, text};

/// Records as the daemon serves them, oldest first, each list ending with the current one.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// Epoch records. From the first one, or from the last one seen, or from any that the owner signed.
    pub epochs: &'a [Vec<u8>],
    /// Version records, from the first one or from the last one seen, or just the current one.
    /// Where the list begins after what was seen, [`Refusal::Gap`] asks for more of it.
    pub versions: &'a [Vec<u8>],
}

/// The newest state of an item that this client has seen. A client stores it and refuses less; a client
/// that has seen nothing can't know what is withheld from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The epoch.
    pub epoch: u64,
    /// SHA-256 of its record.
    #[serde(with = "text::array")]
    pub epoch_record: [u8; 32],
    /// The version.
    pub version: u64,
    /// SHA-256 of its record.
    #[serde(with = "text::array")]
    pub version_record: [u8; 32],
}

/// Records that passed every check. Neither list is empty.
#[derive(Debug)]
pub(crate) struct Checked {
    pub epochs: Vec<Signed<EpochRecord>>,
    pub versions: Vec<Signed<VersionRecord>>,
}

const NOTHING: [u8; 32] = [0; 32];

/// Checks all records of `item`, which `owner` owns. `people` are the people whose keys are known,
/// the reader among them.
pub(crate) fn check(records: &Records<'_>, item: &Id, owner: &Id, people: &[Pin], seen: Option<&Seen>) -> Result<Checked, Refusal> {
    let epochs = check_epochs(records.epochs, item, owner, people, seen)?;
    let versions = check_versions(records.versions, item, &epochs, people, seen)?;
    let current = |list: &[Signed<EpochRecord>]| list.last().map(|record| record.says.epoch);
    if versions.last().map(|record| record.says.epoch) != current(&epochs) {
        // A new epoch always begins with a version of its own, so the last ones belong together.
        return Err(Refusal::Chain);
    }
    Ok(Checked { epochs, versions })
}

fn check_epochs(
    records: &[Vec<u8>],
    item: &Id,
    owner: &Id,
    people: &[Pin],
    seen: Option<&Seen>,
) -> Result<Vec<Signed<EpochRecord>>, Refusal> {
    let mut checked: Vec<Signed<EpochRecord>> = Vec::with_capacity(records.len());
    for record in records {
        let record = Signed::parse(record, EpochRecord::from_text)?;
        let says = &record.says;
        if says.item != *item || says.roster.owner() != *owner {
            return Err(Refusal::OtherItem);
        }
        let before = checked.last();
        let link = before.map(|before| (before.says.epoch, before.hash));
        follows(says.epoch, &says.previous, link)?;
        // Only the owner changes the roster. An editor may repeat it; where the record before isn't at
        // hand to compare with, that can't be seen, so the list must begin with an owner's record or
        // with one that was checked when it was first seen.
        let known = seen.is_some_and(|seen| (seen.epoch, seen.epoch_record) == (says.epoch, record.hash));
        let repeated = before.is_some_and(|before| before.says.roster == says.roster);
        if says.author != *owner && !repeated && !known {
            return Err(Refusal::Author);
        }
        verify(&record, &says.author, says, people)?;
        checked.push(record);
    }
    let list: Vec<_> = checked.iter().map(|record| (record.says.epoch, record.hash)).collect();
    let first = checked.first().map(|record| record.says.previous);
    not_older(&list, first, seen.map(|seen| (seen.epoch, seen.epoch_record)))?;
    Ok(checked)
}

fn check_versions(
    records: &[Vec<u8>],
    item: &Id,
    epochs: &[Signed<EpochRecord>],
    people: &[Pin],
    seen: Option<&Seen>,
) -> Result<Vec<Signed<VersionRecord>>, Refusal> {
    let mut checked: Vec<Signed<VersionRecord>> = Vec::with_capacity(records.len());
    for record in records {
        let record = Signed::parse(record, VersionRecord::from_text)?;
        let says = &record.says;
        if says.item != *item {
            return Err(Refusal::OtherItem);
        }
        let before = checked.last();
        follows(says.version, &says.previous, before.map(|before| (before.says.version, before.hash)))?;
        if before.is_some_and(|before| before.says.epoch > says.epoch) {
            return Err(Refusal::Chain);
        }
        let epoch = epochs.iter().find(|epoch| epoch.says.epoch == says.epoch);
        let epoch = &epoch.ok_or(Refusal::Chain)?.says;
        verify(&record, &says.author, epoch, people)?;
        checked.push(record);
    }
    let list: Vec<_> = checked.iter().map(|record| (record.says.version, record.hash)).collect();
    let first = checked.first().map(|record| record.says.previous);
    not_older(&list, first, seen.map(|seen| (seen.version, seen.version_record)))?;
    Ok(checked)
}

/// A record's number and hash follow from the one before; the first ever has none before it.
fn follows(number: u64, previous: &[u8; 32], before: Option<(u64, [u8; 32])>) -> Result<(), Refusal> {
    let right = match before {
        Some((before, hash)) => before.checked_add(1) == Some(number) && *previous == hash,
        // Where a list begins later, what came before it can't be checked, but that something did can.
        None => number > 0 && (number == 1) == (*previous == NOTHING),
    };
    if right { Ok(()) } else { Err(Refusal::Chain) }
}

/// The list ends no earlier than what was seen, and reaches back to it.
fn not_older(list: &[(u64, [u8; 32])], before_first: Option<[u8; 32]>, seen: Option<(u64, [u8; 32])>) -> Result<(), Refusal> {
    let (Some((first, _)), Some((last, _))) = (list.first(), list.last()) else {
        return Err(Refusal::Chain);
    };
    let Some((seen, hash)) = seen else {
        return Ok(());
    };
    if *last < seen {
        return Err(Refusal::Older);
    }
    let right_behind = seen.checked_add(1) == Some(*first);
    if list.contains(&(seen, hash)) || (right_behind && before_first == Some(hash)) {
        return Ok(());
    }
    Err(if *first > seen && !right_behind { Refusal::Gap } else { Refusal::Chain })
}

/// The author may edit, is known under the roster's fingerprint, and signed exactly this.
fn verify<T>(record: &Signed<T>, author: &Id, epoch: &EpochRecord, people: &[Pin]) -> Result<(), Refusal> {
    let entry = epoch.roster.user(author).ok_or(Refusal::Author)?;
    if entry.right == Right::View {
        return Err(Refusal::Author);
    }
    let pin = people.iter().find(|pin| pin.user == *author).ok_or(Refusal::UnknownKeys)?;
    if pin.keys.fingerprint() != entry.fingerprint {
        return Err(Refusal::UnknownKeys);
    }
    Ok(sign::verify(&pin.keys.signing, &record.text, &record.signature)?)
}

#[cfg(test)]
mod tests;
