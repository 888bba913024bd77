//! Messages as files in a folder, for trying things out.
//!
//! Nothing here knows what a message says.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use lettre::Transport as _;
use lettre::message::Message as Mail;
use lettre::transport::file::FileTransport;

use crate::files;

/// A folder that receives each message as a file.
pub struct Folder {
    path: PathBuf,
    /// Where a message is written before it appears whole.
    unfinished: PathBuf,
}

impl Folder {
    /// The folder at this path, made if it isn't there.
    ///
    /// # Errors
    /// What the system says, with the path.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let unfinished = path.join(".unfinished");
        files::folder(&unfinished)?;
        Ok(Self { path, unfinished })
    }

    /// Where messages appear.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a message, and answers when it is on the disk. The file bears this name: a message that leaves twice, after a crash
    /// in between, is there once.
    ///
    /// # Errors
    /// What the system says.
    pub fn send(&self, name: &str, mail: &Mail) -> io::Result<()> {
        let written = FileTransport::new(&self.unfinished).send(mail).map_err(io::Error::other)?;
        let written = self.unfinished.join(format!("{written}.eml"));
        let moved = (|| {
            fs::set_permissions(&written, Permissions::from_mode(files::SECRET))?;
            File::open(&written)?.sync_all()?;
            fs::rename(&written, self.path.join(format!("{name}.eml")))?;
            File::open(&self.path)?.sync_all()
        })();
        if moved.is_err() {
            let _ = fs::remove_file(&written);
        }
        moved
    }
}
