//! `posternctl user sessions`
//!
//! Nothing here is worth anything to whoever wants to come in: a session's id says nothing of its token.

use api::admin::users::Session;
use api::text::UserName;
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::paging::Paging;
use crate::show::table;
use crate::terminal::Terminal;

/// List where an account is signed in, the latest first
///
/// `posternctl user end-sessions` ends them all.
#[derive(Debug, Args)]
pub(crate) struct Sessions {
    /// The name that they sign in with
    name: UserName,

    #[command(flatten)]
    paging: Paging,
}

impl Sessions {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        // Without the account there is nothing to page through.
        client.sessions(&self.name, None, 1).map_err(|error| Failure::missing(error, "account", &self.name))?;
        self.paging.show(terminal, |after, limit| client.sessions(&self.name, after, limit), lines)
    }
}

fn lines(terminal: &Terminal<'_>, sessions: &[Session], first: bool) -> Vec<String> {
    let row =
        |session: &Session| vec![session.session.to_string(), terminal.minute(session.signed_in_at), terminal.minute(session.expires_at)];
    let rows: Vec<_> = sessions.iter().map(row).collect();
    let headings: &[&str] = &["SESSION", "SIGNED IN", "ENDS"];
    table::lines((first && !rows.is_empty()).then_some(headings), &rows)
}
