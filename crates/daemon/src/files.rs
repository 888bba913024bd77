//! Files that hold secrets: for the daemon's user alone, whole or not at all. Root makes and reads them as the owner of their folder.
//!
//! Nothing here overwrites a file unless it says so, and no error repeats what a file holds.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use nix::fcntl::OFlag;
use zeroize::Zeroizing;

use crate::acting::Acting;

/// Nobody but the daemon's user may read it.
pub const SECRET: u32 = 0o600;
/// Anybody who reaches it may read it: certificates.
pub const PUBLIC: u32 = 0o644;

/// No file of the daemon's own is larger, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Makes a folder that only this user may enter, and those above it.
///
/// # Errors
/// What the system says, with the path.
pub fn folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let make = || {
        let _acting = Acting::for_file(path)?;
        DirBuilder::new().recursive(true).mode(0o700).create(path)
    };
    make().map_err(|error| told("make the folder", path, &error))
}

/// Makes a file that isn't there yet, whole or not at all, and waits until it is on the disk.
///
/// # Errors
/// What the system says, with the path; also when the file is there already.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // Whoever comes second must not write into what is already known by its name.
    let free = || if path.exists() { Err(io::Error::from(io::ErrorKind::AlreadyExists)) } else { Ok(()) };
    // A link fails where a rename would replace.
    beside(path, bytes, mode, free, |beside| fs::hard_link(beside, path)).map_err(|error| told("make", path, &error))
}

/// Puts a file in the place of the one that is there: who reads it finds the old one or the new one, whole.
///
/// # Errors
/// What the system says, with the path.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    beside(path, bytes, mode, || Ok(()), |beside| fs::rename(beside, path)).map_err(|error| told("replace", path, &error))
}

