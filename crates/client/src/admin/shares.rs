//! Shares as operators see them.

use api::admin::shares::{LinkRow, Revoked, Sort};
use api::{LinkId, Page, ShareId, Timestamp};

use crate::{Answer, Client};

/// Which links, and in which order. What is nothing doesn't narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The owner's name.
    pub owner: Option<String>,
    /// The recipient's email address.
    pub recipient: Option<String>,
    /// The item.
    pub item: Option<String>,
    /// The share.
    pub share: Option<String>,
    /// The link.
    pub link: Option<String>,
    /// The state's stable name.
    pub state: Option<String>,
    /// How link and token travel: `hand-over`, `by-hand` or `relay-both`.
    pub delivery: Option<String>,
    /// Made then or later.
    pub made_from: Option<Timestamp>,
    /// Made earlier than then.
    pub made_until: Option<Timestamp>,
    /// In which order.
    pub sort: Sort,
}

impl Client {
    /// One page of links.
    pub fn link_rows(&self, filter: &Filter, after: Option<&str>, limit: u32) -> Answer<Page<LinkRow>> {
        self.get(&["admin", "shares"])
            .query("owner", filter.owner.as_deref())
            .query("recipient", filter.recipient.as_deref())
            .query("item", filter.item.as_deref())
            .query("share", filter.share.as_deref())
            .query("link", filter.link.as_deref())
            .query("state", filter.state.as_deref())
            .query("delivery", filter.delivery.as_deref())
            .query("made_from", filter.made_from.map(Timestamp::as_millis))
            .query("made_until", filter.made_until.map(Timestamp::as_millis))
            .query("sort", (filter.sort != Sort::default()).then(|| filter.sort.name()))
            .query("after", after)
            .query("limit", Some(limit))
            .answer()
    }

    /// Ends every link of a share, as an operator.
    pub fn operator_revoke_share(&self, share: ShareId) -> Answer<Revoked> {
        self.post(&["admin", "shares", &share.to_string(), "revoke"]).answer()
    }

    /// Ends one link, as an operator.
    pub fn operator_revoke_link(&self, link: LinkId) -> Answer<Revoked> {
        self.post(&["admin", "links", &link.to_string(), "revoke"]).answer()
    }
}
