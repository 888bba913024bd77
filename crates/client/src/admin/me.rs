//! Who the daemon takes this caller for.

use api::admin::me::Me;

use crate::{Answer, Client};

impl Client {
    /// Who the kernel says this is, and what they may do.
    pub fn me(&self) -> Answer<Me> {
        self.get(&["admin", "me"]).answer()
    }
}
