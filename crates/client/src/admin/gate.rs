//! Asking what the gate would decide, and by which rules.

use api::admin::gate::{Explained, Networks};

use crate::{Answer, Client};

impl Client {
    /// The rules that hold now.
    pub fn networks(&self) -> Answer<Networks> {
        self.get(&["admin", "gate"]).answer()
    }

    /// The decision at each door for this address, which comes over these hops; the appliance's neighbour is the last of them.
    pub fn explain_gate(&self, address: &str, via: &[String]) -> Answer<Explained> {
        let via = (!via.is_empty()).then(|| via.join(","));
        self.get(&["admin", "gate", "explain"]).query("address", Some(address)).query("via", via.as_deref()).answer()
    }
}