/// Writes a file beside its place, and waits until it is on the disk before it is put there.
fn beside(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    ready: impl Fn() -> io::Result<()>,
    put: impl Fn(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let _acting = Acting::for_file(path)?;
    let beside = path.with_extension("new");
    let mut file = alone(&beside)?;
    let mut write = || {
        ready()?;
        file.set_permissions(Permissions::from_mode(mode))?;
        file.set_len(0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        put(&beside)?;
        sync_folder(path)
    };
    let written = write();
    if let (Ok(named), Ok(own)) = (fs::symlink_metadata(&beside), file.metadata())
        && named.ino() == own.ino()
    {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Reads a whole file of the appliance's, of at most a mebibyte, wiped when dropped.
///
/// # Errors
/// What the system says, with the path.
pub fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let open = || {
        let _acting = Acting::for_file(path)?;
        // Whoever puts a pipe there has nobody wait at it.
        let file = OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)?;
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no file")) }
    };
    whole(path, open)
}

/// The same of a file that whoever runs this has named, with their own rights, and of whatever can be read like a file.
///
/// # Errors
/// What the system says, with the path.
pub fn given(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    whole(path, || fs::File::open(path))
}

fn whole(path: &Path, open: impl Fn() -> io::Result<fs::File>) -> io::Result<Zeroizing<Vec<u8>>> {
    let read = || {
        let file = open()?;
        // Room for all of it from the start: a vector that grows leaves copies of a secret behind.
        let length = usize::try_from(file.metadata()?.len().min(LARGEST)).unwrap_or(0);
        let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
        // What says nothing of its length may have no end.
        let read = file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if u64::try_from(read).is_ok_and(|read| read <= LARGEST) {
            return Ok(bytes);
        }
        Err(io::Error::other("it is larger than any file of the daemon's own"))
    };
    read().map_err(|error| told("read", path, &error))
}

/// Overwrites a file and removes it. How much of it the medium keeps is the medium's affair.
///
/// # Errors
/// What the system says, with the path.
pub fn erase(path: &Path) -> io::Result<()> {
    let erased = (|| {
        let length = usize::try_from(fs::metadata(path)?.len().min(LARGEST)).unwrap_or(0);
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.write_all(&vec![0; length])?;
        file.sync_all()?;
        fs::remove_file(path)?;
        sync_folder(path)
    })();
    erased.map_err(|error| told("erase", path, &error))
}

/// Opens a file to write into, and waits until nobody else does: two daemons may be making the same one.
fn alone(path: &Path) -> io::Result<fs::File> {
    loop {
        // Never through a link: the folder may belong to somebody whom root must not follow anywhere.
        let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(SECRET).custom_flags(flags).open(path)?;
        file.lock()?;
        match fs::metadata(path) {
            Ok(named) if named.ino() == file.metadata()?.ino() => return Ok(file),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            // Who had it before took it away.
            _ => {}
        }
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        // A name alone stands in the folder where one is.
        Some(folder) if folder.as_os_str().is_empty() => fs::File::open(".")?.sync_all(),
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn told(what: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("can't {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use nix::unistd::Uid;

    use super::*;

    #[test]
    fn a_secret_file_is_made_for_this_user_alone_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("appliance.key");
        create(&path, b"first", SECRET).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(create(&path, b"second", SECRET).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read(&path).unwrap().as_slice(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays beside it");
    }

    #[test]
    fn of_several_that_make_one_file_at_once_one_does_and_all_find_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..100 {
            let path = folder.path().join(format!("{round}.key"));
            let make = |byte: u8| {
                let made = create(&path, &[byte; 32], SECRET);
                (made.map_err(|error| error.kind()), read(&path).unwrap())
            };
            let found: Vec<_> = std::thread::scope(|scope| {
                let makers: Vec<_> = (0..4).map(|byte| scope.spawn(move || make(byte))).collect();
                makers.into_iter().map(|maker| maker.join().unwrap()).collect()
            });
            let winner = found.iter().position(|(made, _)| made.is_ok()).unwrap();
            for (byte, (made, bytes)) in found.iter().enumerate() {
                assert_eq!(bytes.as_slice(), [u8::try_from(winner).unwrap(); 32], "{round}");
                assert!(byte == winner || *made == Err(io::ErrorKind::AlreadyExists), "{made:?}");
            }
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 100, "nothing stays beside them");
    }

    #[test]
    fn what_a_crash_left_beside_it_lends_it_no_rights() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.key");
        fs::write(folder.path().join("server.new"), b"half of a certificate, longer than the key").unwrap();
        fs::set_permissions(folder.path().join("server.new"), Permissions::from_mode(PUBLIC)).unwrap();
        create(&path, b"key", SECRET).unwrap();
        assert_eq!((fs::metadata(&path).unwrap().permissions().mode() & 0o777, read(&path).unwrap().as_slice()), (0o600, &b"key"[..]));
    }

    #[test]
    fn what_is_replaced_is_whole_and_its_folders_owners_also_when_root_makes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.crt");
        // Only root can give a folder away; for others both files are their own anyway.
        if Uid::effective().is_root() {
            std::os::unix::fs::chown(folder.path(), Some(65_534), Some(65_534)).unwrap();
        }
        create(&path, b"a longer certificate", PUBLIC).unwrap();
        replace(&path, b"another", PUBLIC).unwrap();
        let (owner, made) = (fs::metadata(folder.path()).unwrap(), fs::metadata(&path).unwrap());
        assert_eq!((made.uid(), made.gid(), made.permissions().mode() & 0o777), (owner.uid(), owner.gid(), 0o644));
        assert_eq!(fs::read(&path).unwrap(), b"another");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays beside it");
    }

    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("shadow");
        fs::write(&other, b"root's own").unwrap();
        std::os::unix::fs::symlink(&other, folder.path().join("server.new")).unwrap();
        create(&folder.path().join("server.key"), b"key", SECRET).unwrap_err();
        assert_eq!(fs::read(&other).unwrap(), b"root's own");
    }

    #[test]
    fn what_is_erased_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("day.key");
        create(&path, b"key", SECRET).unwrap();
        let other = folder.path().join("seen-through-a-hard-link");
        fs::hard_link(&path, &other).unwrap();
        erase(&path).unwrap();
        assert!(!path.exists());
        assert_eq!(fs::read(other).unwrap(), [0; 3]);
    }

    #[test]
    fn an_error_names_the_file() {
        assert!(read(Path::new("/nowhere/a.key")).unwrap_err().to_string().contains("/nowhere/a.key"));
    }
}
