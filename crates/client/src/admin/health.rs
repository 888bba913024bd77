//! How the appliance is, and what to do about its clock.

use api::admin::health::{ClockAccepted, Health};

use crate::{Answer, Client};

impl Client {
    /// How the appliance is.
    pub fn health(&self) -> Answer<Health> {
        self.get(&["admin", "health"]).answer()
    }

    /// Lets the daemon's clock count, although it stands behind the latest recorded time.
    pub fn accept_clock(&self) -> Answer<ClockAccepted> {
        self.post(&["admin", "clock", "accept"]).answer()
    }
}
