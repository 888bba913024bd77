//! A client's certificate: asked for in the handshake, judged here, so that who has none is told in words instead of being cut off.
//!
//! It is judged once, when the connection opens, by the authorities and the clock of that moment.

use std::io;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::ssl::SslRef;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509PurposeId, X509StoreContext};
use vault::{Refusal, Timestamp};

/// What was shown when a connection was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// No certificate.
    Nothing,
    /// One that counts.
    Valid,
    /// One that doesn't.
    NotValid,
}

impl Shown {
    /// Whether it lets somebody through a door that asks for a certificate.
    ///
    /// # Errors
    /// [`Refusal::CertificateRequired`], [`Refusal::CertificateNotValid`].
    pub fn admit(self) -> Result<(), Refusal> {
        match self {
            Self::Nothing => Err(Refusal::CertificateRequired),
            Self::NotValid => Err(Refusal::CertificateNotValid),
            Self::Valid => Ok(()),
        }
    }
}

/// The authorities whose certificates count.
#[derive(Clone, Debug)]
pub struct Authorities(pub Vec<X509>);

impl Authorities {
    /// Reads them from a file in PEM.
    ///
    /// # Errors
    /// Which file is missing, or holds none.
    pub fn read(path: &Path) -> io::Result<Self> {
        let authorities = X509::stack_from_pem(&crate::files::read(path)?).unwrap_or_default();
        if authorities.is_empty() {
            let text = format!("{} holds no certificate of an authority in PEM", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(Self(authorities))
    }

    /// Judges what the other end of a connection has shown. The handshake has proved that it has the key.
    pub fn judge(&self, connection: &SslRef, now: Timestamp) -> Shown {
        let Some(certificate) = connection.peer_certificate() else { return Shown::Nothing };
        let issued = self.issued(&certificate, connection, now);
        // OpenSSL keeps what was wrong for this thread, and would take it for a fault of the next connection that it serves.
        let _ = ErrorStack::get();
        match issued {
            Ok(true) => Shown::Valid,
            // What can't be judged doesn't count.
            Ok(false) | Err(_) => Shown::NotValid,
        }
    }

    fn issued(&self, certificate: &X509, connection: &SslRef, now: Timestamp) -> Result<bool, ErrorStack> {
        let mut store = X509StoreBuilder::new()?;
        for authority in &self.0 {
            store.add_cert(authority.clone())?;
        }
        let mut param = X509VerifyParam::new()?;
        param.set_time(now.as_millis() / 1000);
        store.set_param(&param)?;
        store.set_purpose(X509PurposeId::SSL_CLIENT)?;
        let mut between = Stack::new()?;
        for one in connection.peer_cert_chain().into_iter().flatten() {
            between.push(one.to_owned())?;
        }
        X509StoreContext::new()?.init(&store.build(), certificate, &between, |context| context.verify_cert())
    }
}
