//! The freeze that a recipient's report places: over the whole share, and once while it holds.
//!
//! Nothing here decides whether a report is heard, and nobody but an operator lifts what it froze.

use diesel::prelude::*;
use vault::FreezeId;
use vault::event::Actor;
use vault::freeze::Selection;
use vault::text::Reason;

use super::place::{Wanted, place};
use crate::links::FoundLink;
use crate::schema::{freezes, shares};
use crate::{Broken, Tx, rows};

/// What a report brought about.
pub(crate) struct Reported {
    /// How many links it froze.
    pub links: u32,
    /// How many freezes reports had placed over this share before.
    pub before: u32,
    /// Whether one of those holds still, so that this report placed none.
    pub held: bool,
}

/// Freezes the share of this link because its recipient says that an opening wasn't theirs, unless an earlier report holds it.
///
/// The freeze is placed also where nothing of the share can be had any more, so that a second report finds it and tells nobody anew.
pub(crate) fn report(tx: &mut Tx<'_>, found: &FoundLink, id: FreezeId) -> Result<Reported, Broken> {
    let (link, share) = (found.link.id, found.link.share);
    // Of two reports at once PostgreSQL lets one change this row and has the other run again, so that it finds the first one's freeze.
    diesel::update(shares::table.find(share.as_bytes().as_slice())).set(shares::label.eq(shares::label)).execute(tx.conn)?;
    let selection = Selection::Share(share);
    let of_share = freezes::table.filter(freezes::selected.eq(selection.value())).filter(freezes::reported_by.is_not_null());
    let lifted: Vec<Option<i64>> = of_share.select(freezes::lifted_at).load(tx.conn)?;
    let (before, held) = (rows::touched(lifted.len()), lifted.contains(&None));
    if held {
        return Ok(Reported { links: 0, before, held });
    }
    let wanted = Wanted { id, selection, reason: Reason::reported(), reported_by: Some(link) };
    let placed = place(tx, wanted, Actor::Recipient(link), found.subject())?;
    Ok(Reported { links: placed.links, before, held })
}
