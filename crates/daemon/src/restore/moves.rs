//! What is left to do when a restore is done: files that stand aside take their places, one after the other.
//!
//! Nothing here decides again: once the list is written, whoever finds it carries it out, and twice is as good as once.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vault::RequestId;

use crate::{Config, files, kept};

/// The list's file in the state folder.
const LIST: &str = "restore.moves";

/// The same before it is whole.
const UNFINISHED: &str = "restore.moves.new";

/// What is left to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moves {
    /// Under which request the restore is recorded.
    pub request: RequestId,
    removed: Vec<PathBuf>,
    moved: Vec<(PathBuf, PathBuf)>,
}

impl Moves {
    /// What the database needs.
    pub fn of(request: RequestId, moves: &store::Moves) -> Self {
        Self { request, removed: moves.removed.clone(), moved: moves.moved.clone() }
    }

    /// Writes a file aside that shall be there.
    pub fn stage(&mut self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
        let aside = aside(path, "");
        write(&aside, bytes, mode)?;
        self.moved.push((aside, path.to_owned()));
        Ok(())
    }

    /// Makes the list count: from here on the restore is carried out, whatever happens.
    pub fn write(&self, config: &Config) -> io::Result<()> {
        let aside = config.path(Path::new(UNFINISHED));
        write(&aside, &serde_json::to_vec(self).map_err(io::Error::other)?, files::SECRET)?;
        fs::rename(&aside, config.path(Path::new(LIST)))?;
        sync(&config.state.folder)
    }

    /// The list that a restore left.
    pub fn left(config: &Config) -> io::Result<Option<Self>> {
        let path = config.path(Path::new(LIST));
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| {
                io::Error::new(ErrorKind::InvalidData, format!("{} is damaged: remove it, then restore the backup again", path.display()))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io::Error::new(error.kind(), format!("can't read {}: {error}", path.display()))),
        }
    }

    /// Does all of it. What was moved already isn't there any more to be moved.
    pub fn carry_out(&self, config: &Config) -> io::Result<()> {
        let waits = self.moved.iter().any(|(from, _)| from.exists());
        // A log that belongs to the database before must be gone before the restored one takes its place, and not be touched after that.
        for gone in self.removed.iter().filter(|_| waits) {
            absent(fs::remove_file(gone))?;
        }
        for (from, to) in &self.moved {
            let why = |error: io::Error| io::Error::new(error.kind(), format!("{} can't be put in its place: {error}", to.display()));
            absent(fs::rename(from, to)).map_err(why)?;
            if let Some(folder) = to.parent() {
                sync(folder)?;
            }
        }
        self.done(config)
    }

    /// Takes back what stands aside.
    pub fn forget(&self, config: &Config) -> io::Result<()> {
        for (from, _) in &self.moved {
            absent(fs::remove_file(from))?;
        }
        self.done(config)
    }

    fn done(&self, config: &Config) -> io::Result<()> {
        absent(fs::remove_file(config.path(Path::new(LIST))))?;
        sync(&config.state.folder)
    }
}

/// Removes what a restore that left no list had put aside: keys, and perhaps all of a database.
pub(super) fn clear(config: &Config) -> io::Result<()> {
    absent(fs::remove_file(config.path(Path::new(UNFINISHED))))?;
    for kept in kept::all(config) {
        absent(fs::remove_file(aside(&kept.path, "")))?;
    }
    let database = config.path(&config.database.file);
    ["", "-wal", "-shm", "-journal"].iter().try_for_each(|ending| absent(fs::remove_file(aside(&database, ending))))
}

fn aside(path: &Path, ending: &str) -> PathBuf {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".restoring");
    aside.push(ending);
    PathBuf::from(aside)
}

fn absent(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(files::SECRET).open(path)?;
    file.write_all(bytes)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.sync_all()
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.state.folder = folder.to_owned();
        fs::write(folder.join(super::super::LOCK), b"").unwrap();
        config
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn list(folder: &Path) -> Moves {
        fs::write(folder.join("db"), b"old").unwrap();
        fs::write(folder.join("db-wal"), b"old log").unwrap();
        fs::write(folder.join("db.restoring"), b"new").unwrap();
        let moves = store::Moves { moved: vec![(folder.join("db.restoring"), folder.join("db"))], removed: vec![folder.join("db-wal")] };
        let mut list = Moves::of(RequestId::from_bytes([7; 16]), &moves);
        list.stage(&folder.join("a.key"), b"key", files::SECRET).unwrap();
        list
    }

    #[test]
    fn what_a_crash_left_to_do_is_done_by_the_next_start_wherever_it_came() {
        // Cut off before the first move, after it, and after the last.
        for done in 0..3 {
            let folder = tempfile::tempdir().unwrap();
            let config = config(folder.path());
            let moves = list(folder.path());
            moves.write(&config).unwrap();
            if done > 0 {
                fs::remove_file(folder.path().join("db-wal")).unwrap();
            }
            for (from, to) in moves.moved.iter().take(done) {
                fs::rename(from, to).unwrap();
            }
            crate::restore::finish(&config).unwrap();
            assert_eq!(fs::read(folder.path().join("db")).unwrap(), b"new");
            assert_eq!(fs::read(folder.path().join("a.key")).unwrap(), b"key");
            assert_eq!(names(folder.path()), ["a.key", "db", super::super::LOCK], "nothing is left beside them");
            crate::restore::finish(&config).unwrap();
        }
    }

    #[test]
    fn the_log_of_the_restored_database_is_not_taken_for_that_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let moves = list(folder.path());
        moves.write(&config).unwrap();
        moves.carry_out(&config).unwrap();
        // The list is there again, as if its removal had not come to the disk, and the daemon has written since.
        moves.write(&config).unwrap();
        fs::write(folder.path().join("db-wal"), b"new log").unwrap();
        crate::restore::finish(&config).unwrap();
        assert_eq!(fs::read(folder.path().join("db-wal")).unwrap(), b"new log");
    }

    #[test]
    fn what_a_restore_had_put_aside_that_came_to_no_end_is_gone_with_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        fs::write(folder.path().join("postern.sqlite"), b"old").unwrap();
        let moves = store::Moves { moved: Vec::new(), removed: Vec::new() };
        let mut list = Moves::of(RequestId::from_bytes([7; 16]), &moves);
        list.stage(&config.path(&config.keys.sign_in), b"setup", files::SECRET).unwrap();
        for begun in ["restore.moves.new", "postern.sqlite.restoring", "postern.sqlite.restoring-journal"] {
            fs::write(folder.path().join(begun), b"half").unwrap();
        }
        crate::restore::finish(&config).unwrap();
        assert_eq!(names(folder.path()), ["postern.sqlite", super::super::LOCK]);
    }

    #[test]
    fn what_a_server_did_not_keep_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let moves = list(folder.path());
        moves.write(&config).unwrap();
        moves.forget(&config).unwrap();
        assert_eq!(fs::read(folder.path().join("db")).unwrap(), b"old");
        assert!(!folder.path().join("a.key").exists());
        assert!(Moves::left(&config).unwrap().is_none());
    }
}
