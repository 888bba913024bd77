//! Whom to trust for a mail server: the system's authorities, or the configured ones alone; TLS 1.2 or newer, for this very name.
//!
//! Nothing is said to a server here.

use std::io;
use std::path::PathBuf;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslMethod, SslVersion};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use tokio_openssl::SslStream;

use super::bounded::Bounded;
use crate::files;

/// Whom to trust for one server.
pub struct Trust {
    server: String,
    /// For connections that turn to TLS, which the mail library does.
    turning: TlsParameters,
    /// For connections that are TLS from their beginning.
    beginning: SslConnector,
}

impl Trust {
    /// Trusts who these authorities vouch for as this server; without any, who the system's do.
    ///
    /// # Errors
    /// The file can't be read, or holds no certificate.
    pub fn in_server(server: &str, authorities: Option<PathBuf>) -> io::Result<Self> {
        let mut turning = TlsParameters::builder(server.to_owned());
        let mut beginning = SslConnector::builder(SslMethod::tls_client())?;
        beginning.set_min_proto_version(Some(SslVersion::TLS1_2))?;
        if let Some(path) = authorities {
            let wrong =
                || io::Error::new(io::ErrorKind::InvalidData, format!("there is no certificate in {} (mail.ca_file)", path.display()));
            let found = X509::stack_from_pem(&files::read(&path)?).map_err(|_| wrong())?;
            if found.is_empty() {
                return Err(wrong());
            }
            turning = turning.certificate_store(CertificateStore::None);
            let mut store = X509StoreBuilder::new()?;
            for authority in found {
                turning = turning.add_root_certificate(Certificate::from_der(authority.to_der()?).map_err(io::Error::other)?);
                store.add_cert(authority)?;
            }
            beginning.set_cert_store(store.build());
        }
        Ok(Self { server: server.to_owned(), turning: turning.build().map_err(io::Error::other)?, beginning: beginning.build() })
    }

    /// For a connection that turns to TLS.
    pub fn parameters(&self) -> TlsParameters {
        self.turning.clone()
    }

    /// A connection that is to be TLS, before its handshake.
    ///
    /// # Errors
    /// OpenSSL's own.
    pub fn over(&self, stream: Bounded) -> Result<SslStream<Bounded>, ErrorStack> {
        SslStream::new(self.beginning.configure()?.into_ssl(&self.server)?, stream)
    }
}
