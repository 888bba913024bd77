//! `posternd init`: what an appliance needs before its first start.
//!
//! Nothing that is there is overwritten: an appliance that lost its sign-in setup would lose its people.

mod certificates;
mod given;
mod renewal;
mod whole;

use std::io;
use std::path::{Path, PathBuf};

use vault::Timestamp;

use crate::opaque::Setup;
use crate::tls::Pair;
use crate::{Config, files, random};

pub use certificates::{Authority, Made};
pub use given::{names, request_file};
pub use renewal::renew;

/// What `init` does about files that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse, and make nothing.
    Refuse,
    /// Keep them, and make what is missing.
    Keep,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From an authority of the appliance's own.
    Own,
    /// From files.
    Given {
        /// The certificate, followed by its intermediates.
        certificate: PathBuf,
        /// Its key; nothing if that is where the configuration says.
        key: Option<PathBuf>,
    },
    /// From an authority that signs the request which is made.
    Request,
}

/// The certificate of the appliance's own authority, which browsers and programs are told to trust.
pub fn authority_certificate(config: &Config) -> PathBuf {
    config.path(Path::new("authority.crt"))
}

/// Makes authority, certificate, appliance key and sign-in setup. Answers with a line for each file made.
///
/// # Errors
/// What is there already, or what the system says.
pub fn init(config: &Config, existing: Existing, now: Timestamp) -> io::Result<Vec<String>> {
    init_from(config, existing, &Source::Own, now)
}

/// As [`init`], with the certificate from elsewhere. What must not be there yet is then the certificate alone, or the key for a request.
///
/// # Errors
/// What is there already, what isn't right about what was given, or what the system says.
pub fn init_from(config: &Config, existing: Existing, source: &Source, now: Timestamp) -> io::Result<Vec<String>> {
    let authority = [authority_certificate(config), config.path(Path::new("authority.key"))];
    let shown = Pair::of(config);
    let server = match source {
        // Beside a request that waits, the certificate that stands in for what it asks for.
        Source::Own => [shown.certificate, shown.key],
        Source::Given { .. } | Source::Request => [config.path(&config.tls.certificate), config.path(&config.tls.key)],
    };
    let appliance = config.path(&config.keys.appliance);
    let sign_in = config.path(&config.keys.sign_in);
    let all = authority.iter().chain(&server).chain([&appliance, &sign_in]);
    let [certificate, _] = &server;
    let in_the_way = match source {
        Source::Own => all.clone().find(|path| whole::there(path)).filter(|_| existing == Existing::Refuse),
        Source::Given { key: None, .. } => Some(certificate).filter(|path| whole::there(path)),
        Source::Given { .. } | Source::Request => server.iter().find(|path| whole::there(path)),
    };
    if let Some(there) = in_the_way {
        let text = format!("{} is there already, and nothing is overwritten: move it away, or say --if-missing", there.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
    }
    whole::keys(config)?;
    if *source == Source::Own {
        whole::certificates(config, &authority, &server)?;
    }
    for folder in all.filter(|path| !whole::there(path)).filter_map(|path| path.parent()) {
        files::folder(folder)?;
    }
    files::folder(&config.path(&config.keys.mail))?;

    let mut made = match source {
        Source::Own => {
            let mut made = Vec::new();
            certificates(config, &authority, &server, now, &mut made)?;
            made
        }
        Source::Given { certificate, key } => given::take(config, certificate, key.as_deref(), now)?,
        Source::Request => given::request(config)?,
    };
    if !whole::there(&appliance) {
        files::create(&appliance, &random::bytes::<32>().map_err(io::Error::other)?, files::SECRET)?;
        made.push(format!("{}: the appliance's own key", appliance.display()));
    }
    if !whole::there(&sign_in) {
        files::create(&sign_in, &Setup::generate().map_err(io::Error::other)?.to_file(), files::SECRET)?;
        made.push(format!("{}: what sign-in needs besides the database; back it up apart from it", sign_in.display()));
    }
    Ok(made)
}

fn certificates(
    config: &Config,
    authority: &[PathBuf; 2],
    server: &[PathBuf; 2],
    now: Timestamp,
    made: &mut Vec<String>,
) -> io::Result<()> {
    let [server_certificate, server_key] = server;
    if whole::there(server_certificate) && whole::there(server_key) {
        return Ok(());
    }
    let [authority_certificate, authority_key] = authority;
    let issuer = if whole::there(authority_certificate) && whole::there(authority_key) {
        Authority::read(&files::read(authority_certificate)?, &files::read(authority_key)?)?
    } else {
        let issuer = Authority::new(config.tls.hosts.first().map_or("localhost", String::as_str), now)?;
        files::create(authority_key, &issuer.key_pem()?, files::SECRET)?;
        files::create(authority_certificate, &issuer.certificate_pem()?, files::PUBLIC)?;
        made.push(format!("{}: the authority's certificate, to be trusted by browsers and programs", authority_certificate.display()));
        made.push(format!("{}: the authority's key; it may be kept elsewhere", authority_key.display()));
        issuer
    };
    let Made { certificate, key } = issuer.issue(&config.tls.hosts, now)?;
    files::create(server_key, &key, files::SECRET)?;
    files::create(server_certificate, &certificate, files::PUBLIC)?;
    made.push(format!("{}: the certificate for {}", server_certificate.display(), config.tls.hosts.join(", ")));
    made.push(format!("{}: its key", server_key.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.state.folder = folder.join("state");
        config
    }

    #[test]
    fn init_makes_all_that_a_daemon_reads_and_refuses_to_make_it_twice() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        assert_eq!(init(&config, Existing::Refuse, NOW).unwrap().len(), 6);
        crate::keys::Keys::read(&config).unwrap();
        crate::tls::check(&config).unwrap();
        let before = fs::read(config.path(&config.keys.sign_in)).unwrap();
        let refused = init(&config, Existing::Refuse, NOW).unwrap_err().to_string();
        assert!(refused.contains("authority.crt is there already"), "{refused}");
        assert_eq!(init(&config, Existing::Keep, NOW).unwrap(), Vec::<String>::new());
        assert_eq!(fs::read(config.path(&config.keys.sign_in)).unwrap(), before);
    }

    #[test]
    fn what_is_missing_is_made_and_the_rest_kept() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        init(&config, Existing::Refuse, NOW).unwrap();
        let authority = fs::read(authority_certificate(&config)).unwrap();
        fs::remove_file(config.path(&config.tls.certificate)).unwrap();
        fs::remove_file(config.path(&config.tls.key)).unwrap();
        assert_eq!(init(&config, Existing::Keep, NOW).unwrap().len(), 2);
        assert_eq!(fs::read(authority_certificate(&config)).unwrap(), authority);
        crate::tls::check(&config).unwrap();
    }

    #[test]
    fn secrets_are_for_the_daemons_user_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        init(&config, Existing::Refuse, NOW).unwrap();
        let mode = |name: &str| fs::metadata(config.state.folder.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(""), 0o700);
        for secret in ["authority.key", "server.key", "appliance.key", "sign-in.setup"] {
            assert_eq!(mode(secret), 0o600, "{secret}");
        }
    }
}
