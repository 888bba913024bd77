//! `posternctl mail drop`
//!
//! Nothing here can be undone: what the message carried is deleted.

use api::MessageId;
use clap::Args;
use client::Client;

use super::list::lines;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Take a message out of the outbox: it is not sent, and what it carried is deleted
///
/// A recipient whose access token is dropped can't open the link, and a link that was to follow it is not mailed. The owner is told that an
/// operator dropped it. Asks first.
#[derive(Debug, Args)]
pub(crate) struct Drop {
    /// The message, as `posternctl mail list` shows it
    message: MessageId,

    /// Don't ask
    #[arg(long)]
    yes: bool,
}

impl Drop {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        if !self.yes {
            if terminal.json {
                return Err(Failure::Usage("with --json nobody is asked: say --yes".to_owned()));
            }
            terminal.confirm(&format!("Message {} will never be sent, and what it carries will be deleted.", self.message))?;
        }
        let message = client.drop_message(self.message).map_err(|error| Failure::missing(error, "message", self.message))?;
        if terminal.json {
            return terminal.json(&message);
        }
        let lines = lines(terminal, &message);
        terminal.line("Dropped.")?;
        terminal.lines(lines)
    }
}
