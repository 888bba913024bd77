//! Whether what is there belongs together, before anything is made beside it.
//!
//! Nothing is made here. What is half there is said, with both ways on: somebody began something, or lost something.

use std::io;
use std::path::{Path, PathBuf};

use super::request_file;
use crate::Config;
use crate::config::credentials;
use crate::config::database::Kind;

/// Whether keys may be made: not for a database that was begun with others.
///
/// # Errors
/// Which one is missing, and what that would mean.
pub fn keys(config: &Config) -> io::Result<()> {
    let database = config.path(&config.database.file);
    let begun = config.database.kind == Kind::Sqlite && database.metadata().is_ok_and(|file| file.len() > 0);
    for path in [&config.keys.appliance, &config.keys.sign_in].map(|path| config.path(path)) {
        if begun && !path.exists() {
            return Err(told(format!(
                "the database {} is there and {} is not: restore that file from its backup. With a new one nobody who has an account \
                 could sign in again. To begin anew without them, move the database away first",
                database.display(),
                path.display()
            )));
        }
    }
    Ok(())
}

/// Whether a certificate may be made: not beside half of another.
///
/// # Errors
/// Which half is missing, and how to go on.
pub fn certificates(config: &Config, authority: &[PathBuf; 2], server: &[PathBuf; 2]) -> io::Result<()> {
    let [certificate, key] = server;
    if [&config.tls.certificate, &config.tls.key].iter().any(|path| credentials::named(path).is_some()) {
        return Ok(());
    }
    match (certificate.exists(), key.exists()) {
        (true, true) => return Ok(()),
        (false, true) => {
            let request = request_file(config);
            let begun = if request.exists() { format!("have your authority sign {}, then ", request.display()) } else { String::new() };
            return Err(told(format!(
                "the key {} is there and its certificate {} is not: {begun}run `posternd init --certificate FILE` with the certificate, \
                 or move the key away to have a new one made",
                key.display(),
                certificate.display()
            )));
        }
        (true, false) => return Err(half(certificate, key)),
        (false, false) => {}
    }
    match authority.each_ref().map(|path| path.exists()) {
        [true, false] => Err(half(&authority[0], &authority[1])),
        [false, true] => Err(half(&authority[1], &authority[0])),
        _ => Ok(()),
    }
}

fn half(there: &Path, missing: &Path) -> io::Error {
    told(format!(
        "{} is there and {}, which belongs to it, is not: put it back, or move the other away to have both made anew",
        there.display(),
        missing.display()
    ))
}

fn told(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use vault::Timestamp;

    use super::super::{Existing, Source, init, init_from};
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.state.folder = folder.join("state");
        config
    }

    /// Every file with what it holds.
    fn kept(config: &Config) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = fs::read_dir(&config.state.folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    /// What `init` says when these files are gone; it must make nothing then.
    fn without(gone: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        init(&config, Existing::Refuse, NOW).unwrap();
        gone.iter().for_each(|name| fs::remove_file(config.state.folder.join(name)).unwrap());
        let before = kept(&config);
        let said = init(&config, Existing::Keep, NOW).unwrap_err().to_string();
        assert_eq!(kept(&config), before, "{gone:?}");
        said
    }

    #[test]
    fn what_is_half_there_is_told_and_nothing_is_made_beside_it() {
        let said = without(&["server.crt"]);
        assert!(said.contains("server.key is there") && said.contains("init --certificate FILE"), "{said}");
        let said = without(&["server.key"]);
        assert!(said.contains("server.crt is there") && said.contains("server.key, which belongs to it"), "{said}");
        let said = without(&["server.crt", "server.key", "authority.key"]);
        assert!(said.contains("authority.crt is there") && said.contains("put it back"), "{said}");
        let said = without(&["server.crt", "server.key", "authority.crt"]);
        assert!(said.contains("authority.key is there"), "{said}");
    }

    #[test]
    fn a_request_that_waits_for_its_authority_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        init_from(&config, Existing::Refuse, &Source::Request, NOW).unwrap();
        let before = kept(&config);
        let said = init(&config, Existing::Keep, NOW).unwrap_err().to_string();
        assert!(said.contains("have your authority sign") && said.contains("server.csr"), "{said}");
        assert_eq!(kept(&config), before);
    }

    #[test]
    fn a_company_certificate_needs_no_authority_and_an_authority_kept_elsewhere_is_not_missed() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        init(&config, Existing::Refuse, NOW).unwrap();
        fs::remove_file(config.state.folder.join("authority.key")).unwrap();
        assert_eq!(init(&config, Existing::Keep, NOW).unwrap(), Vec::<String>::new());
        fs::remove_file(config.state.folder.join("authority.crt")).unwrap();
        assert_eq!(init(&config, Existing::Keep, NOW).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_database_never_gets_other_keys_than_those_that_it_was_begun_with() {
        for gone in ["sign-in.setup", "appliance.key"] {
            let folder = tempfile::tempdir().unwrap();
            let config = config(folder.path());
            init(&config, Existing::Refuse, NOW).unwrap();
            fs::write(config.path(&config.database.file), "a database").unwrap();
            fs::remove_file(config.state.folder.join(gone)).unwrap();
            let said = init(&config, Existing::Keep, NOW).unwrap_err().to_string();
            assert!(said.contains(gone) && said.contains("restore that file"), "{said}");
            assert!(!config.state.folder.join(gone).exists());
        }
    }
}
