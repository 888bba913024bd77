//! Asking what the gate would decide.

use api::admin::gate::Explained;

use crate::{Answer, Client};

impl Client {
    /// The decision at each door for this address.
    pub fn explain_gate(&self, address: &str) -> Answer<Explained> {
        self.get(&["admin", "gate", "explain"]).query("address", Some(address)).answer()
    }
}
