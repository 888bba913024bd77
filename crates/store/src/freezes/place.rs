//! Placing a freeze, whoever wants it.
//!
//! Nothing here asks whether they may.

use diesel::prelude::*;
use diesel::sql_types::Binary;
use vault::event::{Actor, Kind, Subject};
use vault::freeze::{Selection, burns_at};
use vault::text::Reason;
use vault::{FreezeId, LinkId, Timestamp};

use super::FreezeRow;
use super::selection::{name, selected};
use crate::links::obtainable;
use crate::schema::{freezes, frozen_links, links};
use crate::{Broken, Connection, Tx, rows};

/// A freeze that is to be placed.
pub(super) struct Wanted {
    pub id: FreezeId,
    pub selection: Selection,
    pub reason: Reason,
    pub reported_by: Option<LinkId>,
}

/// Freezes every selected link of which anything can still be had, and records it as done by `by`.
pub(super) fn place(tx: &mut Tx<'_>, wanted: Wanted, by: Actor, subject: Subject) -> Result<FreezeRow, Broken> {
    let now = tx.now();
    let Wanted { id, selection, reason, reported_by } = wanted;
    let taken = links::table.filter(selected(&selection)).filter(obtainable(now));
    let taken = diesel::update(taken).set(links::freezes.eq(links::freezes + 1)).execute(tx.conn)?;
    let burns_at = burns_at(reported_by, now);
    let owner = name(tx.conn, [&selection])?.remove(&selection.value());
    let row = FreezeRow {
        id,
        selection,
        owner,
        reason,
        placed_at: now,
        lifted_at: None,
        burns_at,
        burnt_at: None,
        links: rows::touched(taken),
        reported_by,
    };
    keep(tx.conn, &row)?;
    // A freeze changes nothing that the selection asks for: these are the same links.
    let freeze = id.as_bytes().to_vec().into_sql::<Binary>();
    let taken = links::table.filter(selected(&row.selection)).filter(obtainable(now)).select((freeze, links::id));
    taken.insert_into(frozen_links::table).into_columns((frozen_links::held_by, frozen_links::link)).execute(tx.conn)?;
    let event = tx.event(Kind::FreezePlaced, by).on(subject).with("freeze", id);
    let event = event.with("by", row.selection.kind()).with("value", row.selection.value());
    tx.record(event.with("links", row.links).with("reason", &row.reason))?;
    Ok(row)
}

fn keep(conn: &mut Connection, row: &FreezeRow) -> Result<(), Broken> {
    diesel::insert_into(freezes::table)
        .values((
            freezes::id.eq(row.id.as_bytes().as_slice()),
            freezes::selected_by.eq(row.selection.kind()),
            freezes::selected.eq(row.selection.value()),
            freezes::reason.eq(row.reason.as_str()),
            freezes::links.eq(rows::count_column(row.links)),
            freezes::placed_at.eq(row.placed_at.as_millis()),
            freezes::burns_at.eq(row.burns_at.map(Timestamp::as_millis)),
            freezes::burning.eq(row.burns_at.is_some()),
            freezes::reported_by.eq(row.reported_by.as_ref().map(|link| link.as_bytes().as_slice())),
        ))
        .execute(conn)?;
    Ok(())
}
