//! Root in somebody else's folder: it works there as that somebody, so that nothing that was put there leads it where its owner couldn't go.
//!
//! Nobody gains a right here, and what a thread gave up it has back afterwards.

use std::fs;
use std::io;
use std::marker::PhantomData;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nix::unistd::{Gid, Uid, setfsgid, setfsuid};

/// For as long as it lives, this thread uses files as somebody else (setfsuid(2)), and only this thread.
pub struct Acting {
    before: Option<(Uid, Gid)>,
    thread: PhantomData<*const ()>,
}

impl Acting {
    /// As the owner of the first folder on the way to this file that isn't root's. Who isn't root, or has only root's folders on the way,
    /// stays who they are.
    ///
    /// # Errors
    /// What the system says.
    pub fn for_file(path: &Path) -> io::Result<Self> {
        let (mut acting, path) = (Self { before: None, thread: PhantomData }, std::path::absolute(path)?);
        let Some(folder) = path.parent().filter(|_| Uid::effective().is_root()) else { return Ok(acting) };
        if let Some((uid, gid)) = stranger(folder)? {
            let group = setfsgid(gid);
            acting.before = Some((setfsuid(uid), group));
            // The call itself tells of no failure; asked once more it tells who we are now.
            if setfsuid(uid) != uid || setfsgid(gid) != gid {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "can't act as its owner there"));
            }
        }
        Ok(acting)
    }
}

impl Drop for Acting {
    fn drop(&mut self) {
        if let Some((uid, gid)) = self.before {
            setfsuid(uid);
            setfsgid(gid);
        }
    }
}

/// Whose the first thing on the way is that isn't root's: a folder, a link, or what a link of root's leads to.
fn stranger(folder: &Path) -> io::Result<Option<(Uid, Gid)>> {
    let mut way: Vec<&Path> = folder.ancestors().collect();
    way.reverse();
    for step in way {
        for found in [fs::symlink_metadata(step), fs::metadata(step)] {
            match found {
                Ok(there) if there.uid() != 0 => return Ok(Some((Uid::from_raw(there.uid()), Gid::from_raw(there.gid())))),
                Ok(_) => {}
                // What isn't there yet will be made by whoever it is up to here.
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{DirBuilderExt as _, chown, symlink};

    use super::*;
    use crate::files;

    const NOBODY: u32 = 65_534;

    #[test]
    fn what_lies_in_the_daemons_folder_leads_root_nowhere() {
        // Others can't give a folder away, and have no rights to lose.
        if !Uid::effective().is_root() {
            return;
        }
        let place = tempfile::tempdir().unwrap();
        fs::set_permissions(place.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
        let (state, roots) = (place.path().join("state"), place.path().join("roots"));
        fs::DirBuilder::new().mode(0o700).create(&state).unwrap();
        fs::DirBuilder::new().mode(0o700).create(&roots).unwrap();
        chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
        fs::write(roots.join("secret"), b"root's own").unwrap();
        symlink(&roots, state.join("keys")).unwrap();
        symlink(roots.join("secret"), state.join("server.key")).unwrap();

        let refused = |done: io::Result<()>| assert_eq!(done.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        refused(files::create(&state.join("keys/appliance.key"), b"key", files::SECRET));
        refused(files::replace(&state.join("keys/secret"), b"key", files::PUBLIC));
        refused(files::folder(&state.join("keys/mail")));
        refused(files::read(&state.join("server.key")).map(drop));
        assert_eq!(fs::read_dir(&roots).unwrap().count(), 1);
        assert_eq!((fs::metadata(&roots).unwrap().uid(), fs::read(roots.join("secret")).unwrap().as_slice()), (0, &b"root's own"[..]));
        // And root is root again.
        files::create(&state.join("appliance.key"), b"key", files::SECRET).unwrap();
        assert_eq!(fs::metadata(state.join("appliance.key")).unwrap().uid(), NOBODY);
        files::create(&roots.join("other"), b"key", files::SECRET).unwrap();
        assert_eq!(fs::metadata(roots.join("other")).unwrap().uid(), 0);
    }

    #[test]
    fn what_is_no_file_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("server.new");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRUSR | nix::sys::stat::Mode::S_IWUSR).unwrap();
        files::read(&pipe).unwrap_err();
        files::create(&folder.path().join("server.key"), b"key", files::SECRET).unwrap_err();
    }
}
