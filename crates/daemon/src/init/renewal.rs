//! A new certificate from the appliance's own authority, in the old one's place: for other names, or because the old one ends.
//!
//! The key stays, so that certificate and key belong together at every moment. A certificate of somebody else's is never replaced.

use std::io;
use std::path::Path;

use openssl::pkey::PKey;
use openssl::x509::X509;
use vault::Timestamp;

use super::{Authority, authority_certificate};
use crate::{Config, files};

/// Issues it for the names in `tls.hosts`. Answers with a line about what was made.
///
/// # Errors
/// What is missing, or that the certificate is not the authority's own.
pub fn renew(config: &Config, now: Timestamp) -> io::Result<Vec<String>> {
    let to = config.path(&config.tls.certificate);
    let authority = authority_certificate(config);
    let issuer = files::read(&authority).map_err(elsewhere)?;
    let old = X509::from_pem(&files::read(&to)?)?;
    if !old.verify(&*X509::from_pem(&issuer)?.public_key()?).unwrap_or(false) {
        let text = format!(
            "{} was not issued by the appliance's own authority: renew it where it comes from, and put the new one in its place",
            to.display()
        );
        return Err(io::Error::other(text));
    }
    let issuer = Authority::read(&issuer, &files::read(&config.path(Path::new("authority.key"))).map_err(elsewhere)?)?;
    let key = PKey::private_key_from_pem(&files::read(&config.path(&config.tls.key))?)?;
    files::replace(&to, &issuer.issue_for(&key, &config.tls.hosts, now)?, files::PUBLIC)?;
    Ok(vec![format!("{}: the certificate for {}", to.display(), config.tls.hosts.join(", "))])
}

fn elsewhere(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => io::Error::new(
            error.kind(),
            format!(
                "{error}; only a certificate of the appliance's own authority can be renewed here, and if that is kept elsewhere, bring it back first"
            ),
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{Existing, init};
    use super::*;
    use crate::tls;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    fn made(folder: &Path) -> Config {
        let mut config = Config::default();
        config.state.folder = folder.join("state");
        init(&config, Existing::Refuse, NOW).unwrap();
        config
    }

    #[test]
    fn a_renewed_certificate_stands_for_the_new_names_with_the_old_key() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = made(folder.path());
        config.tls.hosts = ["postern.example.com", "10.20.0.2"].map(String::from).into();
        assert_eq!(tls::unnamed(&config).unwrap(), config.tls.hosts);
        let (key, authority) =
            (fs::read(config.state.folder.join("server.key")).unwrap(), fs::read(authority_certificate(&config)).unwrap());
        assert_eq!(renew(&config, NOW).unwrap().len(), 1);
        assert_eq!(tls::unnamed(&config).unwrap(), Vec::<String>::new());
        tls::check(&config).unwrap();
        assert_eq!(fs::read(config.state.folder.join("server.key")).unwrap(), key);
        assert_eq!(fs::read(authority_certificate(&config)).unwrap(), authority);
    }

    #[test]
    fn a_certificate_of_another_authority_is_not_replaced() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (config, company) = (made(folder.path()), made(other.path()));
        for name in ["server.crt", "server.key"] {
            fs::copy(company.state.folder.join(name), config.state.folder.join(name)).unwrap();
        }
        let before = fs::read(config.state.folder.join("server.crt")).unwrap();
        assert!(renew(&config, NOW).unwrap_err().to_string().contains("was not issued by the appliance's own authority"));
        assert_eq!(fs::read(config.state.folder.join("server.crt")).unwrap(), before);
        fs::remove_file(config.state.folder.join("authority.crt")).unwrap();
        assert!(renew(&config, NOW).unwrap_err().to_string().contains("bring it back first"));
    }
}
