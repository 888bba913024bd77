//! `postern share unlock`: another chance after too many wrong tokens.
//!
//! Nothing is unlocked by itself: somebody guessed, and the owner should know who.

use api::{LinkId, State};
use clap::Args;

use super::{meant, view};
use crate::failure::{Exit, Failure};
use crate::session::{Session, again};
use crate::terminal::Terminal;

/// Unlock links that too many wrong tokens have locked
///
/// Ask the recipient first whether it was they who mistyped.
#[derive(Debug, Args)]
pub struct Unlock {
    /// The share: its id, or the last eight digits of it
    share: String,
    /// Only this link: its id, the last eight digits of it, or its recipient; every locked link of the share, if not given
    #[arg(long)]
    link: Option<String>,
}

impl Unlock {
    pub fn run(self, session: &Session, terminal: &mut Terminal) -> Result<(), Failure> {
        let mut share = meant::share(session, &self.share)?;
        let links: Vec<LinkId> = match &self.link {
            Some(meant) => vec![meant::link(&share, meant)?],
            None => share.links.iter().filter(|link| link.state == State::Locked).map(|link| link.id).collect(),
        };
        if links.is_empty() {
            return Err(Failure::new(Exit::Refused, "not-locked", "no link of this share is locked"));
        }
        for link in links {
            share = again(|| session.daemon().unlock_link(share.id, link))?;
        }
        terminal.answer(&view::as_json(&share), |terminal| view::print(&share, false, terminal))
    }
}
