//! Burning: an operator's freeze that nobody lifted in time ends what it still holds.
//!
//! Nothing that had ended otherwise is touched, nothing that a report alone froze, and no piece is larger than a writer can bear.

use diesel::prelude::*;
use vault::event::{Actor, Kind};

use super::StoredFreeze;
use super::selection::subject;
use crate::links::obtainable;
use crate::outbox::{self, About};
use crate::schema::{freezes, frozen_links, links};
use crate::{Broken, Tx, rows};

/// Among how many freezes whose time is over one is looked for that can be read.
const LOOKED_AT: i64 = 100;

/// Burns a piece of what the oldest freeze holds whose time is over, and tells of it. Answers how many links it let go of, burnt or ended before;
/// nothing where no freeze burns.
///
/// Burning can't be undone, so a clock that isn't believed burns nothing.
pub(crate) fn burn(tx: &mut Tx<'_>, limit: i64) -> Result<Option<u32>, Broken> {
    let Ok(now) = tx.trusted() else { return Ok(None) };
    // In one fixed order: of two daemons that sweep at the same moment the second runs again and sees what the first has done.
    let due = freezes::table.filter(freezes::burning).filter(freezes::burns_at.le(now.as_millis()));
    let due = due.order((freezes::burns_at, freezes::id)).select(StoredFreeze::as_select());
    let due: Vec<StoredFreeze> = due.limit(LOOKED_AT).load(tx.conn)?;
    // One that is damaged holds what it holds, and stops neither others nor the sweeper.
    let readable = due.into_iter().find_map(|stored| stored.read().ok().map(|row| row.freeze()).filter(|freeze| freeze.burns(now)));
    let Some(freeze) = readable else { return Ok(None) };
    let id = freeze.id.as_bytes().as_slice();
    let holds = frozen_links::table.filter(frozen_links::held_by.eq(id));
    let held: Vec<Vec<u8>> = holds.order(frozen_links::link).select(frozen_links::link).limit(limit).load(tx.conn)?;
    let living = links::table.filter(links::id.eq_any(&held)).filter(obtainable(now));
    let ended: Vec<Vec<u8>> = living.order(links::id).select(links::id).load(tx.conn)?;
    let burnt = (links::burnt_at.eq(now.as_millis()), links::sweep_at.eq(now.as_millis()));
    diesel::update(links::table.filter(links::id.eq_any(&ended))).set(burnt).execute(tx.conn)?;
    outbox::withdraw(tx, &ended)?;
    for link in &ended {
        outbox::notify(tx, About::FreezeBurnt, rows::id(link)?, 0, "")?;
    }
    // What was let go of isn't looked at again: a large freeze would else be walked through from its beginning each time.
    diesel::update(links::table.filter(links::id.eq_any(&held))).set(links::freezes.eq(links::freezes - 1)).execute(tx.conn)?;
    diesel::delete(holds.filter(frozen_links::link.eq_any(&held))).execute(tx.conn)?;
    let left: i64 = holds.count().get_result(tx.conn)?;
    let begun = freeze.burnt_at.unwrap_or(now).as_millis();
    let goes_on = (freezes::burnt_at.eq(begun), freezes::burning.eq(left > 0));
    diesel::update(freezes::table.find(id)).set(goes_on).execute(tx.conn)?;
    let event = tx.event(Kind::FreezeBurnt, Actor::Appliance).on(subject(&freeze.selection)).with("freeze", freeze.id);
    let event = event.with("by", freeze.selection.kind()).with("value", freeze.selection.value());
    tx.record(event.with("links", ended.len()).with("left", left))?;
    Ok(Some(rows::touched(held.len())))
}
