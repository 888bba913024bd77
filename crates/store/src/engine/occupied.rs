//! Who uses the embedded database: daemons share it, an upgrade or a restore has it for itself.
//!
//! Nothing here waits for ever, and a program that ends, however it ends, holds nothing any more: the kernel keeps these locks.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Broken, Database};

/// How often somebody asks again for what another has just now.
const TRIES: u32 = 200;

/// How long they wait in between.
const WAIT: Duration = Duration::from_millis(100);

/// A use of the database, for as long as this value lives. On a server locks of the sessions do this.
pub(crate) struct Occupied(Option<File>);

impl Occupied {
    /// Uses it beside others.
    pub fn shared(database: &Database) -> Result<Self, Broken> {
        let occupied = Self::of(database)?;
        occupied.wait(File::try_lock_shared, "an upgrade or a restore of the database is under way: wait for its end")?;
        Ok(occupied)
    }

    /// Uses it alone, or not at all.
    pub fn alone(database: &Database) -> Result<Self, Broken> {
        let occupied = Self::of(database)?;
        if let Some(file) = &occupied.0 {
            file.try_lock()
                .map_err(|error| broken(&error, "a daemon uses this database: stop it first (systemctl stop posternd.socket posternd)"))?;
        }
        Ok(occupied)
    }

    /// Has it alone from now on, as soon as others let it.
    pub fn wait_alone(&self) -> Result<(), Broken> {
        self.wait(File::try_lock, "its tables must be changed, and another program uses them: stop it first")
    }

    /// Shares it again.
    pub fn share(&self) -> Result<(), Broken> {
        self.wait(File::try_lock_shared, "another program took it")
    }

    fn of(database: &Database) -> Result<Self, Broken> {
        let Database::Sqlite(file) = database else { return Ok(Self(None)) };
        let path = beside(file, "lock");
        super::connection::make(&path)
            .and_then(|()| OpenOptions::new().write(true).mode(0o600).open(&path))
            .map(|file| Self(Some(file)))
            .map_err(|error| Broken::Unreachable(format!("{}: {error}", path.display())))
    }

    fn wait(&self, lock: impl Fn(&File) -> Result<(), TryLockError>, why: &str) -> Result<(), Broken> {
        let Some(file) = &self.0 else { return Ok(()) };
        for _ in 0..TRIES {
            match lock(file) {
                Err(TryLockError::WouldBlock) => std::thread::sleep(WAIT),
                other => return other.map_err(|error| broken(&error, why)),
            }
        }
        Err(Broken::Unreachable(why.to_owned()))
    }
}

/// The file of this ending beside the database's.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn broken(error: &TryLockError, why: &str) -> Broken {
    match error {
        TryLockError::WouldBlock => Broken::Unreachable(why.to_owned()),
        TryLockError::Error(error) => Broken::Unreachable(format!("it can't be locked: {error}")),
    }
}
