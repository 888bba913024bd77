//! Secrets that systemd hands over (systemd.exec(5), "Credentials"): a key whose value is `credential:NAME` names one of them.
//!
//! No path of the machine stands in the configuration then, and nothing here reads what a credential holds.

use std::path::{Path, PathBuf};

use super::Config;

/// With this a value begins that names a credential.
const PREFIX: &str = "credential:";

/// Where an administrator puts credentials: the unit hands each file in it to the daemon.
pub const FOLDER: &str = "/etc/postern/credentials";

/// What systemd puts before the name of a file from that folder (`LoadCredential=postern:/etc/postern/credentials`).
const ID: &str = "postern_";

/// The variable that names the folder in which systemd hands credentials over.
const VARIABLE: &str = "CREDENTIALS_DIRECTORY";

/// The name of the credential, if the value is one's.
pub fn named(value: &Path) -> Option<&str> {
    value.to_str()?.strip_prefix(PREFIX)
}

/// Where this credential lies. Outside of a service that is where the administrator put it.
pub(super) fn path(name: &str) -> PathBuf {
    match std::env::var_os(VARIABLE) {
        Some(folder) => handed_over(Path::new(&folder), name),
        None => Path::new(FOLDER).join(name),
    }
}

/// A credential of its own unit line comes first, so that a drop-in's (`LoadCredentialEncrypted=smtp:...`) counts.
fn handed_over(folder: &Path, name: &str) -> PathBuf {
    let alone = folder.join(name);
    if alone.exists() { alone } else { folder.join(format!("{ID}{name}")) }
}

/// Whether every credential that is named is one that can be, where one can be.
pub(super) fn check(config: &Config) -> Result<(), String> {
    for (key, value) in secrets(config) {
        let Some(name) = named(value) else { continue };
        let lawful = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        if name.is_empty() || name.starts_with('.') || name.len() > 128 || !name.bytes().all(lawful) {
            return Err(format!("{key} is {PREFIX}{name}: a credential's name is made of letters, digits, dots, - and _, and has no path"));
        }
    }
    for (key, value) in [
        ("state.folder", &config.state.folder),
        ("keys.mail", &config.keys.mail),
        ("database.file", &config.database.file),
        ("admin.socket", &config.admin.socket),
        ("mail.folder", &config.mail.folder),
    ] {
        if named(value).is_some() {
            return Err(format!("{key} can't be a credential: the daemon writes there"));
        }
    }
    Ok(())
}

/// Whether every credential that is named has been handed over.
pub(super) fn present(config: &Config) -> Result<(), String> {
    for (key, value) in secrets(config) {
        let Some(name) = named(value) else { continue };
        let file = path(name);
        // Whether it can be read is another question, and its reader's to answer.
        if matches!(file.try_exists(), Ok(false)) {
            return Err(format!(
                "{key} names the credential {name}, which is not there: put it into {FOLDER}/{name} (only root need be able to read it), \
                 then `systemctl restart posternd`, since credentials are handed over when the service starts"
            ));
        }
    }
    Ok(())
}

/// The keys that may name a credential: what is read, and never written.
fn secrets(config: &Config) -> [(&'static str, &PathBuf); 8] {
    [
        ("tls.certificate", &config.tls.certificate),
        ("tls.key", &config.tls.key),
        ("tls.client_authority", &config.tls.client_authority),
        ("keys.appliance", &config.keys.appliance),
        ("keys.sign_in", &config.keys.sign_in),
        ("database.url_file", &config.database.url_file),
        ("mail.password_file", &config.mail.password_file),
        ("mail.ca_file", &config.mail.ca_file),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password_in(value: &str) -> Config {
        let mut config = Config::default();
        config.mail.password_file = value.into();
        config
    }

    #[test]
    fn a_credential_is_named_without_a_path() {
        assert_eq!(named(Path::new("credential:smtp")), Some("smtp"));
        assert_eq!(named(Path::new("/run/credentials/posternd.service/smtp")), None);
        assert_eq!(check(&password_in("credential:smtp-2.password_x")), Ok(()));
        for wrong in ["credential:", "credential:../shadow", "credential:a/b", "credential:.hidden", "credential:a b"] {
            assert!(check(&password_in(wrong)).unwrap_err().contains("mail.password_file"), "{wrong}");
        }
    }

    #[test]
    fn what_the_daemon_writes_is_no_credential() {
        let mut config = Config::default();
        config.database.file = "credential:db".into();
        assert!(check(&config).unwrap_err().contains("database.file can't be a credential"));
    }

    #[test]
    fn a_credential_of_its_own_counts_before_one_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let from_folder = folder.path().join("postern_smtp");
        assert_eq!(handed_over(folder.path(), "smtp"), from_folder);
        std::fs::write(folder.path().join("smtp"), "x").unwrap();
        assert_eq!(handed_over(folder.path(), "smtp"), folder.path().join("smtp"));
    }
}
