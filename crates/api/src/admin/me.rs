//! Who the kernel says is asking.

use serde::{Deserialize, Serialize};
use vault::operator::Role;

/// `GET /api/v1/admin/me`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The Unix user's name.
    pub user: String,
    /// The Unix user's id.
    pub uid: u32,
    /// What they may do.
    pub role: Role,
}
