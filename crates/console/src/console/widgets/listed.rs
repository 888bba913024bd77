//! A list as every screen has it: a filter line, rows that one walks through and marks, one of them in full beside them or instead.
//!
//! A row says how it is asked for and what it looks like ([`Listing`]); what is done with it stays with its screen. Nothing here acts.

use api::Page;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::beside::{border, places};
use super::filter_line::{FilterLine, Typed};
use super::lines::{Line, empty, row, spans};
use super::scroll::{Scroll, over};
use super::table::{Column, Table};
use super::window::{Row, Window};
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::filter::{Language, Term};
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, View, Wish, say};

/// What a key says that is about a row where there is none.
pub(crate) const NO_ROW: &str = "Nothing is listed here: there is no row to do this with.";

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

/// A list, and one of its rows in full.
pub(crate) struct Listed<R: Listing> {
    pub(crate) filter: FilterLine,
    pub(crate) table: Table<R>,
    details: Option<R::Details>,
    /// How far the details are scrolled.
    scroll: Scroll,
    /// Why the list didn't come.
    trouble: Option<String>,
}

impl<R: Listing> Default for Listed<R> {
    fn default() -> Self {
        let filter = FilterLine::new(R::LANGUAGE);
        Self { filter, table: Table::default(), details: None, scroll: Scroll::default(), trouble: None }
    }
}

impl<R: Listing> Listed<R> {
    /// Whether one row is shown in full.
    pub(crate) fn in_full(&self) -> bool {
        self.details.is_some()
    }

    /// Whether the filter is being typed.
    pub(crate) fn typing(&self) -> bool {
        self.filter.typing()
    }

    /// The row that an act is about: the one in full, or the one where one is.
    pub(crate) fn current(&self) -> Option<&R> {
        self.details.as_ref().map(Details::row).or_else(|| self.table.selected())
    }

    /// The marks; none while one row is shown in full, since an act is about that one then.
    pub(crate) fn marks(&self) -> Vec<R::Key> {
        if self.in_full() { Vec::new() } else { self.table.marks().iter().cloned().collect() }
    }

    /// How many rows can be seen.
    pub(crate) fn height(&self, ctx: &Context<'_>) -> usize {
        usize::from(ctx.body.height.saturating_sub(self.filter.height() + 1 + u16::from(R::FOOT.is_some())))
    }

    fn call(&self) -> impl Fn(From) -> Call + use<R> {
        let narrowed = self.filter.terms();
        move |from| R::call(&narrowed, from)
    }

    /// Asks for the list from its beginning.
    pub(crate) fn restart(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.table.rewind();
        self.table.unmark();
        let call = self.call();
        vec![self.table.window.start(ctx, call)]
    }

