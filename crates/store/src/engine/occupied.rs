//! Who uses the embedded database: whoever reads or writes shares it, one daemon serves it, an upgrade or a restore has it for itself.
//!
//! Nothing here waits for ever, and a program that ends, however it ends, holds nothing any more: the kernel keeps these locks. None is
//! taken on the database's own file: to close that once more would end the locks that SQLite has on it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::OFlag;

use super::{Broken, Database, off_thread_with};

/// How often somebody asks again for what another has just now.
const TRIES: u32 = 200;

/// How long they wait in between.
const WAIT: Duration = Duration::from_millis(100);

/// The file that everybody shares who uses the database, and that an upgrade or a restore has alone, ends like this.
const USED: &str = "lock";

/// The file that the one daemon has alone, beside its share of the other, ends like this. A lock on a whole file is shared or not, and
/// here are three ways: so it takes two files.
const SERVED: &str = "daemon";

/// A use of the embedded database, for as long as this value lives. On a server, which several daemons may share, locks of the sessions
/// do this.
#[derive(Debug)]
pub struct Occupied {
    used: Option<File>,
    _served: Option<File>,
}

/// Why a daemon can't serve a database.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    /// Another daemon does.
    #[error("another daemon serves the database {}: stop it first, or name another in database.file", .0.display())]
    Taken(PathBuf),
    /// The file by which daemons keep each other out can't be had.
    #[error("can't lock the database by {}: {}", .0.display(), .1)]
    Unlockable(PathBuf, io::Error),
    /// Somebody has it alone, and for longer than anybody waits.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl Occupied {
    /// Serves it: the only daemon that does, beside others that use it. Waits some seconds for the end of a restore.
    ///
    /// # Errors
    /// [`NotServed`].
    pub async fn serving(database: &Database) -> Result<Self, NotServed> {
        let database = database.clone();
        off_thread_with(move || Self::served(&database)).await
    }

    fn served(database: &Database) -> Result<Self, NotServed> {
        let Database::Sqlite(file) = database else { return Ok(Self::nothing()) };
        let path = beside(file, SERVED);
        let served = open(&path).and_then(|served| match served.try_lock() {
            Ok(()) => Ok(Some(served)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        });
        match served {
            // First this, then the share: another daemon is told at once what it would wait for in vain.
            Ok(Some(served)) => Ok(Self { _served: Some(served), ..Self::shared(database)? }),
            Ok(None) => Err(NotServed::Taken(file.clone())),
            Err(error) => Err(NotServed::Unlockable(path, error)),
        }
    }

    /// Uses it beside others.
    pub(crate) fn shared(database: &Database) -> Result<Self, Broken> {
        let occupied = Self::of(database)?;
        occupied.wait(File::try_lock_shared, "an upgrade or a restore of the database is under way: wait for its end")?;
        Ok(occupied)
    }

    /// Uses it alone, or not at all.
    pub(crate) fn alone(database: &Database) -> Result<Self, Broken> {
        let occupied = Self::of(database)?;
        if let Some(file) = &occupied.used {
            file.try_lock()
                .map_err(|error| broken(&error, "a daemon uses this database: stop it first (systemctl stop posternd.socket posternd)"))?;
        }
        Ok(occupied)
    }

    /// Has it alone from now on, as soon as others let it.
    pub(super) fn wait_alone(&self) -> Result<(), Broken> {
        self.wait(File::try_lock, "its tables must be changed, and another program uses them: stop it first")
    }

    /// Shares it again.
    pub(super) fn share(&self) -> Result<(), Broken> {
        self.wait(File::try_lock_shared, "another program took it")
    }

    fn of(database: &Database) -> Result<Self, Broken> {
        let Database::Sqlite(file) = database else { return Ok(Self::nothing()) };
        let path = beside(file, USED);
        let used = open(&path).map_err(|error| Broken::Unreachable(format!("{}: {error}", path.display())))?;
        Ok(Self { used: Some(used), _served: None })
    }

    fn nothing() -> Self {
        Self { used: None, _served: None }
    }

    fn wait(&self, lock: impl Fn(&File) -> Result<(), TryLockError>, why: &str) -> Result<(), Broken> {
        let Some(file) = &self.used else { return Ok(()) };
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

/// A file to lock, made with its folder for their owner's eyes only. Never through a link: root may have been started in the folder of
/// somebody whom it must not follow anywhere.
fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let nofollow = OFlag::O_NOFOLLOW.bits();
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).custom_flags(nofollow).open(path)
}

fn broken(error: &TryLockError, why: &str) -> Broken {
    match error {
        TryLockError::WouldBlock => Broken::Unreachable(why.to_owned()),
        TryLockError::Error(error) => Broken::Unreachable(format!("it can't be locked: {error}")),
    }
}
