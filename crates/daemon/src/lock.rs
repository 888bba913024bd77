//! One daemon on one SQLite file: whoever serves it holds a lock on a file beside it, as long as the process lives.
//!
//! The kernel lets go when the process ends, however it ends: nothing has to be tidied up before the next start.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use crate::Config;
use crate::config::database::Kind;
use crate::files;

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
}

/// The file that is locked for a database.
pub fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

impl Lock {
    /// Takes the lock. A server's database needs none: several daemons may share it.
    ///
    /// # Errors
    /// [`io::ErrorKind::ResourceBusy`] when another daemon has it; otherwise what the system says. Both with the path.
    pub fn take(config: &Config) -> io::Result<Self> {
        if config.database.kind == Kind::Postgresql {
            return Ok(Self { _file: None });
        }
        let database = config.path(&config.database.file);
        let path = beside(&database);
        if let Some(folder) = path.parent() {
            files::folder(folder)?;
        }
        let told = |error: io::Error| io::Error::new(error.kind(), format!("can't lock the database by {}: {error}", path.display()));
        let nofollow = OFlag::O_NOFOLLOW.bits();
        let options = OpenOptions::new().write(true).create(true).truncate(false).mode(files::SECRET).custom_flags(nofollow).open(&path);
        let file = options.map_err(told)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                let text =
                    format!("another daemon serves the database {}: stop it first, or name another in database.file", database.display());
                Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
            }
            Err(TryLockError::Error(error)) => Err(told(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_served_by_one_daemon_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.state.folder = folder.path().join("state");
        let held = Lock::take(&config).unwrap();
        let refused = Lock::take(&config).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ResourceBusy);
        assert!(refused.to_string().contains("postern.sqlite: stop it first"), "{refused}");
        drop(held);
        Lock::take(&config).unwrap();
    }

    #[test]
    fn a_servers_database_may_be_shared() {
        let mut config = Config::default();
        config.database.kind = Kind::Postgresql;
        let _one = Lock::take(&config).unwrap();
        Lock::take(&config).unwrap();
    }
}
