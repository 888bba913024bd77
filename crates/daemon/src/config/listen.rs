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
    /// How many threads answer requests; 0 takes one for each processor.
    pub workers: usize,
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, 443)), workers: 0 }
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
