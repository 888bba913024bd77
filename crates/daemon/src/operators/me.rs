//! `/api/v1/admin/me`: who the kernel says is asking, and what they may do.
//!
//! Nothing here is asked of the caller.

use api::admin::me::Me;

use super::entrance::Who;
use crate::http::answer::{Reply, json};

/// `GET /api/v1/admin/me`
pub async fn me(who: Who) -> Reply {
    json(&Me { user: who.operator.name, uid: who.operator.uid, role: who.role })
}
