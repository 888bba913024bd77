//! Calls: one request to the store, from where and when.
//!
//! Nothing here reads a clock or believes an address: both come from the daemon, once for each request.

use std::net::IpAddr;

use vault::event::Actor;
use vault::{RequestId, Timestamp};

/// One request, as every audit event that it causes tells it.
#[derive(Clone, Debug)]
pub struct Call {
    /// What the daemon's clock said.
    pub clock: Timestamp,
    /// From where it came, canonical; nothing for the admin socket and the daemon's own work.
    pub address: Option<IpAddr>,
    /// Under which id its traces are found.
    pub request: RequestId,
}

/// Who acts at the admin socket, as the kernel names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The Unix user id.
    pub uid: u32,
    /// The Unix user name, or the id as text where it has none.
    pub name: String,
}

impl Operator {
    /// The operator as audit names them.
    pub fn actor(&self) -> Actor {
        Actor::Operator { uid: self.uid, name: self.name.clone() }
    }
}
