//! Links: what recipients do with them.
//!
//! Nothing here learns a link's secret or token, and no sealed byte is read before `vault` has decided.

mod addresses;
mod burn;
mod check;
mod load;
mod report;
mod reveal;
mod state;
mod watch;

pub(crate) use addresses::backfill;
pub use check::{Checked, Knocked};
pub(crate) use load::{FoundLink, StoredLink};
pub use reveal::Revealed;
pub(crate) use state::{ENDED_WITHIN_MILLIS, OnLinks, alive, in_state, obtainable};
pub use watch::Watched;

use diesel::prelude::*;
use vault::Refusal;
use vault::event::{Actor, Event, Kind};

use crate::outbox::{self, About};
use crate::schema::links;
use crate::{Answer, Broken, Tx, rows};

/// Passes a "yes" on. Of a "no", a stranger's is not written here, since anybody may present anything: the daemon counts those.
/// A holder's is recorded, and a wrong token counted, which may lock the link.
fn decided<T>(tx: &mut Tx<'_>, found: &FoundLink, action: &'static str, address: &str, decision: Result<T, Refusal>) -> Answer<T> {
    match decision {
        Err(Refusal::UnknownLink) => Err(Refusal::UnknownLink.into()),
        Err(wrong @ Refusal::WrongToken { .. }) => {
            tx.record(told(tx, found, Kind::LinkRefused).with("action", action).refused(wrong))?;
            count(tx, found, address)?;
            Err(wrong.into())
        }
        other => {
            let refused = told(tx, found, Kind::LinkRefused).with("action", action);
            tx.decided(other, refused)
        }
    }
}

fn count(tx: &mut Tx<'_>, found: &FoundLink, address: &str) -> Result<(), Broken> {
    let (failed_tokens, locked) = found.link.after_wrong_token();
    let row = links::table.find(found.link.id.as_bytes().as_slice());
    diesel::update(row).set(links::failed_tokens.eq(rows::count_column(failed_tokens))).execute(tx.conn)?;
    if locked {
        tx.record(told(tx, found, Kind::LinkLocked))?;
        outbox::notify(tx, About::Locked, found.link.id, failed_tokens, address)?;
    }
    Ok(())
}

/// An event about this link by somebody whose knock was right.
fn told(tx: &Tx<'_>, found: &FoundLink, kind: Kind) -> Event {
    tx.event(kind, Actor::Recipient(found.link.id)).on(found.subject())
}
