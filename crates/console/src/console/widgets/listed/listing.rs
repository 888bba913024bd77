//! What a list must know of its rows, and of one row in full.
//!
//! Nothing here is done: a row says how it is asked for and what it looks like.

use api::Page;
use jiff::tz::TimeZone;

use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::filter::{Language, Term};
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View};
use crate::console::widgets::lines::Line;
use crate::console::widgets::table::Column;
use crate::console::widgets::window::{Row, Window};

/// What stands below a list about the row where one is.
pub(crate) type Foot<R> = fn(&R) -> Option<(String, Tone)>;

/// What a list must know of its rows.
pub(crate) trait Listing: Row + Clone + 'static {
    /// One row in full.
    type Details: Details<Row = Self>;

    /// What the list is narrowed by.
    const LANGUAGE: Language;

    /// The columns.
    const COLUMNS: &'static [Column<Self>];

    /// What stands in a line of its own below the list; most lists have no such line.
    const FOOT: Option<Foot<Self>> = None;

    /// Asks the daemon for a page of the list.
    fn call(narrowed: &[Term], from: From) -> Call;

    /// The page in an answer; nothing where it is another answer.
    fn page(answer: Answer, narrowed: &[Term], zone: &TimeZone) -> Option<Page<Self>>;

    /// What stands there instead of rows: what it means that there are none, and what to do.
    fn teaches(narrowed: bool) -> &'static [&'static str];

    /// Values of a filter's key that can be completed, such as the rows have shown.
    fn known(_key: &str, _rows: &Window<Self>) -> Vec<String> {
        Vec::new()
    }
}

/// One row in full.
pub(crate) trait Details {
    /// What the list has of it.
    type Row;

    /// Of this row, with nothing asked yet.
    fn new(row: Self::Row) -> Self;

    /// What an act is about.
    fn row(&self) -> &Self::Row;

    /// The list came anew: this row may have changed.
    fn again(&mut self, _row: &Self::Row) {}

    /// Asks for what the list doesn't have.
    fn ask(&mut self, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    /// An answer that may be for it.
    fn answered(&mut self, _ticket: Ticket, _outcome: Outcome) {}

    /// All of it, at most so many columns wide.
    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line>;
}
