//! Freezes: operators, or a recipient's report, stop a selection of links; operators let it go again.
//!
//! Lifting a freeze frees exactly the links that it took. Nothing here ends a link but the time of an operator's freeze (`burn`).

mod burn;
mod place;
mod report;
mod selection;

pub(crate) use burn::burn;
pub(crate) use report::report;

use diesel::prelude::*;
use vault::event::{Event, Kind};
use vault::freeze::{Freeze, Selection};
use vault::text::{Reason, UserName};
use vault::{FreezeId, LinkId, Refusal, Timestamp};

use crate::links::obtainable;
use crate::schema::{freezes, frozen_links, links};
use crate::{Answer, Broken, Call, Operator, Store, Tx, rows};
use place::{Wanted, place};
use selection::{name, selected, selection, subject};

/// A freeze as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezeRow {
    /// Which freeze.
    pub id: FreezeId,
    /// Which links.
    pub selection: Selection,
    /// The name of the owner that it was selected by; nothing where it was by something else, or nobody has that id.
    pub owner: Option<UserName>,
    /// Why.
    pub reason: Reason,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was lifted, if it was.
    pub lifted_at: Option<Timestamp>,
    /// When it burns what it holds then, as it was said when it was placed; nothing for one that never does.
    pub burns_at: Option<Timestamp>,
    /// When it began to burn what it held, if it did.
    pub burnt_at: Option<Timestamp>,
    /// How many links it took.
    pub links: u32,
    /// Which link's recipient caused it by a report; nothing where an operator placed it.
    pub reported_by: Option<LinkId>,
}

impl FreezeRow {
    /// The freeze as the rules know it.
    pub fn freeze(&self) -> Freeze {
        Freeze {
            id: self.id,
            selection: self.selection.clone(),
            reason: self.reason.clone(),
            reported_by: self.reported_by,
            placed_at: self.placed_at,
            lifted_at: self.lifted_at,
            burns_at: self.burns_at,
            burnt_at: self.burnt_at,
        }
    }
}

impl Store {
    /// How many links a freeze of this selection would take now, and whose they are where it selects by owner.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn count_freeze(&self, call: &Call, selection: &Selection) -> Result<(u32, Option<UserName>), Broken> {
        let (selection, now) = (selection.clone(), call.clock);
        self.read(move |conn| {
            let taken: i64 = links::table.filter(selected(&selection)).filter(obtainable(now)).count().get_result(conn)?;
            Ok((u32::try_from(taken).unwrap_or(u32::MAX), name(conn, [&selection])?.remove(&selection.value())))
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
    /// [`Refusal::NotFound`]; [`Refusal::FreezeBurnt`].
    pub async fn lift_freeze(&self, call: &Call, operator: &Operator, id: FreezeId) -> Answer<FreezeRow> {
        let operator = operator.clone();
        self.write(call, move |tx| {
            let found = freezes::table.find(id.as_bytes().as_slice()).select(StoredFreeze::as_select()).first(tx.conn).optional()?;
            let refused = tx.event(Kind::OperatorRefused, operator.actor()).with("action", "lift freeze");
            let found = found.map(StoredFreeze::read).transpose()?;
            let now = tx.now();
            let decision = found.ok_or(Refusal::NotFound).and_then(|row| row.freeze().lift(now).map(|frees| (row, frees)));
            let (mut row, frees) = tx.decided(decision, refused)?;
            let freed = if frees { lift(tx, id)? } else { 0 };
            row.lifted_at = row.lifted_at.or(Some(tx.now()));
            row.owner = name(tx.conn, [&row.selection])?.remove(&row.selection.value());
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
            let mut found = query.load(conn)?.into_iter().map(StoredFreeze::read).collect::<Result<Vec<_>, _>>()?;
            let names = name(conn, found.iter().map(|row| &row.selection))?;
            for row in &mut found {
                row.owner = names.get(&row.selection.value()).cloned();
            }
            Ok(found)
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
    burns_at: Option<i64>,
    burnt_at: Option<i64>,
}

impl StoredFreeze {
    fn read(self) -> Result<FreezeRow, Broken> {
        Ok(FreezeRow {
            id: rows::id(&self.id)?,
            selection: selection(&self.selected_by, &self.selected)?,
            owner: None,
            reason: rows::text(&self.reason)?,
            placed_at: rows::time(self.placed_at),
            lifted_at: self.lifted_at.map(rows::time),
            burns_at: self.burns_at.map(rows::time),
            burnt_at: self.burnt_at.map(rows::time),
            links: rows::count(self.links)?,
            reported_by: self.reported_by.as_deref().map(rows::id).transpose()?,
        })
    }
}

fn lift(tx: &mut Tx<'_>, id: FreezeId) -> Result<u32, Broken> {
    let freeze = id.as_bytes().as_slice();
    let lifted = (freezes::lifted_at.eq(tx.now().as_millis()), freezes::burning.eq(false));
    diesel::update(freezes::table.find(freeze)).set(lifted).execute(tx.conn)?;
    let held = frozen_links::table.filter(frozen_links::held_by.eq(freeze)).select(frozen_links::link);
    let freed = diesel::update(links::table.filter(links::id.eq_any(held))).set(links::freezes.eq(links::freezes - 1)).execute(tx.conn)?;
    Ok(rows::touched(freed))
}

#[cfg(test)]
mod tests;
