//! `posternctl user end-sessions`
//!
//! Nothing here keeps anybody from signing in again: suspending does.

use api::text::UserName;
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Sign an account out everywhere
///
/// Its owner may sign in again, and its links live on; `posternctl user suspend` stops both.
#[derive(Debug, Args)]
pub(crate) struct EndSessions {
    /// The name that they sign in with
    name: UserName,
}

impl EndSessions {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let ended = client.end_sessions(&self.name).map_err(|error| Failure::missing(error, "account", &self.name))?;
        if terminal.json {
            return terminal.json(&ended);
        }
        terminal.line(&match ended.sessions {
            0 => format!("{} was signed in nowhere: no session to end.", self.name),
            1 => format!("{}: 1 session ended.", self.name),
            sessions => format!("{}: {sessions} sessions ended.", self.name),
        })
    }
}
