//! A part of a list put together from pieces: what narrows together without an index is looked for by the appliance piece by piece.
//!
//! Nothing here is shown before there is enough of it, or the list ends.

use api::Page;

use super::{Listed, Listing};
use crate::console::call::Ticket;
use crate::console::screen::{Context, Reaction};

/// How many rows a part of the list has at least, unless the list ends. More than lie between a row and where more is asked for, so that a
/// list that is asked for anew by itself doesn't look back by itself.
const ENOUGH: usize = 60;

/// Rows of pieces that had too few of them.
pub(super) struct Gathered<R> {
    /// The answer that goes on with them.
    awaited: Ticket,
    /// Where that answer begins.
    after: String,
    rows: Vec<R>,
}

/// What came of an answer.
pub(crate) enum Piece<R> {
    /// A part of the list.
    Whole(Page<R>),
    /// Nothing to take yet, or no more.
    Done(Reaction),
}

impl<R: Listing> Listed<R> {
    /// Takes a piece of the list; where too little of it is there yet, the next is asked for before anything is shown.
    pub(super) fn gather(&mut self, ticket: Ticket, page: Page<R>, ctx: &mut Context<'_>) -> Piece<R> {
        let begun = self.gathered.take().filter(|begun| begun.awaited == ticket);
        let begins = self.table.window.begins().map(str::to_owned);
        let (first, newest) = (begun.is_none(), begins.is_none());
        let (asked, mut rows) = begun.map_or((begins, Vec::new()), |begun| (Some(begun.after), begun.rows));
        rows.extend(page.rows);
        // A place that leads to itself ends the list.
        let next = page.next.filter(|next| asked.as_ref() != Some(next));
        let onward = next.clone().filter(|_| rows.len() < ENOUGH);
        if newest {
            self.few = !first || onward.is_some();
        }
        let Some(after) = onward else { return Piece::Whole(Page { rows, next }) };
        let call = self.call();
        let Some((awaited, wish)) = self.table.window.onward(ctx, call, after.clone()) else { return Piece::Done(Reaction::new()) };
        self.gathered = Some(Gathered { awaited, after, rows });
        Piece::Done(vec![wish])
    }

    /// How many rows were found of a part of the list that is still looked for.
    pub(crate) fn looking(&self) -> Option<usize> {
        self.gathered.as_ref().filter(|begun| self.expects(begun.awaited)).map(|begun| begun.rows.len())
    }

    /// Whether the list's first rows had to be looked for: that isn't done every few seconds.
    pub(crate) fn few(&self) -> bool {
        self.few
    }
}
