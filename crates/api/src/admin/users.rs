//! Accounts as operators see them.

use serde::{Deserialize, Serialize};
use vault::account::Standing;
use vault::text::{Email, FullName, UserName};
use vault::{SessionId, Timestamp, UserId};

use crate::Secret;

/// `POST /api/v1/admin/users`: invite somebody. The answer is an [`Invited`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The name to sign in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// Where notices go.
    pub email: Email,
    /// Whether they may share with people outside the vault from the start.
    #[serde(default)]
    pub external_share: bool,
    /// Whether the invitation is mailed to the person instead of shown.
    #[serde(default)]
    pub mail: bool,
}

/// An invitation that was made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Invited {
    /// The account that will be.
    pub user: UserId,
    /// What to hand over, shown once to the operator who made it; nothing where it is mailed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Secret>,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A row of `GET /api/v1/admin/users?name=&standing=&external=&registered=&after=&limit=`, by name; `name` is how the name begins,
/// `external` and `registered` are `true` or `false`.
/// `POST /api/v1/admin/users/{name}/suspend|resume|allow-external|deny-external` answers with one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// Who it is.
    pub user: UserId,
    /// The name signed in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// Where notices go.
    pub email: Email,
    /// Whether the account may be used.
    pub standing: Standing,
    /// Whether it may share with people outside the vault.
    pub external_share: bool,
    /// Whether the person has registered; before that there is only an invitation.
    pub registered: bool,
    /// When the invitation was made.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// A row of `GET /api/v1/admin/users/{name}/sessions?after=&limit=`: somebody is signed in, the latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which session. It says nothing of the token.
    pub session: SessionId,
    /// Since when.
    pub signed_in_at: Timestamp,
    /// Until when, at the latest.
    pub expires_at: Timestamp,
}

/// `POST /api/v1/admin/users/{name}/sessions/end`: the answer. Ending twice is a success that ended nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsEnded {
    /// How many sessions this ended.
    pub sessions: u32,
}
