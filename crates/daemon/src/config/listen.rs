//! `[listen]` and `[state]`: where owners and recipients come in, and where the daemon keeps what is its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where owners and recipients come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Address and port of the HTTPS listener. Port 0 takes any free port.
    pub address: SocketAddr,
    /// Address and port of a second listener, for proxies that speak the PROXY protocol; empty for none.
    pub proxy_address: String,
    /// How many threads answer requests; 0 takes one for each processor.
    pub workers: usize,
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, 443)), proxy_address: String::new(), workers: 0 }
    }
}

impl Listen {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.proxy_address.is_empty() || self.proxy().is_some() {
            return Ok(());
        }
        Err(format!("listen.proxy_address is {:?}; it must be an address with a port like 10.20.0.2:8443, or empty", self.proxy_address))
    }

    /// Where proxies come in that speak the PROXY protocol.
    pub fn proxy(&self) -> Option<SocketAddr> {
        self.proxy_address.parse().ok()
    }
}

/// Where the daemon keeps what is its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The folder that relative paths in this configuration begin from.
    pub folder: PathBuf,
}

impl Default for State {
    fn default() -> Self {
        Self { folder: "/var/lib/postern".into() }
    }
}
