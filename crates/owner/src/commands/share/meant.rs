//! Which share and which of its links somebody means.
//!
//! Nothing is guessed: what fits twice is refused with what would be clear.

use api::shares::{Link, Share};
use api::{ItemId, LinkId};

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// How many rows a page has.
const ROWS: u32 = 200;

/// All shares, of one item or of all, newest first.
pub fn all(session: &Session, item: Option<ItemId>) -> Result<Vec<Share>, Failure> {
    let mut shares = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = session.daemon().shares(item, after.as_deref(), ROWS)?;
        shares.extend(page.rows);
        // A page that doesn't go on must not be asked for forever.
        match page.next {
            Some(next) if after.as_ref() != Some(&next) => after = Some(next),
            _ => return Ok(shares),
        }
    }
}

/// The share that somebody means: by its id or by the last eight digits of it.
pub fn share(session: &Session, meant: &str) -> Result<Share, Failure> {
    if let Ok(id) = meant.parse() {
        return Ok(session.daemon().share(id)?);
    }
    let mut found = all(session, None)?;
    found.retain(|share| share.id.short() == meant);
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err(Failure::usage(format!("several shares end with {meant}")).hint("Name it by its whole id.")),
        (None, _) => Err(Failure::new(Exit::Refused, "not-found", format!("there is no share {meant:?} among yours"))
            .hint("`postern share list` shows them.")),
    }
}

/// The link of this share that somebody means: by its id, the last eight digits of it, or its recipient.
pub fn link(share: &Share, meant: &str) -> Result<LinkId, Failure> {
    let fits =
        |link: &&Link| link.id.to_string() == meant || link.id.short() == meant || link.recipient.as_str().eq_ignore_ascii_case(meant);
    match share.links.iter().find(fits) {
        Some(link) => Ok(link.id),
        None => Err(Failure::new(Exit::Refused, "not-found", format!("this share has no link {meant:?}"))
            .hint(format!("`postern share show {}` shows them.", share.id))),
    }
}
