//! `[listen]` and `[state]`: where owners and recipients come in, and where the daemon keeps what is its own.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
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
    /// The address at which people reach the appliance, as links carry it; empty makes it of the first of `tls.hosts` and the port.
    pub public_url: String,
    /// How many threads answer requests; 0 takes one for each processor.
    pub workers: usize,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv6Addr::UNSPECIFIED, 443)),
            proxy_address: String::new(),
            public_url: String::new(),
            workers: 0,
        }
    }
}

impl Listen {
    pub(super) fn check(&self) -> Result<(), String> {
        if !self.proxy_address.is_empty() && self.proxy().is_none() {
            return Err(format!(
                "listen.proxy_address is {:?}; it must be an address with a port like 10.20.0.2:8443, or empty",
                self.proxy_address
            ));
        }
        if self.public_url.is_empty() || is_origin(&self.public_url) {
            return Ok(());
        }
        Err(format!(
            "listen.public_url is {:?}; write it like https://postern.example.com or https://postern.example.com:8443: \
             https, a host in lower case, at most a port, and nothing behind it",
            self.public_url
        ))
    }

    /// Where proxies come in that speak the PROXY protocol.
    pub fn proxy(&self) -> Option<SocketAddr> {
        self.proxy_address.parse().ok()
    }

    /// The address that links carry: the configured one, or one of this host and the port that is listened on.
    pub fn public_url(&self, host: Option<&str>, port: u16) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.clone();
        }
        let host = host.unwrap_or("localhost");
        let host = match host.parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => host.to_ascii_lowercase(),
        };
        if port == 443 { format!("https://{host}") } else { format!("https://{host}:{port}") }
    }
}

/// Whether a link may begin so (docs/protocol.md): `https://HOST[:port]`, with nothing that a reader would have to mend.
fn is_origin(text: &str) -> bool {
    let Some(authority) = text.strip_prefix("https://") else { return false };
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address.parse::<Ipv6Addr>().is_ok_and(|read| read.to_string() == address), port),
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (is_host(host), port)
        }
    };
    let lawful = |digits: &str| !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok();
    host && (port.is_empty() || port.strip_prefix(':').is_some_and(lawful))
}

fn is_host(name: &str) -> bool {
    let byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let label = |l: &str| (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-') && l.bytes().all(byte);
    // What is all digits and dots is an IPv4 address or a mistake.
    let numbers = name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if numbers { name.parse::<Ipv4Addr>().is_ok() } else { name.len() <= 253 && name.split('.').all(label) }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(public_url: &str) -> Result<(), String> {
        Listen { public_url: public_url.into(), ..Listen::default() }.check()
    }

    #[test]
    fn the_public_address_is_https_with_a_host_and_at_most_a_port() {
        for right in ["", "https://postern.example.com", "https://postern:8443", "https://10.20.0.5", "https://[fd00::1]:8443"] {
            assert_eq!(check(right), Ok(()), "{right}");
        }
        for wrong in [
            "http://postern.example.com",
            "postern.example.com",
            "https://",
            "https://postern.example.com/",
            "https://postern.example.com/s/",
            "https://Postern.example.com",
            "https://postern.example.com:",
            "https://postern.example.com:0",
            "https://postern.example.com:0443",
            "https://postern.example.com:65536",
            "https://ada@postern.example.com",
            "https://postern.example.com#x",
            "https://postern.example.com?x",
            "https://*.example.com",
            "https://10.20.0.500",
            "https://[fd00:0:0::1]",
            "https://postern.example.com\n",
        ] {
            assert!(check(wrong).unwrap_err().contains("listen.public_url"), "{wrong}");
        }
    }

    #[test]
    fn unless_configured_the_public_address_is_made_of_host_and_port() {
        let listen = Listen::default();
        assert_eq!(listen.public_url(Some("Postern.example.com"), 443), "https://postern.example.com");
        assert_eq!(listen.public_url(Some("fd00:20::1"), 8443), "https://[fd00:20::1]:8443");
        assert_eq!(listen.public_url(None, 8443), "https://localhost:8443");
        let listen = Listen { public_url: "https://secrets.example.com".into(), ..listen };
        assert_eq!(listen.public_url(Some("postern.example.com"), 8443), "https://secrets.example.com");
    }
}
