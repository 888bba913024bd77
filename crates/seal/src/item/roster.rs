//! The roster: who holds an item's key in an epoch, under which keys of their own, with which right.
//! It stands in the epoch's signed record; nobody is ever wrapped to who isn't in it.
//!
//! Entries of 50 bytes: `holder (1) || id (16) || right (1) || fingerprint (32)`. The owner comes first,
//! the others follow in ascending order of their first 17 bytes.

use crate::account::Fingerprint;
use crate::ctx::array;
use crate::{Error, Id};

const ENTRY: usize = 50;

/// What holds the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A person (0x01). Groups will be 0x02.
    User(Id),
}

/// What a holder may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Everything, the roster included (0x01).
    Own,
    /// Save versions, and start an epoch with the roster as it is (0x02).
    Edit,
    /// Read (0x03).
    View,
}

/// One line of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub holder: Holder,
    /// With which right.
    pub right: Right,
    /// Under which keys of their own.
    pub fingerprint: Fingerprint,
}

/// All holders of an item in one epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    owner: Entry,
    others: Vec<Entry>,
}

impl Roster {
    /// The roster of an item that only its owner holds.
    pub fn of_owner(owner: Id, fingerprint: Fingerprint) -> Self {
        Self { owner: Entry { holder: Holder::User(owner), right: Right::Own, fingerprint }, others: Vec::new() }
    }

    /// The owner.
    pub fn owner(&self) -> Id {
        let Holder::User(id) = self.owner.holder;
        id
    }

    /// All holders, the owner first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        std::iter::once(&self.owner).chain(&self.others)
    }

    /// The entry of a person.
    pub fn user(&self, user: &Id) -> Option<&Entry> {
        self.entries().find(|entry| entry.holder == Holder::User(*user))
    }

    /// The bytes that stand in the epoch's record.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.entries().flat_map(|entry| entry.to_bytes()).collect()
    }

    /// Reads what [`Roster::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (entries, []) = bytes.as_chunks::<ENTRY>() else {
            return Err(Error::Length);
        };
        let mut entries = entries.iter().map(Entry::from_bytes);
        let owner = entries.next().ok_or(Error::Length)??;
        let others = entries.collect::<Result<Vec<_>, _>>()?;
        let one_owner = owner.right == Right::Own && others.iter().all(|entry| entry.right != Right::Own);
        let ascending = others.is_sorted_by(|a, b| a.holder < b.holder);
        let once = others.iter().all(|entry| entry.holder != owner.holder);
        if one_owner && ascending && once { Ok(Self { owner, others }) } else { Err(Error::Form) }
    }

    /// Adds a holder. Sharing with users brings this into use; until then only tests do.
    #[cfg(test)]
    pub(crate) fn with(mut self, user: Id, right: Right, fingerprint: Fingerprint) -> Self {
        self.others.push(Entry { holder: Holder::User(user), right, fingerprint });
        self.others.sort_by_key(|entry| entry.holder);
        self
    }
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let Holder::User(id) = &self.holder;
        let right = match self.right {
            Right::Own => 1,
            Right::Edit => 2,
            Right::View => 3,
        };
        let mut out = [0; ENTRY];
        let parts = [&[1][..], id, &[right], &self.fingerprint.0];
        for (to, from) in out.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        out
    }

    fn from_bytes(bytes: &[u8; ENTRY]) -> Result<Self, Error> {
        let [1, rest @ ..] = bytes else {
            return Err(Error::Form);
        };
        let (id, rest) = rest.split_at(16);
        let (right, fingerprint) = rest.split_at(1);
        let right = match right {
            [1] => Right::Own,
            [2] => Right::Edit,
            [3] => Right::View,
            _ => return Err(Error::Form),
        };
        let fingerprint = Fingerprint(array(fingerprint)?);
        Ok(Self { holder: Holder::User(array(id)?), right, fingerprint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        Roster::of_owner([5; 16], Fingerprint([1; 32])).with([9; 16], Right::Edit, Fingerprint([2; 32])).with(
            [3; 16],
            Right::View,
            Fingerprint([3; 32]),
        )
    }

    fn altered(change: impl FnOnce(&mut Vec<u8>)) -> Result<Roster, Error> {
        let mut bytes = roster().to_bytes();
        change(&mut bytes);
        Roster::from_bytes(&bytes)
    }

    #[test]
    fn a_roster_is_read_back() {
        assert_eq!(Roster::from_bytes(&roster().to_bytes()), Ok(roster()));
        assert_eq!(roster().user(&[9; 16]).unwrap().right, Right::Edit);
        assert_eq!(roster().user(&[8; 16]), None);
    }

    #[test]
    fn a_roster_has_one_form() {
        assert_eq!(altered(Vec::clear), Err(Error::Length));
        assert_eq!(altered(|b| b.truncate(149)), Err(Error::Length));
        assert_eq!(altered(|b| b.push(0)), Err(Error::Length));
        assert_eq!(altered(|b| b[0] = 2), Err(Error::Form), "an unknown kind of holder");
        assert_eq!(altered(|b| b[17] = 4), Err(Error::Form), "an unknown right");
        assert_eq!(altered(|b| b[17] = 2), Err(Error::Form), "no owner");
        assert_eq!(altered(|b| b[67] = 1), Err(Error::Form), "two owners");
        assert_eq!(altered(|b| b[50..].rotate_left(50)), Err(Error::Form), "another order");
        assert_eq!(altered(|b| b.copy_within(50..100, 100)), Err(Error::Form), "somebody twice");
        assert_eq!(altered(|b| b[51..67].fill(5)), Err(Error::Form), "the owner twice");
    }
}
