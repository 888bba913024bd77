//! Freezing a selection of links, and letting it go.

use api::admin::freezes::{Freeze, Place, Placed};
use api::{FreezeId, Page};

use crate::{Answer, Client};

impl Client {
    /// Places a freeze, or only counts what it would take.
    pub fn freeze(&self, place: &Place) -> Answer<Placed> {
        self.post(&["admin", "freezes"]).counts(place.count_only).json(place).answer()
    }

    /// Lifts a freeze.
    pub fn lift_freeze(&self, freeze: FreezeId) -> Answer<Freeze> {
        self.post(&["admin", "freezes", &freeze.to_string(), "lift"]).answer()
    }

    /// One page of freezes, newest first.
    pub fn freezes(&self, after: Option<&str>, limit: u32) -> Answer<Page<Freeze>> {
        self.get(&["admin", "freezes"]).query("after", after).query("limit", Some(limit)).answer()
    }
}
