//! The ways out for messages.
//!
//! Nothing here knows what a message says, and no reason that it gives repeats anything of one.

mod bounded;
mod files;
mod orderly;
mod smtp;
mod trust;
mod words;

use std::io;
use std::sync::Arc;

use lettre::message::{Mailbox, Message as Mail};

use self::files::Folder;
use self::smtp::{Smtp, Talk};
use crate::Config;
use crate::config::mail;

/// The way out, and who messages are from.
pub struct Post {
    /// Who messages are from.
    pub from: Mailbox,
    way: Way,
}

enum Way {
    Files(Arc<Folder>),
    Smtp(Smtp),
}

/// Why a message did not leave, with nothing from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It may be taken later.
    #[error("{0}")]
    Later(String),
    /// It is refused for good.
    #[error("{0}")]
    Refused(String),
    /// All of it was said, and no answer came: it may have been taken or not.
    #[error("{0}")]
    Uncertain(String),
}

impl From<io::Error> for NotSent {
    fn from(error: io::Error) -> Self {
        Self::Later(error.to_string())
    }
}

impl Post {
    /// The configured way out; none where no message leaves.
    ///
    /// # Errors
    /// The folder can't be made, a file that the configuration names is no good, or the sender's address can't be read.
    pub fn open(config: &Config) -> io::Result<Option<Self>> {
        let way = match config.mail.transport {
            mail::Transport::None => return Ok(None),
            mail::Transport::File => Way::Files(Arc::new(Folder::open(config.path(&config.mail.folder))?)),
            mail::Transport::Smtp => Way::Smtp(Smtp::open(config)?),
        };
        let from = config.mail.from.parse().map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "mail.from is no address"))?;
        Ok(Some(Self { from, way }))
    }

    /// A round of messages: what they need is opened with the first and closed with the round.
    pub fn round(&self) -> Round<'_> {
        match &self.way {
            Way::Files(folder) => Round::Files(folder),
            Way::Smtp(smtp) => Round::Smtp(Box::new(smtp.talk())),
        }
    }
}

/// Whether the files that the configuration names for mail can be used. Makes nothing and asks nobody.
///
/// # Errors
/// Which file is no good.
pub fn check(config: &Config) -> io::Result<()> {
    match config.mail.transport {
        mail::Transport::Smtp => Smtp::open(config).map(drop),
        mail::Transport::None | mail::Transport::File => Ok(()),
    }
}

/// Some messages, one after the other.
pub enum Round<'a> {
    /// Into a folder.
    Files(&'a Arc<Folder>),
    /// Over one connection, or some.
    Smtp(Box<Talk<'a>>),
}

impl Round<'_> {
    /// Hands a message over, under this name where it becomes a file. When it answers with what the other side said, the message
    /// is safe there. If the answer is not waited for, say so with [`Round::cut_off`].
    ///
    /// # Errors
    /// [`NotSent`].
    pub async fn send(&mut self, name: &str, mail: &Mail) -> Result<String, NotSent> {
        match self {
            Self::Files(folder) => {
                let written = format!("written into {}", folder.path().display());
                let (folder, name, mail) = (Arc::clone(folder), name.to_owned(), mail.clone());
                // Disks take their time: not on a thread that others need.
                let sent = tokio::task::spawn_blocking(move || folder.send(&name, &mail)).await;
                sent.map_err(io::Error::other)??;
                Ok(written)
            }
            Self::Smtp(talk) => talk.send(mail).await,
        }
    }

    /// What is known of a message whose handing over was cut off.
    pub fn cut_off(&mut self) -> NotSent {
        match self {
            // The file appears whole under the same name however often it is written.
            Self::Files(_) => NotSent::Later("the folder took too long".to_owned()),
            Self::Smtp(talk) => talk.cut_off(),
        }
    }

    /// Ends the round politely.
    pub async fn end(self) {
        if let Self::Smtp(talk) = self {
            talk.end().await;
        }
    }
}
