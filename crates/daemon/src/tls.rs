//! TLS: what the daemon speaks on its HTTPS listener.
//!
//! No version before 1.2, no renegotiation, no tickets and no session cache: every handshake is a whole one, so that nothing of
//! an earlier one need be kept.

use std::io;

use openssl::ssl::{SslAcceptor, SslAcceptorBuilder, SslFiletype, SslMethod, SslOptions, SslSessionCacheMode};

use crate::Config;

/// The acceptor with the configured certificate.
///
/// # Errors
/// Which file is wrong.
pub fn acceptor(config: &Config) -> io::Result<SslAcceptorBuilder> {
    let certificate = config.path(&config.tls.certificate);
    let key = config.path(&config.tls.key);
    for path in [&certificate, &key] {
        if !path.is_file() {
            let text =
                format!("there is no {}; `posternd init` makes a certificate, or tls.certificate and tls.key name yours", path.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, text));
        }
    }
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_options(SslOptions::NO_RENEGOTIATION | SslOptions::NO_TICKET);
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_num_tickets(0)?;
    builder.set_groups_list("X25519:P-256:P-384")?;
    let wrong = |path: &std::path::Path, what: &str| {
        let text = format!("{} can't be used as the {what}: it must be PEM, and certificate and key must belong together", path.display());
        move |_| io::Error::new(io::ErrorKind::InvalidData, text)
    };
    builder.set_certificate_chain_file(&certificate).map_err(wrong(&certificate, "certificate"))?;
    builder.set_private_key_file(&key, SslFiletype::PEM).map_err(wrong(&key, "key"))?;
    builder.check_private_key().map_err(wrong(&key, "key"))?;
    Ok(builder)
}
