//! The folder where this program remembers things: `--home`, or `postern` in the configuration folder. Only its user may read it.
//!
//! Nothing here is written in place: a file is the old one or the new one, whole, whatever happens in between.

mod attempts;
mod seen;
mod session;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

pub use attempts::Attempts;
pub use session::{Kept, Remembered};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The most bytes that a file here may have.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The folder. It is made when something is first written.
#[derive(Clone, Debug)]
pub struct Home {
    folder: PathBuf,
}

/// What keeps other runs of this program from writing at the same time; ended by dropping it.
pub struct Locked<'a> {
    home: &'a Home,
    _lock: File,
}

impl Home {
    /// The folder that was named, or the usual one.
    pub fn at(named: Option<PathBuf>) -> Result<Self, Failure> {
        let usual = || {
            let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
            folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config"))).map(|config| config.join("postern"))
        };
        let folder = named.or_else(usual);
        folder.map(|folder| Self { folder }).ok_or_else(|| {
            Failure::machine("there is no place to remember anything: neither XDG_CONFIG_HOME nor HOME is set")
                .hint("Name a folder with --home DIR.")
        })
    }

    /// A file's path.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A file's bytes; nothing if it isn't there.
    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let path = self.path(name);
        let failed = |error: std::io::Error| Failure::machine(format!("{} can't be read: {error}", path.display()));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
            return Err(Failure::machine(format!("{} is larger than anything that this program writes", path.display())));
        }
        Ok(Some(bytes))
    }

    /// Makes the folder if needed and keeps other runs from writing for as long as the result lives.
    pub fn lock(&self) -> Result<Locked<'_>, Failure> {
        make(&self.folder)?;
        let path = self.path("lock");
        let failed = |error: std::io::Error| Failure::machine(format!("{} can't be locked: {error}", path.display()));
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Locked { home: self, _lock: lock })
    }
}

impl Locked<'_> {
    /// Replaces a file as a whole, durably.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.home.path(name);
        let new = path.with_extension("new");
        let failed = |error: std::io::Error| Failure::machine(format!("{} can't be written: {error}", path.display()));
        let folder = path.parent().unwrap_or(&self.home.folder);
        make(folder)?;
        // A leftover of a crash could have other rights.
        remove(&new)?;
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&new).map_err(failed)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&new, &path).map_err(failed)?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }

    /// Takes a file away; a success if it isn't there.
    pub fn remove(&self, name: &str) -> Result<(), Failure> {
        remove(&self.home.path(name))
    }
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::machine(format!("{} can't be removed: {error}", path.display()))),
        _ => Ok(()),
    }
}

/// Makes a folder that only its user may enter. One that others may write to is refused rather than changed: it may be somebody else's.
fn make(folder: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::machine(format!("the folder {} can't be made: {error}", folder.display()));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let mode = fs::metadata(folder).map_err(failed)?.permissions().mode();
    if mode & 0o022 != 0 {
        return Err(Failure::machine(format!("others may write to the folder {}", folder.display()))
            .hint("Take that away with `chmod 700`, or name another folder with --home DIR."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().join("a").join("b"))).unwrap();
        (folder, home)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_its_user_may_read_what_is_remembered() {
        let (_folder, home) = home();
        home.lock().unwrap().write("x.json", b"1").unwrap();
        assert_eq!(mode(&home.folder), 0o700);
        assert_eq!(mode(&home.path("x.json")), 0o600);
        assert_eq!(mode(&home.path("lock")), 0o600);
    }

    #[test]
    fn a_file_is_replaced_whole_even_over_the_leftover_of_a_crash() {
        let (_folder, home) = home();
        let locked = home.lock().unwrap();
        locked.write("x.json", b"old").unwrap();
        fs::write(home.path("x.new"), b"half").unwrap();
        fs::set_permissions(home.path("x.new"), fs::Permissions::from_mode(0o644)).unwrap();
        locked.write("x.json", b"new").unwrap();
        assert_eq!(home.read("x.json").unwrap().unwrap().as_slice(), b"new");
        assert_eq!(mode(&home.path("x.json")), 0o600);
        assert!(!home.path("x.new").exists());
    }

    #[test]
    fn what_is_not_there_is_nothing_and_can_be_removed() {
        let (_folder, home) = home();
        assert!(home.read("x.json").unwrap().is_none());
        home.lock().unwrap().remove("x.json").unwrap();
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let home = Home::at(Some(folder.path().to_path_buf())).unwrap();
        assert_eq!(home.lock().err().unwrap().exit, Exit::ThisMachine);
        assert_eq!(mode(folder.path()), 0o777);
    }
}
