//! `postern share revoke`: the end of a share, or of one of its links.
//!
//! Nothing revoked comes back; what was seen before stays seen.

use clap::Args;

use super::{meant, view};
use crate::failure::Failure;
use crate::session::{Session, again};
use crate::terminal::Terminal;

/// End a share, or one of its links, at once and for good
#[derive(Debug, Args)]
pub struct Revoke {
    /// The share: its id, or the last eight digits of it
    share: String,
    /// Only this link: its id, the last eight digits of it, or its recipient
    #[arg(long)]
    link: Option<String>,
}

impl Revoke {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let share = meant::share(session, &self.share)?;
        let link = self.link.map(|meant| meant::link(&share, &meant)).transpose()?;
        let revoked = match link {
            Some(link) => again(|| session.daemon().revoke_link(share.id, link))?,
            None => again(|| session.daemon().revoke_share(share.id))?,
        };
        terminal.answer(&view::as_json(&revoked), |terminal| {
            view::print(&revoked, false, terminal)?;
            terminal.say("Revoked. If it was viewed before, change the secret itself.");
            Ok(())
        })
    }
}
