//! The operators' socket: handed over by the service manager, or made here.
//!
//! A socket that isn't ours is never taken away, and nothing about an inherited one is changed.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The file of the operators' socket.
#[derive(Debug)]
pub struct SocketFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Device and number of the file that was made here, if one was.
    made: Option<(u64, u64)>,
}

/// Takes the inherited socket, or makes the configured one. A file that a daemon before this one left behind is taken away; one that
/// somebody answers at is not.
///
/// # Errors
/// What the system says, with the path.
pub fn open(inherited: Option<UnixListener>, path: PathBuf) -> io::Result<(UnixListener, SocketFile)> {
    if let Some(listener) = inherited {
        let known = listener.local_addr()?.as_pathname().map(Path::to_owned);
        return Ok((listener, SocketFile { path: known.unwrap_or(path), made: None }));
    }
    let listener = make(&path)?;
    let made = identity(&path);
    Ok((listener, SocketFile { path, made }))
}

impl SocketFile {
    /// Takes the file away, if it was made here and is still the same. While the socket is open nobody else's can look the same.
    pub fn remove(&self) {
        if self.made.is_some() && self.made == identity(&self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

fn make(path: &Path) -> io::Result<UnixListener> {
    let told = |what: &str, error: &io::Error| io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        // Everybody must get to the socket: who may use it is decided there.
        DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(|error| told("can't make the folder of", &error))?;
    }
    if path.exists() {
        if UnixStream::connect(path).is_ok() {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, format!("another daemon answers at {}: stop it first", path.display())));
        }
        fs::remove_file(path).map_err(|error| told("can't take away the old", &error))?;
    }
    let listener = UnixListener::bind(path).map_err(|error| told("can't listen at", &error))?;
    fs::set_permissions(path, Permissions::from_mode(0o666)).map_err(|error| told("can't open to all", &error))?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopping_daemon_leaves_the_next_ones_socket_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("admin.sock");
        let (_old, file) = open(None, path.clone()).unwrap();
        fs::remove_file(&path).unwrap();
        let (_new, next) = open(None, path.clone()).unwrap();
        file.remove();
        assert!(path.exists(), "it is another's");
        next.remove();
        assert!(!path.exists());
    }

    #[test]
    fn an_inherited_socket_keeps_its_file_and_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("admin.sock");
        let held = UnixListener::bind(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let (_listener, file) = open(Some(held.try_clone().unwrap()), folder.path().join("configured.sock")).unwrap();
        assert_eq!(file.path, path);
        file.remove();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!folder.path().join("configured.sock").exists());
    }

    #[test]
    fn a_socket_that_somebody_answers_at_is_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("admin.sock");
        let _held = open(None, path.clone()).unwrap();
        let refused = open(None, path.clone()).unwrap_err();
        assert!(refused.to_string().contains("another daemon answers") && path.exists(), "{refused}");
    }
}
