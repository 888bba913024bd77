//! Items, sealed as they are.

use api::items::{Item, ItemRow, NewItem, SaveItem};
use api::{ItemId, Page};

use crate::{Answer, SignedIn};

impl SignedIn<'_> {
    /// One page of one's items, newest first.
    pub fn items(&self, after: Option<&str>, limit: u32) -> Answer<Page<ItemRow>> {
        self.get(&["items"]).query("after", after).query("limit", Some(limit)).answer()
    }

    /// An item with its records, and the body of its newest version.
    pub fn item(&self, item: ItemId) -> Answer<Item> {
        self.get(&["items", &item.to_string()]).answer()
    }

    /// An item with its records, and the body of this version.
    pub fn item_version(&self, item: ItemId, version: u64) -> Answer<Item> {
        self.get(&["items", &item.to_string(), "versions", &version.to_string()]).answer()
    }

    /// A new item. The same again is a success.
    pub fn create_item(&self, new: &NewItem) -> Answer<()> {
        self.post(&["items"]).json(new).done()
    }

    /// A new version of an item.
    pub fn save_item(&self, item: ItemId, save: &SaveItem) -> Answer<()> {
        self.post(&["items", &item.to_string(), "versions"]).json(save).done()
    }

    /// Disables an item, or enables it again.
    pub fn set_item_disabled(&self, item: ItemId, disabled: bool) -> Answer<()> {
        let act = if disabled { "disable" } else { "enable" };
        self.post(&["items", &item.to_string(), act]).done()
    }
}
