//! Reading the audit log.

use api::Page;
use api::admin::audit::{Entry, LaneHead};
use api::page::MAXIMUM_ROWS;

use crate::{Answer, Client};

/// Which entries. What is nothing doesn't narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The event's stable name.
    pub event: Option<String>,
    /// The kind of actor: owner, recipient, operator, stranger, appliance.
    pub actor: Option<String>,
    /// Who exactly, as audit tells it.
    pub who: Option<String>,
    /// The address from which.
    pub address: Option<String>,
    /// The account concerned.
    pub user: Option<String>,
    /// The item concerned.
    pub item: Option<String>,
    /// The share concerned.
    pub share: Option<String>,
    /// The link concerned.
    pub link: Option<String>,
    /// Only refusals, or only what was not refused.
    pub refused: Option<bool>,
}

impl Client {
    /// One page of entries, newest first.
    pub fn audit(&self, filter: &Filter, after: Option<&str>, limit: u32) -> Answer<Page<Entry>> {
        self.get(&["admin", "audit"])
            .query("event", filter.event.as_deref())
            .query("actor", filter.actor.as_deref())
            .query("who", filter.who.as_deref())
            .query("address", filter.address.as_deref())
            .query("user", filter.user.as_deref())
            .query("item", filter.item.as_deref())
            .query("share", filter.share.as_deref())
            .query("link", filter.link.as_deref())
            .query("refused", filter.refused)
            .query("after", after)
            .query("limit", Some(limit))
            .answer()
    }

    /// Where each chain stands: all of them, however many pages that takes.
    pub fn audit_lanes(&self) -> Answer<Vec<LaneHead>> {
        let (mut heads, mut after): (Vec<LaneHead>, Option<String>) = (Vec::new(), None);
        loop {
            let call = self.get(&["admin", "audit", "lanes"]).query("after", after.as_deref());
            let page: Page<LaneHead> = call.query("limit", Some(MAXIMUM_ROWS)).answer()?;
            // A page that brings nothing new ends the list, whatever it says: nothing would ever come after it.
            let onward = page.rows.last().is_some_and(|row| heads.last().is_none_or(|last| row.lane > last.lane));
            heads.extend(page.rows);
            after = page.next.filter(|_| onward);
            if after.is_none() {
                return Ok(heads);
            }
        }
    }

    /// One page of a chain, complete and oldest first, after this place; 0 for its beginning.
    pub fn audit_lane(&self, lane: u32, after: u64, limit: u32) -> Answer<Page<Entry>> {
        self.get(&["admin", "audit", "lanes", &lane.to_string()]).query("after", Some(after)).query("limit", Some(limit)).answer()
    }
}
