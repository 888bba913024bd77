//! What may change while the daemon runs: the gate, the certificate, some limits. It is taken in whole or not at all.
//!
//! Whoever works with it takes it once and goes on with what was taken: a request never sees half of the old and half of the new.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use openssl::ssl::SslAcceptor;
use vault::Timestamp;

use crate::config::tls::ClientCertificates;
use crate::front::certificate::Authorities;
use crate::tls::Certificate;
use crate::{Config, tls};

/// What counts now.
pub struct Live(RwLock<Arc<Rules>>);

/// A configuration that was found sound, with what was read from the files that it names.
pub struct Rules {
    /// Since when it counts.
    pub since: Timestamp,
    /// As it was read. Of what can't change while the daemon runs, the appliance's own counts.
    pub config: Config,
    /// Who is let in where.
    pub gate: vault::gate::Gate,
    /// What makes TLS of a connection.
    pub acceptor: SslAcceptor,
    /// The certificate that is shown.
    pub certificate: Certificate,
    /// Whose certificates count for clients, if they are asked for any.
    pub authorities: Option<Arc<Authorities>>,
}

impl Live {
    /// These rules count first.
    pub fn new(rules: Rules) -> Self {
        Self(RwLock::new(Arc::new(rules)))
    }

    /// What counts now.
    pub fn now(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// These rules count from now on.
    pub fn set(&self, rules: Rules) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }
}

impl Rules {
    /// Reads the files that the configuration names, now.
    ///
    /// # Errors
    /// Which of them is missing or wrong.
    pub fn read(config: Config, now: Timestamp) -> io::Result<Self> {
        let authorities = match config.tls.client_certificates {
            ClientCertificates::Off => None,
            _ => Some(Arc::new(Authorities::read(&config.path(&config.tls.client_authority))?)),
        };
        let certificate = Certificate::read(&config)?;
        let acceptor = tls::acceptor(&config, authorities.as_deref())?;
        Ok(Self { since: now, gate: config.gate.rules(), acceptor, certificate, authorities, config })
    }

    /// Tells the journal what may not be what was meant.
    pub fn tell_notes(&self) {
        for note in self.config.notes() {
            log::warn!("{note}");
        }
    }
}
