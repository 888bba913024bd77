//! Accounts as operators see them.

use api::Page;
use api::admin::users::{Invite, Invited, Session, SessionsEnded, User};
use api::text::UserName;

use crate::{Answer, Client};

/// Which accounts. What is nothing doesn't narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// How the name begins.
    pub name: Option<String>,
    /// `active` or `suspended`.
    pub standing: Option<String>,
    /// Whether they may share with people outside the vault.
    pub external: Option<bool>,
    /// Whether they have registered.
    pub registered: Option<bool>,
}

impl Client {
    /// Invites somebody. The invitation in the answer is shown this once.
    pub fn invite(&self, invite: &Invite) -> Answer<Invited> {
        self.post(&["admin", "users"]).json(invite).answer()
    }

    /// One page of accounts, by name.
    pub fn users(&self, filter: &Filter, after: Option<&str>, limit: u32) -> Answer<Page<User>> {
        self.get(&["admin", "users"])
            .query("name", filter.name.as_deref())
            .query("standing", filter.standing.as_deref())
            .query("external", filter.external)
            .query("registered", filter.registered)
            .query("after", after)
            .query("limit", Some(limit))
            .answer()
    }

    /// One page of an account's sessions, the latest first.
    pub fn sessions(&self, name: &UserName, after: Option<&str>, limit: u32) -> Answer<Page<Session>> {
        self.get(&["admin", "users", name.as_str(), "sessions"]).query("after", after).query("limit", Some(limit)).answer()
    }

    /// Ends all of an account's sessions. Its owner may sign in again.
    pub fn end_sessions(&self, name: &UserName) -> Answer<SessionsEnded> {
        self.post(&["admin", "users", name.as_str(), "sessions", "end"]).answer()
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
