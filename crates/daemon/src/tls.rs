//! TLS: what the daemon speaks on its HTTPS listener.
//!
//! No version before 1.2, no renegotiation, no tickets and no session cache: every handshake is a whole one, so that nothing of
//! an earlier one need be kept.

use std::io;
use std::path::{Path, PathBuf};

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{AlpnError, SslAcceptor, SslMethod, SslOptions, SslSessionCacheMode, SslVerifyMode};
use openssl::stack::Stack;
use openssl::x509::{X509, X509Name};
use vault::Timestamp;

use crate::Config;
use crate::config::tls::Tls;
use crate::front::certificate::Authorities;
use crate::init::{names, request_file};

/// What an appliance speaks over TLS, as ALPN (RFC 7301) has it.
const HTTP: &[u8] = b"\x08http/1.1";

/// Which files are shown.
pub struct Pair {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The request that waits to be signed, while the appliance's own certificate stands in for the configured one.
    pub waits: Option<PathBuf>,
}

impl Pair {
    /// The configured one. As long as that is asked for (`posternd init --request`) and isn't there yet, the appliance's own: an authority
    /// may take days, and nobody is to wait for it with a closed door.
    pub fn of(config: &Config) -> Self {
        let [certificate, key] = [&config.tls.certificate, &config.tls.key].map(|path| config.path(path));
        let request = request_file(config);
        let own = Self::own(config);
        if own.certificate != certificate && own.key != key && !certificate.exists() && key.exists() && request.exists() {
            return Self { waits: Some(request), ..own };
        }
        Self { certificate, key, waits: None }
    }

    /// Where the appliance's own lies.
    fn own(config: &Config) -> Self {
        let Tls { certificate, key, .. } = Tls::default();
        Self { certificate: config.path(&certificate), key: config.path(&key), waits: None }
    }
}

/// The certificate that the daemon shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its SHA-256, in hexadecimal digits.
    pub fingerprint: String,
    /// When it ends.
    pub until: Timestamp,
}

impl Certificate {
    /// Reads it.
    ///
    /// # Errors
    /// The file is missing or wrong.
    pub fn read(config: &Config) -> io::Result<Self> {
        let path = Pair::of(config).certificate;
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

/// The private key in a PEM file with these bytes. Nobody is ever asked for a passphrase: a daemon has nobody to ask.
///
/// # Errors
/// The file holds none, or holds one under a passphrase.
pub fn private_key(path: &Path, pem: &[u8]) -> io::Result<PKey<Private>> {
    let mut asked = false;
    let key = PKey::private_key_from_pem_callback(pem, |_| {
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

/// The names of `tls.hosts` for which the certificate that is shown doesn't stand.
///
/// # Errors
/// The file is missing or wrong.
pub fn unnamed(config: &Config) -> io::Result<Vec<String>> {
    let path = Pair::of(config).certificate;
    let certificate = X509::from_pem(&crate::files::read(&path)?).map_err(wrong(&path, "certificate"))?;
    Ok(config.tls.hosts.iter().filter(|host| !names(&certificate, host)).cloned().collect())
}

/// Whether the configuration's certificates and keys can be used.
///
/// # Errors
/// Which file is wrong.
pub fn check(config: &Config) -> io::Result<()> {
    crate::live::Rules::read(config.clone(), Timestamp::from_millis(0)).map(|_| ())
}

/// The acceptor with the certificate that is shown. With authorities, clients are asked for a certificate; whether they show one, and
/// whether it counts, is judged after the handshake, so that they can be told.
///
/// # Errors
/// Which file is wrong.
pub fn acceptor(config: &Config, authorities: Option<&Authorities>) -> io::Result<SslAcceptor> {
    let Pair { certificate, key, .. } = Pair::of(config);
    there(&certificate)?;
    there(&key)?;
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_options(SslOptions::NO_RENEGOTIATION | SslOptions::NO_TICKET);
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_num_tickets(0)?;
    builder.set_groups_list("X25519:P-256:P-384")?;
    builder.set_certificate_chain_file(&certificate).map_err(wrong(&certificate, "certificate"))?;
    let private = private_key(&key, &crate::files::read(&key)?)?;
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
    let Err(error) = std::fs::File::open(path) else { return Ok(()) };
    let text = match error.kind() {
        io::ErrorKind::NotFound => {
            format!("there is no {}; `posternd init` makes a certificate, or tls.certificate and tls.key name yours", path.display())
        }
        io::ErrorKind::PermissionDenied => {
            format!("can't read {}: {error}; let the daemon's user read it, or name it as a credential (credential:NAME)", path.display())
        }
        _ => format!("can't read {}: {error}", path.display()),
    };
    Err(io::Error::new(error.kind(), text))
}

fn wrong(path: &Path, what: &str) -> impl Fn(openssl::error::ErrorStack) -> io::Error + use<> {
    let text = format!("{} can't be used as the {what}: it must be PEM, and certificate and key must belong together", path.display());
    move |_| io::Error::new(io::ErrorKind::InvalidData, text.clone())
}
