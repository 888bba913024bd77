//! Accounts as operators see them.

use api::Page;
use api::admin::users::{Invite, Invited, User};
use api::text::UserName;

use crate::{Answer, Client};

impl Client {
    /// Invites somebody. The invitation in the answer is shown this once.
    pub fn invite(&self, invite: &Invite) -> Answer<Invited> {
        self.post(&["admin", "users"]).json(invite).answer()
    }

    /// One page of accounts, by name.
    pub fn users(&self, after: Option<&str>, limit: u32) -> Answer<Page<User>> {
        self.get(&["admin", "users"]).query("after", after).query("limit", Some(limit)).answer()
    }

    /// Suspends an account: its owner can't sign in and its links are frozen.
    pub fn suspend_user(&self, name: &UserName) -> Answer<User> {
        self.post(&["admin", "users", name.as_str(), "suspend"]).answer()
    }

    /// Ends a suspension.
    pub fn resume_user(&self, name: &UserName) -> Answer<User> {
        self.post(&["admin", "users", name.as_str(), "resume"]).answer()
    }

    /// Lets an owner share with people outside the vault, or no longer.
    pub fn set_external_share(&self, name: &UserName, allowed: bool) -> Answer<User> {
        let act = if allowed { "allow-external" } else { "deny-external" };
        self.post(&["admin", "users", name.as_str(), act]).answer()
    }
}
