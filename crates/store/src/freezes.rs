//! Freezes: operators stop a selection of links, and let it go again.
//!
//! Nothing here ends a link, and lifting a freeze frees exactly the links that it took.

use diesel::prelude::*;
use diesel::sql_types::Binary;
use vault::event::{Event, Kind, Subject};
use vault::freeze::Selection;
use vault::text::Reason;
use vault::{FreezeId, Refusal, Timestamp};

use crate::links::{OnLinks, obtainable};
use crate::schema::{freezes, frozen_links, links};
use crate::{Answer, Broken, Call, Connection, Operator, Store, Tx, rows};

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
            let now = tx.now();
            let taken = links::table.filter(selected(&selection)).filter(obtainable(now));
            let taken = diesel::update(taken).set(links::freezes.eq(links::freezes + 1)).execute(tx.conn)?;
            let row = FreezeRow {
                id,
                selection: selection.clone(),
                reason: reason.clone(),
                placed_at: now,
                lifted_at: None,
                links: rows::touched(taken),
            };
            keep(tx.conn, &row)?;
            // A freeze changes nothing that the selection asks for: these are the same links.
            let freeze = id.as_bytes().to_vec().into_sql::<Binary>();
            let taken = links::table.filter(selected(&selection)).filter(obtainable(now)).select((freeze, links::id));
            taken.insert_into(frozen_links::table).into_columns((frozen_links::held_by, frozen_links::link)).execute(tx.conn)?;
            let event = tx.event(Kind::FreezePlaced, operator.actor()).on(subject(&selection)).with("freeze", id);
            let event = event.with("by", selection.kind()).with("value", selection.value());
            tx.record(event.with("links", row.links).with("reason", &reason))?;
            Ok(row)
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
        })
    }
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
        ))
        .execute(conn)?;
    Ok(())
}

fn lift(tx: &mut Tx<'_>, id: FreezeId) -> Result<u32, Broken> {
    let freeze = id.as_bytes().as_slice();
    let lifted = freezes::lifted_at.eq(tx.now().as_millis());
    diesel::update(freezes::table.find(freeze)).set(lifted).execute(tx.conn)?;
    let held = frozen_links::table.filter(frozen_links::held_by.eq(freeze)).select(frozen_links::link);
    let freed = diesel::update(links::table.filter(links::id.eq_any(held))).set(links::freezes.eq(links::freezes - 1)).execute(tx.conn)?;
    Ok(rows::touched(freed))
}

fn selected(selection: &Selection) -> OnLinks {
    match selection {
        Selection::Link(id) => Box::new(links::id.eq(id.as_bytes().to_vec())),
        Selection::Share(id) => Box::new(links::share.eq(id.as_bytes().to_vec())),
        Selection::Owner(id) => Box::new(links::owner.eq(id.as_bytes().to_vec())),
        Selection::Item(id) => Box::new(links::item.eq(id.as_bytes().to_vec())),
        Selection::Recipient(email) => Box::new(links::recipient_folded.eq(rows::folded(email))),
    }
}

fn selection(by: &str, value: &str) -> Result<Selection, Broken> {
    match by {
        "link" => rows::text(value).map(Selection::Link),
        "share" => rows::text(value).map(Selection::Share),
        "owner" => rows::text(value).map(Selection::Owner),
        "item" => rows::text(value).map(Selection::Item),
        "recipient" => rows::text(value).map(Selection::Recipient),
        _ => Err(Broken::Damaged("a selection doesn't read".to_owned())),
    }
}

fn subject(selection: &Selection) -> Subject {
    let nothing = Subject::default();
    match selection {
        Selection::Link(id) => Subject { link: Some(*id), ..nothing },
        Selection::Share(id) => Subject { share: Some(*id), ..nothing },
        Selection::Owner(id) => Subject { user: Some(*id), ..nothing },
        Selection::Item(id) => Subject { item: Some(*id), ..nothing },
        Selection::Recipient(_) => nothing,
    }
}

#[cfg(test)]
mod tests {
    use vault::{ItemId, LinkId, ShareId, UserId};

    use super::*;

    #[test]
    fn every_selection_reads_back() {
        let selections = [
            Selection::Link(LinkId::from_bytes([1; 16])),
            Selection::Share(ShareId::from_bytes([2; 16])),
            Selection::Owner(UserId::from_bytes([3; 16])),
            Selection::Item(ItemId::from_bytes([4; 16])),
            Selection::Recipient("bob@example.org".parse().unwrap()),
        ];
        for written in selections {
            assert_eq!(selection(written.kind(), &written.value()), Ok(written));
        }
    }
}
