//! How an error is told: problem details (RFC 9457), sent as `application/problem+json`.

use serde::{Deserialize, Serialize};
use vault::RequestId;

/// Why a request was not answered as asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct Problem {
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable name, for programs: a rule's (`used-up`) or the translation's (`bad-request`, `too-large`, `broken`).
    pub name: String,
    /// A sentence for people: what happened and what to do.
    pub detail: String,
    /// The request, for finding it in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// With `wrong-token`: how many tries are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// With `too-many-requests` and `too-many-attempts`: when to come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_seconds: Option<u32>,
    /// With `outside-networks` and `outside-share-networks`: which network to join and whom to ask, in the administrator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