    /// Asks for another list.
    pub(crate) fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.filter.set(filter);
        self.details = None;
        self.restart(ctx)
    }

    /// Asks anew for what is shown.
    pub(crate) fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (call, at) = (self.call(), self.table.at());
        let mut wishes = vec![self.table.window.again(at, ctx, call)];
        if let Some(details) = &mut self.details {
            wishes.extend(details.ask(ctx));
        }
        wishes
    }

    /// Asks for more where one has come near the end of what is kept.
    pub(crate) fn walked(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (call, at) = (self.call(), self.table.at());
        self.table.window.follow(at, ctx, call).into_iter().collect()
    }

    /// Asks for the page behind the one that came, with which it makes one page.
    pub(crate) fn onward(&mut self, after: String, ctx: &mut Context<'_>) -> Option<(Ticket, Wish)> {
        let call = self.call();
        self.table.window.onward(ctx, call, after)
    }

    /// Goes to the row at this place.
    pub(crate) fn go(&mut self, at: usize, ctx: &Context<'_>) {
        let height = self.height(ctx);
        self.table.go(at, height);
    }

    /// Shows the row where one is in full.
    fn open(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some(row) = self.table.selected().cloned() else { return say(NO_ROW) };
        let details = self.details.insert(R::Details::new(row));
        self.scroll = Scroll::default();
        details.ask(ctx)
    }

    /// Takes a key; nothing for one that is none of a list's.
    pub(crate) fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Option<Reaction> {
        if self.filter.typing() {
            let window = &self.table.window;
            return Some(match self.filter.key(key, &|name| R::known(name, window)) {
                Typed::Changed => self.restart(ctx),
                Typed::Going => Reaction::new(),
            });
        }
        if let Some(details) = &self.details {
            let step = match key.code {
                KeyCode::Right | KeyCode::Char('l') => 1,
                KeyCode::Left | KeyCode::Char('h') => -1,
                _ => {
                    let most = too_many(details, ctx);
                    return self.scroll.key(key, most).then(Reaction::new);
                }
            };
            self.go(self.table.at().saturating_add_signed(step), ctx);
            let mut wishes = self.open(ctx);
            wishes.extend(self.walked(ctx));
            return Some(wishes);
        }
        let height = self.height(ctx);
        match key.code {
            KeyCode::Enter => Some(self.open(ctx)),
            KeyCode::Char('/') => {
                self.filter.begin();
                Some(Reaction::new())
            }
            _ => self.table.key(key, height).then(|| self.walked(ctx)),
        }
    }

    /// A click on this line of the list, or the wheel by so many lines.
    pub(crate) fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        let height = self.height(ctx);
        match click {
            Some(line) => self.table.click(line.saturating_sub(self.filter.height()), height),
            None => self.table.go(self.table.at().saturating_add_signed(isize::from(wheel)), height),
        }
        self.walked(ctx)
    }

    /// Whether this answer is the page that is waited for.
    pub(crate) fn expects(&self, ticket: Ticket) -> bool {
        self.table.window.expects(ticket)
    }

    /// Takes an answer. One that nobody waits for any more changes nothing.
    pub(crate) fn answered(&mut self, ticket: Ticket, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        if !self.expects(ticket) {
            if let Some(details) = &mut self.details {
                details.answered(ticket, outcome);
            }
            return Reaction::new();
        }
        match outcome.map(|answer| R::page(answer, &self.filter.terms(), ctx.zone)) {
            Ok(Some(page)) => self.take(page, ctx),
            other => {
                self.table.window.gave_up();
                self.trouble = other.err().map(|failure| why(&failure).join(" "));
                Reaction::new()
            }
        }
    }

    fn take(&mut self, page: Page<R>, ctx: &mut Context<'_>) -> Reaction {
        self.trouble = None;
        self.table.window.take(page);
        let height = self.height(ctx);
        self.table.came(height);
        if let Some(details) = &mut self.details {
            let key = details.row().key();
            if let Some(row) = self.table.window.rows().find(|row| row.key() == key) {
                details.again(row);
            }
        }
        self.walked(ctx)
    }

    /// Leaves the details, or takes the marks away. False: there was neither.
    pub(crate) fn back(&mut self) -> bool {
        if self.details.take().is_some() {
            return true;
        }
        let marked = !self.table.marks().is_empty();
        self.table.unmark();
        marked
    }

    /// What stands beside the filter: whether something is asked for, how much is marked, in which order the rows come, where one is.
    pub(crate) fn aside(&self, order: &str) -> String {
        let marks = match self.table.marks().len() {
            0 => String::new(),
            marks => format!("{marks} marked   "),
        };
        let asking = if self.table.window.waits() && self.table.window.came() { "…   " } else { "" };
        format!("{asking}{marks}{order}   {}", self.table.place())
    }

    /// Draws the list, the details, or both; `aside` stands beside the filter.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>, aside: &str) {
        let Some(details) = &self.details else { return self.list(frame, area, view, aside) };
        let (list, beside) = places(area);
        if let Some(list) = list {
            self.list(frame, list, view, aside);
            border(frame, list, view.look);
        }
        let text = text(beside);
        self.scroll.draw(frame, text, view.look, &details.lines(usize::from(text.width), view));
    }

    fn list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>, aside: &str) {
        let head = self.filter.height();
        self.filter.draw(frame, Rect { height: head.min(area.height), ..area }, view, aside.trim_end());
        let below = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        if let (Some(trouble), 0) = (&self.trouble, self.table.window.end()) {
            return empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
        }
        let rows = Rect { height: below.height.saturating_sub(u16::from(R::FOOT.is_some())), ..below };
        self.table.draw(frame, rows, view, R::COLUMNS, R::teaches(!self.filter.text().is_empty()));
        let foot = R::FOOT.zip(self.table.selected()).and_then(|(foot, row)| foot(row));
        if let Some((words, tone)) = foot {
            let line = Rect { x: below.x + 3, width: below.width.saturating_sub(4), ..row(below, rows.height) };
            spans(frame, line, view.look, &[(view.look.text(&words), tone)]);
        }
    }
}

/// Where the text of details stands.
fn text(area: Rect) -> Rect {
    Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area }
}

/// How many lines of the details have no place.
fn too_many(details: &impl Details, ctx: &Context<'_>) -> u16 {
    let text = text(places(ctx.body).1);
    over(details.lines(usize::from(text.width), &ctx.view()).len(), text.height)
}

/// What is said to a key that is about a row where there is none; nothing to one that does nothing anyway.
pub(crate) fn no_row(code: KeyCode, keys: &[Hint]) -> Reaction {
    let about = code == KeyCode::Char('y') || keys.iter().any(|hint| hint.code == code);
    if about { say(NO_ROW) } else { Reaction::new() }
}
