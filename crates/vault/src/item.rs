//! Items in the vault, as far as the daemon knows them: whose they are, which epoch and version they have.
//!
//! Nothing here knows what an item is called or holds: that is sealed.

use crate::{ItemId, Policy, Refusal, UserId};

/// What the rules know of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which it is.
    pub id: ItemId,
    /// Whose it is.
    pub owner: UserId,
    /// The current epoch of its key, counted from 1.
    pub epoch: u64,
    /// The newest version, counted from 1.
    pub version: u64,
    /// Whether it is disabled.
    pub disabled: bool,
}

impl Item {
    /// Whether this user may see it. Only the owner may, until grants exist.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]: who may not see an item doesn't learn that it exists.
    pub fn seen_by(&self, user: UserId) -> Result<(), Refusal> {
        if self.owner == user { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// Whether a new version may be saved: the next one, under the current epoch, or with the epoch that follows it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::ItemDisabled`], [`Refusal::StaleEpoch`], [`Refusal::StaleVersion`], [`Refusal::TooLarge`].
    pub fn save(&self, user: UserId, saving: Saving, policy: &Policy) -> Result<(), Refusal> {
        self.seen_by(user)?;
        if self.disabled {
            return Err(Refusal::ItemDisabled);
        }
        let epoch = if saving.starts_epoch { self.epoch.checked_add(1) } else { Some(self.epoch) };
        if epoch != Some(saving.epoch) {
            return Err(Refusal::StaleEpoch);
        }
        if self.version.checked_add(1) != Some(saving.version) {
            return Err(Refusal::StaleVersion);
        }
        sized(saving.sealed_bytes, policy)
    }
}

/// A version on its way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saving {
    /// The epoch whose key sealed it.
    pub epoch: u64,
    /// Whether a new epoch record comes with it.
    pub starts_epoch: bool,
    /// Its number.
    pub version: u64,
    /// The size of all its sealed parts together, in bytes.
    pub sealed_bytes: usize,
}

impl Saving {
    /// What comes in, read off its parts: `started` is the number in the new epoch's record, if one comes along.
    ///
    /// # Errors
    /// [`Refusal::StaleEpoch`] when the version isn't sealed under the epoch that it starts.
    pub fn of(epoch: u64, started: Option<u64>, version: u64, sealed_bytes: usize) -> Result<Self, Refusal> {
        match started {
            Some(number) if number != epoch => Err(Refusal::StaleEpoch),
            _ => Ok(Self { epoch, starts_epoch: started.is_some(), version, sealed_bytes }),
        }
    }

    /// Whether this may be the first version of a new item: epoch 1 and version 1.
    ///
    /// # Errors
    /// [`Refusal::StaleEpoch`], [`Refusal::StaleVersion`], [`Refusal::TooLarge`].
    pub fn begin(&self, policy: &Policy) -> Result<(), Refusal> {
        if self.epoch != 1 || !self.starts_epoch {
            return Err(Refusal::StaleEpoch);
        }
        if self.version != 1 {
            return Err(Refusal::StaleVersion);
        }
        sized(self.sealed_bytes, policy)
    }
}

/// Holds sealed bytes against policy.
///
/// # Errors
/// [`Refusal::TooLarge`].
pub fn sized(sealed_bytes: usize, policy: &Policy) -> Result<(), Refusal> {
    let maximum_bytes = policy.maximum_sealed_bytes;
    match u32::try_from(sealed_bytes) {
        Ok(bytes) if bytes <= maximum_bytes => Ok(()),
        _ => Err(Refusal::TooLarge { maximum_bytes }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: UserId = UserId::from_bytes([1; 16]);
    const OTHER: UserId = UserId::from_bytes([2; 16]);

    fn item() -> Item {
        Item { id: ItemId::from_bytes([3; 16]), owner: OWNER, epoch: 2, version: 5, disabled: false }
    }

    fn saving() -> Saving {
        Saving { epoch: 2, starts_epoch: false, version: 6, sealed_bytes: 512 }
    }

    #[test]
    fn the_next_version_is_taken_and_no_other() {
        let policy = Policy::default();
        assert_eq!(item().save(OWNER, saving(), &policy), Ok(()));
        assert_eq!(item().save(OWNER, Saving { version: 5, ..saving() }, &policy), Err(Refusal::StaleVersion));
        assert_eq!(item().save(OWNER, Saving { version: 7, ..saving() }, &policy), Err(Refusal::StaleVersion));
        assert_eq!(item().save(OWNER, Saving { epoch: 1, ..saving() }, &policy), Err(Refusal::StaleEpoch));
        assert_eq!(item().save(OWNER, Saving { epoch: 3, ..saving() }, &policy), Err(Refusal::StaleEpoch));
        assert_eq!(item().save(OWNER, Saving { epoch: 3, starts_epoch: true, ..saving() }, &policy), Ok(()));
    }

    #[test]
    fn who_may_not_see_an_item_does_not_learn_that_it_exists() {
        let disabled = Item { disabled: true, ..item() };
        assert_eq!(disabled.save(OTHER, saving(), &Policy::default()), Err(Refusal::NotFound));
    }

    #[test]
    fn a_disabled_item_is_not_saved() {
        assert_eq!(Item { disabled: true, ..item() }.save(OWNER, saving(), &Policy::default()), Err(Refusal::ItemDisabled));
    }

    #[test]
    fn a_body_larger_than_policy_allows_is_refused() {
        let policy = Policy { maximum_sealed_bytes: 511, ..Policy::default() };
        assert_eq!(item().save(OWNER, saving(), &policy), Err(Refusal::TooLarge { maximum_bytes: 511 }));
    }

    #[test]
    fn a_version_is_sealed_under_the_epoch_that_it_starts() {
        assert_eq!(Saving::of(3, Some(3), 6, 512), Ok(Saving { epoch: 3, starts_epoch: true, version: 6, sealed_bytes: 512 }));
        assert_eq!(Saving::of(2, None, 6, 512), Ok(saving()));
        assert_eq!(Saving::of(2, Some(3), 6, 512), Err(Refusal::StaleEpoch));
    }

    #[test]
    fn an_item_begins_at_one() {
        let first = Saving { epoch: 1, starts_epoch: true, version: 1, sealed_bytes: 512 };
        assert_eq!(first.begin(&Policy::default()), Ok(()));
        assert_eq!(Saving { version: 2, ..first }.begin(&Policy::default()), Err(Refusal::StaleVersion));
        assert_eq!(Saving { starts_epoch: false, ..first }.begin(&Policy::default()), Err(Refusal::StaleEpoch));
    }
}
