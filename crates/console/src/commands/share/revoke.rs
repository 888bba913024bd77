//! `posternctl share revoke`
//!
//! Nothing here can be undone: what is revoked is deleted.

use api::{LinkId, ShareId};
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// End every link of a share, or one link, for good
///
/// The sealed bytes are deleted; nobody can open them any more, a reveal under way included. Revoking twice is no error.
/// To stop a share for a while, freeze it instead.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Revoke {
    /// The share, all links of which end
    share: Option<ShareId>,

    /// Only this link
    #[arg(long, value_name = "LINK")]
    link: Option<LinkId>,
}

impl Revoke {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let revoked = match (self.share, self.link) {
            (Some(share), None) => client.operator_revoke_share(share).map_err(|error| Failure::missing(error, "share", share))?,
            (None, Some(link)) => client.operator_revoke_link(link).map_err(|error| Failure::missing(error, "link", link))?,
            _ => return Err(Failure::Usage("name a share, or --link LINK".to_owned())),
        };
        if terminal.json {
            return terminal.json(&revoked);
        }
        terminal.line(&match revoked.links {
            0 => "Nothing was left to end: no link of it was alive.".to_owned(),
            1 => "Revoked: 1 link ended.".to_owned(),
            links => format!("Revoked: {links} links ended."),
        })
    }
}
