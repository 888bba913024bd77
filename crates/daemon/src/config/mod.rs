//! The configuration: defaults, a file, the files in `conf.d` beside it, and the environment, each over the one before.
//!
//! Nothing here is a secret: secrets stand in files that the configuration names. No key is ignored: an unknown one is refused.

pub mod admin;
pub mod credentials;
pub mod database;
pub mod gate;
pub mod journal;
pub mod keys;
pub mod limits;
pub mod listen;
pub mod mail;
mod refused;
pub mod tls;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use vault::Policy;

pub use refused::NotConfigured;

/// Where the configuration lies unless told otherwise.
pub const FILE: &str = "/etc/postern/postern.toml";

/// Variables of the environment that begin so are keys: `POSTERN__LISTEN__ADDRESS` is `listen.address`.
const VARIABLES: &str = "POSTERN__";

/// All that can be configured. `config/postern.toml` explains each key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the daemon keeps what is its own.
    pub state: listen::State,
    /// Where owners and recipients come in.
    pub listen: listen::Listen,
    /// The certificate that the daemon shows.
    pub tls: tls::Tls,
    /// The files that hold what must stand outside the database.
    pub keys: keys::Keys,
    /// Where everything is remembered.
    pub database: database::Database,
    /// From which networks the two doors open.
    pub gate: gate::Gate,
    /// What an administrator decides once for everybody.
    pub policy: Policy,
    /// The socket for operators.
    pub admin: admin::Admin,
    /// How messages leave.
    pub mail: mail::Mail,
    /// Where log lines and audit events are told.
    pub journal: journal::Journal,
    /// How much of the daemon one caller can take.
    pub limits: limits::Limits,
}

impl Config {
    /// Reads the configuration. Without a file named, [`FILE`] is read if it is there.
    ///
    /// # Errors
    /// [`NotConfigured`], in words for the person who wrote it.
    pub fn load(file: Option<&Path>) -> Result<Self, NotConfigured> {
        let figment = Figment::from(Serialized::defaults(Self::default()));
        let figment = files(file)?.into_iter().fold(figment, |figment, path| figment.merge(Toml::file_exact(path)));
        let figment = figment.merge(Env::prefixed(VARIABLES).split("__"));
        let config: Self = figment.extract().map_err(|error| refused::explain(&error))?;
        config.check()?;
        credentials::present(&config).map_err(NotConfigured::new)?;
        Ok(config)
    }

    /// Whether the values make sense, alone and together.
    ///
    /// # Errors
    /// [`NotConfigured`], naming the key.
    pub fn check(&self) -> Result<(), NotConfigured> {
        self.listen
            .check()
            .and_then(|()| self.tls.check())
            .and_then(|()| self.database.check())
            .and_then(|()| self.gate.check())
            .and_then(|()| self.policy.check())
            .and_then(|()| self.admin.check())
            .and_then(|()| self.mail.check())
            .and_then(|()| self.journal.check())
            .and_then(|()| self.limits.check())
            .and_then(|()| credentials::check(self))
            .map_err(NotConfigured::new)
    }

    /// The address at which people reach the appliance, as links carry it, where it listens on this port.
    pub fn public_url(&self, port: u16) -> String {
        // A wildcard is no address.
        let host = self.tls.hosts.iter().find(|host| !host.contains('*'));
        self.listen.public_url(host.map(String::as_str), port)
    }

    /// A path of this configuration: relative ones begin from the state folder, and credentials lie where systemd hands them over.
    pub fn path(&self, path: &Path) -> PathBuf {
        match credentials::named(path) {
            Some(name) => credentials::path(name),
            None => self.state.folder.join(path),
        }
    }
}

/// The file and what lies in `conf.d` beside it, in the order in which they are laid over each other.
fn files(named: Option<&Path>) -> Result<Vec<PathBuf>, NotConfigured> {
    let main = named.unwrap_or(Path::new(FILE));
    let mut files = Vec::new();
    if main.is_file() {
        files.push(main.to_owned());
    } else if named.is_some() {
        return Err(NotConfigured::new(format!("there is no configuration at {}", main.display())));
    }
    let folder = main.with_file_name("conf.d");
    let Ok(entries) = folder.read_dir() else {
        return Ok(files);
    };
    let mut parts: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    parts.sort();
    files.extend(parts);
    Ok(files)
}

#[cfg(test)]
mod tests;
