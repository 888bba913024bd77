//! Shares, as their owner makes and sees them.

use api::shares::{NewShare, Share};
use api::{ItemId, LinkId, Page, ShareId};

use crate::{Answer, SignedIn};

impl SignedIn<'_> {
    /// A new share. The same again is a success.
    pub fn create_share(&self, new: &NewShare) -> Answer<Share> {
        self.post(&["shares"]).json(new).answer()
    }

    /// One page of one's shares, of one item or of all, newest first.
    pub fn shares(&self, item: Option<ItemId>, after: Option<&str>, limit: u32) -> Answer<Page<Share>> {
        self.get(&["shares"]).query("item", item).query("after", after).query("limit", Some(limit)).answer()
    }

    /// One share.
    pub fn share(&self, share: ShareId) -> Answer<Share> {
        self.get(&["shares", &share.to_string()]).answer()
    }

    /// Ends every link of a share.
    pub fn revoke_share(&self, share: ShareId) -> Answer<Share> {
        self.post(&["shares", &share.to_string(), "revoke"]).answer()
    }

    /// Ends one link of a share.
    pub fn revoke_link(&self, share: ShareId, link: LinkId) -> Answer<Share> {
        self.post(&["shares", &share.to_string(), "links", &link.to_string(), "revoke"]).answer()
    }

    /// Lets a link that wrong tokens have locked be tried again.
    pub fn unlock_link(&self, share: ShareId, link: LinkId) -> Answer<Share> {
        self.post(&["shares", &share.to_string(), "links", &link.to_string(), "unlock"]).answer()
    }
}
