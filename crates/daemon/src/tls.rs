//! TLS: what the daemon speaks on its HTTPS listener.
//!
//! No version before 1.2, no renegotiation, no tickets and no session cache: every handshake is a whole one, so that nothing of
//! an earlier one need be kept.

use std::io;
use std::path::Path;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{AlpnError, SslAcceptor, SslMethod, SslOptions, SslSessionCacheMode, SslVerifyMode};
use openssl::stack::Stack;
use openssl::x509::{X509, X509Name};
use vault::Timestamp;

use crate::Config;
use crate::front::certificate::Authorities;

/// What an appliance speaks over TLS, as ALPN (RFC 7301) has it.
const HTTP: &[u8] = b"\x08http/1.1";

/// The certificate that the daemon shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its SHA-256, in hexadecimal digits.
    pub fingerprint: String,
    /// When it ends.
    pub until: Timestamp,
}

impl Certificate {
    /// Reads the configured one.
    ///
    /// # Errors
    /// The file is missing or wrong.
    pub fn read(config: &Config) -> io::Result<Self> {
        let path = config.path(&config.tls.certificate);
        there(&path)?;
        let certificate = X509::from_pem(&crate::files::read(&path)?).map_err(wrong(&path, "certificate"))?;
        let fingerprint = certificate.digest(MessageDigest::sha256())?.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { fingerprint, until: ends(&certificate)? })
    }
}

/// When a certificate ends.
///
/// # Errors
/// What the cryptographic library says.
pub fn ends(certificate: &X509) -> io::Result<Timestamp> {
    timestamp(certificate.not_after())
}

/// When a certificate begins to count.
///
/// # Errors
/// What the cryptographic library says.
pub fn begins(certificate: &X509) -> io::Result<Timestamp> {
    timestamp(certificate.not_before())
}

fn timestamp(at: &Asn1TimeRef) -> io::Result<Timestamp> {
    let since_epoch = Asn1Time::from_unix(0)?.diff(at)?;
    Ok(Timestamp::from_millis((i64::from(since_epoch.days) * 86_400 + i64::from(since_epoch.secs)) * 1000))
}

/// Reads a private key in PEM. Nobody is ever asked for a passphrase: a daemon has nobody to ask.
///
/// # Errors
/// The file is missing, holds none, or holds one under a passphrase.
pub fn private_key(path: &Path) -> io::Result<PKey<Private>> {
    let pem = crate::files::read(path)?;
    let mut asked = false;
    let key = PKey::private_key_from_pem_callback(&pem, |_| {
        asked = true;
        Ok(0)
    });
    let why = if asked {
        "its private key is under a passphrase: take that away first (openssl pkey)"
    } else {
        "there is no private key in PEM in it"
    };
    key.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {why}", path.display())))
}

/// Whether the configuration's certificates and keys can be used.
///
/// # Errors
/// Which file is wrong.
pub fn check(config: &Config) -> io::Result<()> {
    crate::live::Rules::read(config.clone(), Timestamp::from_millis(0)).map(|_| ())
}

/// The acceptor with the configured certificate. With authorities, clients are asked for a certificate; whether they show one, and
/// whether it counts, is judged after the handshake, so that they can be told.
///
/// # Errors
/// Which file is wrong.
pub fn acceptor(config: &Config, authorities: Option<&Authorities>) -> io::Result<SslAcceptor> {
    let certificate = config.path(&config.tls.certificate);
    let key = config.path(&config.tls.key);
    there(&certificate)?;
    there(&key)?;
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_options(SslOptions::NO_RENEGOTIATION | SslOptions::NO_TICKET);
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_num_tickets(0)?;
    builder.set_groups_list("X25519:P-256:P-384")?;
    builder.set_certificate_chain_file(&certificate).map_err(wrong(&certificate, "certificate"))?;
    let private = private_key(&key)?;
    builder.set_private_key(&private).map_err(wrong(&key, "key"))?;
    builder.check_private_key().map_err(wrong(&key, "key"))?;
    builder.set_alpn_select_callback(|_, offered| {
        let http = offered.windows(HTTP.len()).any(|window| window == HTTP);
        if http { HTTP.get(1..).ok_or(AlpnError::NOACK) } else { Err(AlpnError::NOACK) }
    });
    if let Some(Authorities(authorities)) = authorities {
        let mut names = Stack::<X509Name>::new()?;
        for authority in authorities {
            names.push(authority.subject_name().to_owned()?)?;
        }
        builder.set_client_ca_list(names);
        builder.set_verify_callback(SslVerifyMode::PEER, |_, _| true);
    }
    Ok(builder.build())
}

fn there(path: &Path) -> io::Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let text = format!("there is no {}; `posternd init` makes a certificate, or tls.certificate and tls.key name yours", path.display());
    Err(io::Error::new(io::ErrorKind::NotFound, text))
}

fn wrong(path: &Path, what: &str) -> impl Fn(openssl::error::ErrorStack) -> io::Error + use<> {
    let text = format!("{} can't be used as the {what}: it must be PEM, and certificate and key must belong together", path.display());
    move |_| io::Error::new(io::ErrorKind::InvalidData, text.clone())
}
