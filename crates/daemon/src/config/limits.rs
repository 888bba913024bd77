//! `[limits]`: how much of the daemon one caller can take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How much of the daemon one caller can take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long a TLS handshake may take, in seconds.
    pub handshake_seconds: u64,
    /// How long a request's head may take, in seconds.
    pub headers_seconds: u64,
    /// How long a request's body may take, in seconds.
    pub body_seconds: u64,
    /// For how long a silent connection stays open, in seconds.
    pub keep_alive_seconds: u64,
    /// How long requests under way may take to end when the daemon stops, in seconds.
    pub stop_seconds: u64,
    /// How many connections may be open at once.
    pub connections: usize,
    /// How many of them one address (IPv6: one /64) may hold. Trusted proxies aren't counted.
    pub connections_per_address: usize,
    /// The largest body of what carries no sealed item or share, in bytes. For those `policy.maximum_sealed_bytes` counts.
    pub body_bytes: usize,
    /// How many requests one address (IPv6: one /64) may send in a minute in the long run.
    pub requests_per_minute: u32,
    /// How many it may send at once.
    pub requests_at_once: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake_seconds: 5,
            headers_seconds: 5,
            body_seconds: 20,
            keep_alive_seconds: 15,
            stop_seconds: 10,
            connections: 2000,
            connections_per_address: 400,
            body_bytes: 64 * 1024,
            requests_per_minute: 3000,
            requests_at_once: 600,
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), String> {
        let bounds = [
            ("handshake_seconds", self.handshake_seconds, 1, 120),
            ("headers_seconds", self.headers_seconds, 1, 120),
            ("body_seconds", self.body_seconds, 1, 3600),
            ("keep_alive_seconds", self.keep_alive_seconds, 1, 600),
            ("stop_seconds", self.stop_seconds, 1, 600),
            ("connections", self.connections as u64, 8, 100_000),
            ("connections_per_address", self.connections_per_address as u64, 1, 100_000),
            ("body_bytes", self.body_bytes as u64, 16 * 1024, 1024 * 1024),
            ("requests_per_minute", self.requests_per_minute.into(), 1, 1_000_000),
            ("requests_at_once", self.requests_at_once.into(), 1, 1_000_000),
        ];
        for (name, value, least, most) in bounds {
            if !(least..=most).contains(&value) {
                return Err(format!("limits.{name} is {value}; it must lie between {least} and {most}"));
            }
        }
        Ok(())
    }

    /// How long a request's body may take.
    pub fn body_time(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }
}
