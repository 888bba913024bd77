//! `[tls]`: the certificate that the daemon shows, and the names that it stands for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vault::gate::Door;

/// The certificate that the daemon shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Host names and addresses under which the appliance is reached; `posternd init` puts them into its certificate.
    pub hosts: Vec<String>,
    /// The certificate in PEM, followed by its intermediates.
    pub certificate: PathBuf,
    /// Its private key in PEM.
    pub key: PathBuf,
    /// Who must show a certificate of their own, besides coming from an allowed network.
    pub client_certificates: ClientCertificates,
    /// The authorities in PEM that issue those certificates.
    pub client_authority: PathBuf,
}

/// At which doors a client's certificate is a second condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientCertificates {
    /// At none; nobody is asked for one.
    Off,
    /// Where links are opened.
    Recipients,
    /// Where owners sign in and work.
    Owners,
    /// At both.
    Both,
}

impl ClientCertificates {
    /// The name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Recipients => "recipients",
            Self::Owners => "owners",
            Self::Both => "both",
        }
    }

    /// Whether this door asks for one.
    pub fn asked_at(self, door: Door) -> bool {
        match self {
            Self::Off => false,
            Self::Recipients => door == Door::Recipients,
            Self::Owners => door == Door::Owners,
            Self::Both => true,
        }
    }
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            hosts: vec!["localhost".into()],
            certificate: "server.crt".into(),
            key: "server.key".into(),
            client_certificates: ClientCertificates::Off,
            client_authority: PathBuf::new(),
        }
    }
}

impl Tls {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.hosts.is_empty() {
            return Err("tls.hosts is empty; name at least one host name or address".into());
        }
        if self.client_certificates != ClientCertificates::Off && self.client_authority.as_os_str().is_empty() {
            return Err("tls.client_certificates asks for certificates, and tls.client_authority does not say whose".into());
        }
        let lawful = |host: &String| {
            let name = host.strip_prefix("*.").unwrap_or(host);
            let label = |l: &str| (1..=63).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            host.parse::<std::net::IpAddr>().is_ok() || (name.len() <= 253 && name.split('.').all(label))
        };
        match self.hosts.iter().find(|host| !lawful(host)) {
            Some(wrong) => Err(format!("tls.hosts names {wrong:?}, which is neither a host name nor an address")),
            None => Ok(()),
        }
    }
}
