//! What the gate would decide.

use serde::{Deserialize, Serialize};
use vault::gate::Door;

/// `GET /api/v1/admin/gate/explain?address=`: the decision at each door.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explained {
    /// The address in canonical form.
    pub address: String,
    /// The decisions.
    pub doors: Vec<Decided>,
}

/// The decision at one door.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// The door.
    pub door: Door,
    /// The network that lets it in; nothing means that it stays outside.
    pub matched: Option<String>,
    /// The networks that were looked at, in order.
    pub networks: Vec<String>,
}
