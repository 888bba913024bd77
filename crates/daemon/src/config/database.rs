//! `[database]`: where everything is remembered.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Inside the daemon, in one file.
    Sqlite,
    /// A PostgreSQL server, or what speaks its protocol.
    Postgresql,
}

/// Where everything is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Which database it is.
    pub kind: Kind,
    /// With `sqlite`: its file.
    pub file: PathBuf,
    /// With `postgresql`: a file that holds the connection's URL, since that may hold a password.
    pub url_file: PathBuf,
    /// With `postgresql`: how many connections write. Each keeps an audit lane of its own.
    pub writers: usize,
    /// How many connections read.
    pub readers: usize,
    /// The folder for copies that are made before tables are changed or a database is replaced.
    pub copies: PathBuf,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            kind: Kind::Sqlite,
            file: "postern.sqlite".into(),
            url_file: PathBuf::new(),
            writers: 4,
            readers: 4,
            copies: "copies".into(),
        }
    }
}

impl Database {
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, value) in [("writers", self.writers), ("readers", self.readers)] {
            if !(1..=64).contains(&value) {
                return Err(format!("database.{name} is {value}; it must lie between 1 and 64"));
            }
        }
        if self.copies.as_os_str().is_empty() {
            return Err("database.copies is empty; name a folder for the copies that are made before an upgrade".into());
        }
        match self.kind {
            Kind::Sqlite if self.file.as_os_str().is_empty() => Err("database.file is empty; name the database's file".into()),
            Kind::Postgresql if self.url_file.as_os_str().is_empty() => {
                Err("database.url_file is empty; name a file that holds the URL of the PostgreSQL database".into())
            }
            _ => Ok(()),
        }
    }
}
