//! The ways out for messages.
//!
//! Nothing here knows what a message says. Sending by SMTP takes its place as one more variant.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use lettre::Transport as _;
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::file::FileTransport;
use vault::MessageId;

use crate::config::mail;
use crate::{Config, files};

/// The way out, and who messages are from.
pub struct Post {
    /// Who messages are from.
    pub from: Mailbox,
    way: Way,
}

enum Way {
    Files(Folder),
}

/// A folder that receives each message as a file, for trying things out.
struct Folder {
    path: PathBuf,
    /// Where a message is written before it appears whole.
    unfinished: PathBuf,
}

impl Post {
    /// The configured way out; none where no message leaves.
    ///
    /// # Errors
    /// The folder can't be made, or the sender's address can't be read.
    pub fn open(config: &Config) -> io::Result<Option<Self>> {
        let way = match config.mail.transport {
            mail::Transport::None => return Ok(None),
            mail::Transport::File => Way::Files(Folder::open(config.path(&config.mail.folder))?),
        };
        let from = config.mail.from.parse().map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "mail.from is no address"))?;
        Ok(Some(Self { from, way }))
    }

    /// Hands a message over. It blocks; when it answers, the message is safe on the other side.
    ///
    /// # Errors
    /// Why it was not taken, without anything from the message.
    pub fn send(&self, id: MessageId, mail: &Mail) -> io::Result<()> {
        match &self.way {
            Way::Files(folder) => folder.send(id, mail),
        }
    }
}

impl Folder {
    fn open(path: PathBuf) -> io::Result<Self> {
        let unfinished = path.join(".unfinished");
        files::folder(&unfinished)?;
        Ok(Self { path, unfinished })
    }

    /// The file is named after the message: one that leaves twice, after a crash in between, is there once.
    fn send(&self, id: MessageId, mail: &Mail) -> io::Result<()> {
        let written = FileTransport::new(&self.unfinished).send(mail).map_err(io::Error::other)?;
        let written = self.unfinished.join(format!("{written}.eml"));
        let moved = (|| {
            fs::set_permissions(&written, Permissions::from_mode(files::SECRET))?;
            File::open(&written)?.sync_all()?;
            fs::rename(&written, self.path.join(format!("{id}.eml")))?;
            File::open(&self.path)?.sync_all()
        })();
        if moved.is_err() {
            let _ = fs::remove_file(&written);
        }
        moved
    }
}
