//! `posternctl mail retry`
//!
//! Nothing here brings back a token: what a message carried goes when it is given up.

use api::MessageId;
use clap::{ArgGroup, Args};
use client::Client;

use super::list::lines;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Try a message again at once, or all that were given up
///
/// A message with an access token loses the token when it is given up, and can't be tried again: its owner has been told, and
/// shares anew. One that is just being handed over, and a link that waits for its token, are left alone: that is said, with exit code 1.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).multiple(false))]
pub(crate) struct Retry {
    /// The message, as `posternctl mail list` shows it
    #[arg(group = "which")]
    message: Option<MessageId>,

    /// Every message that was given up and carried no token
    #[arg(long, group = "which")]
    all_dead: bool,
}

impl Retry {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let Some(id) = self.message else { return all_dead(client, terminal) };
        let message = client.retry_message(id).map_err(|error| Failure::missing(error, "message", id))?;
        if terminal.json {
            return terminal.json(&message);
        }
        let lines = lines(terminal, &message);
        terminal.line("It is tried now; `posternctl mail list` shows what becomes of it.")?;
        terminal.lines(lines)
    }
}

fn all_dead(client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    let mut all = client.retry_dead_messages()?;
    while all.more {
        let next = client.retry_dead_messages()?;
        (all.tried, all.gone, all.more) = (all.tried.saturating_add(next.tried), next.gone, next.more);
    }
    if terminal.json {
        return terminal.json(&all);
    }
    let messages = |count: u32| if count == 1 { "1 message".to_owned() } else { format!("{count} messages") };
    terminal.line(&format!("Tried again: {}.", messages(all.tried)))?;
    match all.gone {
        0 => Ok(()),
        gone => terminal.line(&format!("Not tried: {} whose access token is gone. Their owners have been told.", messages(gone))),
    }
}
