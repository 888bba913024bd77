//! The newest state of each item that this program has seen, so that an appliance that serves less is found out.
//!
//! Nothing here goes back: of two states of an item the newer one stays, whichever comes last.

use std::collections::BTreeMap;

use api::{ItemId, UserId};
use seal::item::Seen;

use super::Home;
use super::session::written;
use crate::failure::Failure;

type States = BTreeMap<ItemId, Seen>;

impl Home {
    /// Everything seen in this person's items.
    pub fn seen(&self, user: UserId) -> Result<States, Failure> {
        let name = file(user);
        let Some(bytes) = self.read(&name)? else { return Ok(States::new()) };
        // Not to be taken for nothing: whoever could damage it could make this program forget.
        serde_json::from_slice(&bytes).map_err(|_| {
            Failure::machine(format!("{} is damaged; it tells which state of your items was seen last", self.path(&name).display()))
                .hint("Remove it if you know why; older states of your items can't be found out then.")
        })
    }

    /// Remembers what was seen now.
    pub fn remember_seen(&self, user: UserId, now: &[(ItemId, Seen)]) -> Result<(), Failure> {
        let locked = self.lock()?;
        let mut states = self.seen(user)?;
        let before = states.clone();
        for (item, seen) in now {
            let known = states.entry(*item).or_insert(*seen);
            if (seen.epoch, seen.version) > (known.epoch, known.version) {
                *known = *seen;
            }
        }
        if states == before { Ok(()) } else { locked.write(&file(user), &written(&states)?) }
    }
}

fn file(user: UserId) -> String {
    format!("seen-{user}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: UserId = UserId::from_bytes([1; 16]);
    const ITEM: ItemId = ItemId::from_bytes([2; 16]);

    fn at(epoch: u64, version: u64) -> Seen {
        Seen { epoch, epoch_record: [7; 32], version, version_record: [8; 32] }
    }

    #[test]
    fn the_newest_state_stays_whichever_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().to_path_buf())).unwrap();
        home.remember_seen(USER, &[(ITEM, at(1, 5))]).unwrap();
        home.remember_seen(USER, &[(ITEM, at(1, 4))]).unwrap();
        assert_eq!(home.seen(USER).unwrap()[&ITEM], at(1, 5));
        home.remember_seen(USER, &[(ITEM, at(2, 6))]).unwrap();
        assert_eq!(home.seen(USER).unwrap()[&ITEM], at(2, 6));
        assert!(home.seen(UserId::from_bytes([9; 16])).unwrap().is_empty());
    }

    #[test]
    fn a_damaged_memory_is_not_taken_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().to_path_buf())).unwrap();
        home.lock().unwrap().write(&file(USER), b"{").unwrap();
        assert!(home.seen(USER).is_err());
        assert!(home.remember_seen(USER, &[(ITEM, at(1, 1))]).is_err());
    }
}
