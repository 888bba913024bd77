//! Freezes: operators, or a recipient's report, stop a selection of links; operators let it go again.
//!
//! Nothing here ends a link, and lifting a freeze frees exactly the links that it took.

mod place;
mod report;
mod selection;

pub(crate) use report::report;

use diesel::prelude::*;
use vault::event::{Event, Kind};
use vault::freeze::Selection;
use vault::text::Reason;
use vault::{FreezeId, LinkId, Refusal, Timestamp};

use crate::links::obtainable;
use crate::schema::{freezes, frozen_links, links};
use crate::{Answer, Broken, Call, Operator, Store, Tx, rows};
use place::{Wanted, place};
use selection::{selected, selection, subject};

/// A freeze as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezeRow {
    /// Which freeze.
    pub id: FreezeId,
    /// Which links.
    pub selection: Selection,
    /// Why.
    pub reason: Reason,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was lifted, if it was.
    pub lifted_at: Option<Timestamp>,
    /// How many links it took.
    pub links: u32,
    /// Which link's recipient caused it by a report; nothing where an operator placed it.
    pub reported_by: Option<LinkId>,
}

impl Store {
    /// How many links a freeze of this selection would take now.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn count_freeze(&self, call: &Call, selection: &Selection) -> Result<u32, Broken> {
        let (selection, now) = (selection.clone(), call.clock);
        self.read(move |conn| {
            let taken: i64 = links::table.filter(selected(&selection)).filter(obtainable(now)).count().get_result(conn)?;
            Ok(u32::try_from(taken).unwrap_or(u32::MAX))
        })
        .await
    }

    /// Freezes every selected link of which anything can still be had.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn place_freeze(
        &self,
        call: &Call,
        operator: &Operator,
        id: FreezeId,
        selection: Selection,
        reason: Reason,
    ) -> Answer<FreezeRow> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let wanted = Wanted { id, selection: selection.clone(), reason: reason.clone(), reported_by: None };
            Ok(place(tx, wanted, operator.actor(), subject(&selection))?)
        })
        .await
    }

    /// Lifts a freeze: the links that it took are as they were, unless another one holds them. Lifting twice is a success that frees nothing more.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn lift_freeze(&self, call: &Call, operator: &Operator, id: FreezeId) -> Answer<FreezeRow> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let found = freezes::table.find(id.as_bytes().as_slice()).select(StoredFreeze::as_select()).first(tx.conn).optional()?;
            let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", "lift freeze");
            let stored = tx.decided(found.ok_or(Refusal::NotFound), refused)?;
            let mut row = stored.read()?;
            let freed = if row.lifted_at.is_none() { lift(tx, id)? } else { 0 };
            row.lifted_at = row.lifted_at.or(Some(tx.now()));
            let event: Event = tx.event(Kind::FreezeLifted, operator.actor()).on(subject(&row.selection));
            tx.record(event.with("freeze", id).with("links", freed))?;
            Ok(row)
        })
        .await
    }

    /// Freezes, newest first, from after this one on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn freezes(&self, after: Option<FreezeId>, limit: u32) -> Result<Vec<FreezeRow>, Broken> {
        self.read(move |conn| {
            let mut query = freezes::table.select(StoredFreeze::as_select()).order(freezes::id.desc()).limit(i64::from(limit)).into_boxed();
            if let Some(after) = &after {
                query = query.filter(freezes::id.lt(after.as_bytes().as_slice()));
            }
            query.load(conn)?.into_iter().map(StoredFreeze::read).collect()
        })
        .await
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = freezes)]
struct StoredFreeze {
    id: Vec<u8>,
    selected_by: String,
    selected: String,
    reason: String,
    links: i32,
    placed_at: i64,
    lifted_at: Option<i64>,
    reported_by: Option<Vec<u8>>,
}

impl StoredFreeze {
    fn read(self) -> Result<FreezeRow, Broken> {
        Ok(FreezeRow {
            id: rows::id(&self.id)?,
            selection: selection(&self.selected_by, &self.selected)?,
            reason: rows::text(&self.reason)?,
            placed_at: rows::time(self.placed_at),
            lifted_at: self.lifted_at.map(rows::time),
            links: rows::count(self.links)?,
            reported_by: self.reported_by.as_deref().map(rows::id).transpose()?,
        })
    }
}

fn lift(tx: &mut Tx<'_>, id: FreezeId) -> Result<u32, Broken> {
    let freeze = id.as_bytes().as_slice();
    let lifted = freezes::lifted_at.eq(tx.now().as_millis());
    diesel::update(freezes::table.find(freeze)).set(lifted).execute(tx.conn)?;
    let held = frozen_links::table.filter(frozen_links::held_by.eq(freeze)).select(frozen_links::link);
    let freed = diesel::update(links::table.filter(links::id.eq_any(held))).set(links::freezes.eq(links::freezes - 1)).execute(tx.conn)?;
    Ok(rows::touched(freed))
}

#[cfg(test)]
mod tests;
