//! A list as every screen has it: a filter line, rows that one walks through and marks, one of them in full beside them or instead.
//!
//! A row says how it is asked for and what it looks like ([`Listing`]); what is done with it stays with its screen. Nothing here acts.

mod draw;
mod gather;
mod listing;

use api::Page;
use ratatui::crossterm::event::{KeyCode, KeyEvent};

use self::draw::text;
use self::gather::Gathered;
pub(crate) use self::gather::Piece;
pub(crate) use self::listing::{Details, Foot, Listing};
use super::beside::places;
use super::filter_line::{FilterLine, Typed};
use super::scroll::{Scroll, over};
use super::table::Table;
use crate::console::call::{Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::screen::{Context, Hint, Reaction, say};

/// What a key says that is about a row where there is none.
pub(crate) const NO_ROW: &str = "Nothing is listed here: there is no row to do this with.";

/// A list, and one of its rows in full.
pub(crate) struct Listed<R: Listing> {
    pub(crate) filter: FilterLine,
    pub(crate) table: Table<R>,
    details: Option<R::Details>,
    /// How far the details are scrolled.
    scroll: Scroll,
    /// Why the list didn't come.
    trouble: Option<String>,
    /// What was found of a part of the list that is still looked for.
    gathered: Option<Gathered<R>>,
    /// The list's first rows had to be looked for.
    few: bool,
}

impl<R: Listing> Default for Listed<R> {
    fn default() -> Self {
        let filter = FilterLine::new(R::LANGUAGE);
        Self { filter, table: Table::default(), details: None, scroll: Scroll::default(), trouble: None, gathered: None, few: false }
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
        self.few = false;
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

    /// A click on this line of the list, or the wheel by so many lines. Where details hide the list, only they are scrolled.
    pub(crate) fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        if let (Some(details), (None, _)) = (&self.details, places(ctx.body)) {
            let most = too_many(details, ctx);
            self.scroll.wheel(wheel, most);
            return Reaction::new();
        }
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
        match self.piece(ticket, outcome, ctx) {
            Piece::Whole(page) => self.take(page, ctx),
            Piece::Done(wishes) => wishes,
        }
    }

    /// Takes an answer up to a whole part of the list, which is then to be taken.
    pub(crate) fn piece(&mut self, ticket: Ticket, outcome: Outcome, ctx: &mut Context<'_>) -> Piece<R> {
        if !self.expects(ticket) {
            if let Some(details) = &mut self.details {
                details.answered(ticket, outcome);
            }
            return Piece::Done(Reaction::new());
        }
        let failure = match outcome.map(|answer| R::page(answer, &self.filter.terms(), ctx.zone)) {
            Ok(Some(page)) => return self.gather(ticket, page, ctx),
            Ok(None) => None,
            Err(failure) => Some(why(&failure).join(" ")),
        };
        self.table.window.gave_up();
        self.trouble = failure;
        // Rows that are there already stay, and would look as if they were new.
        let stale = self.trouble.as_ref().filter(|_| self.table.window.end() > 0);
        Piece::Done(stale.map(|trouble| say(format!("Not asked anew: {trouble}"))).unwrap_or_default())
    }

    /// Takes a part of the list.
    pub(crate) fn take(&mut self, page: Page<R>, ctx: &mut Context<'_>) -> Reaction {
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
