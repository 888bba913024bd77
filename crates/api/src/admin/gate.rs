//! What the gate would decide, and by which rules.

use serde::{Deserialize, Serialize};
use vault::Timestamp;
use vault::gate::Door;

/// `GET /api/v1/admin/gate/explain?address=&via=`: the decision at each door. `via` names the hops between the address and the appliance,
/// the appliance's neighbour last, with commas between them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explained {
    /// The address that counts, in canonical form.
    pub address: String,
    /// The hops that were asked about, the appliance's neighbour first, up to the one that isn't believed.
    pub hops: Vec<Hop>,
    /// Why nothing counts at all: the stable name of the refusal.
    pub refusal: Option<String>,
    /// The decisions.
    pub doors: Vec<Decided>,
}

/// A hop between a visitor and the appliance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hop {
    /// Its address in canonical form.
    pub address: String,
    /// The network of `gate.trusted_proxies` that holds it; nothing means that its word doesn't count.
    pub trusted: Option<String>,
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
    /// Whether a client's certificate is asked for as well.
    pub certificate: bool,
}

/// `GET /api/v1/admin/gate`: the rules that hold now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// From where links can be opened.
    pub recipients: Vec<String>,
    /// From where owners may come.
    pub owners: Vec<String>,
    /// Whose word about visitors' addresses counts.
    pub trusted_proxies: Vec<String>,
    /// At which door a client's certificate is asked for: `off`, `recipients`, `owners` or `both`.
    pub client_certificates: String,
    /// What people outside are told.
    pub hint: String,
    /// Since when these rules hold: the start, or the last reload that was taken.
    pub loaded_at: Timestamp,
}
