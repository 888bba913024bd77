//! A long list seen through a window: some pages are kept, the others are asked for again when one comes near them.
//!
//! Nothing here grows with the list but one cursor for each page that was passed: a million rows cost as much memory as a thousand.

use std::collections::VecDeque;

use crate::console::call::{Call, From, Ticket};
use crate::console::screen::{Context, Wish};

/// Rows asked for at a time.
pub(crate) const PAGE_ROWS: u32 = 100;

/// Pages kept at a time.
const PAGES: usize = 4;

/// How near the end of what is kept one may come before more is asked for.
const NEAR: usize = 40;

/// Something that stands in a list, and how it is known.
pub(crate) trait Row {
    /// What is the same while the row is the same thing.
    type Key: Clone + Ord;

    /// How this row is known.
    fn key(&self) -> Self::Key;
}

#[derive(Debug)]
struct Kept<R> {
    from: Option<String>,
    rows: Vec<R>,
    next: Option<String>,
}

/// Where an answer that is waited for belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// It begins the list anew.
    Whole,
    /// Behind what is kept.
    Next,
    /// Before what is kept.
    Previous,
    /// In the place of this kept page, and what follows it is forgotten.
    Again(usize),
}

/// A page that is waited for.
#[derive(Clone, Debug)]
struct Waiting {
    ticket: Ticket,
    place: Place,
    /// Where it begins.
    from: Option<String>,
}

/// The part of a list that is kept.
#[derive(Debug)]
pub(crate) struct Window<R> {
    kept: VecDeque<Kept<R>>,
    /// The pages before what is kept: where each begins, and how many rows it had.
    passed: Vec<(Option<String>, usize)>,
    waiting: Option<Waiting>,
    came: bool,
}

impl<R> Default for Window<R> {
    fn default() -> Self {
        Self { kept: VecDeque::new(), passed: Vec::new(), waiting: None, came: false }
    }
}

impl<R: Row> Window<R> {
    /// The place of the first kept row in the whole list.
    pub(crate) fn first(&self) -> usize {
        self.passed.iter().map(|(_, rows)| rows).sum()
    }

    /// The place behind the last kept row.
    pub(crate) fn end(&self) -> usize {
        self.first() + self.kept.iter().map(|page| page.rows.len()).sum::<usize>()
    }

    /// Whether the list goes on behind what is kept.
    pub(crate) fn more(&self) -> bool {
        self.kept.back().is_some_and(|page| page.next.is_some())
    }

    /// Whether anything ever came.
    pub(crate) fn came(&self) -> bool {
        self.came
    }

    /// Whether an answer is waited for.
    pub(crate) fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// The kept row at this place of the list.
    pub(crate) fn row(&self, at: usize) -> Option<&R> {
        self.rows().nth(at.checked_sub(self.first())?)
    }

    /// The kept rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &R> {
        self.kept.iter().flat_map(|page| page.rows.iter())
    }

    /// The place of a row, if it is kept.
    pub(crate) fn place(&self, key: &R::Key) -> Option<usize> {
        self.rows().position(|row| row.key() == *key).map(|at| self.first() + at)
    }

    /// Asks for the list from its beginning. What is shown stays until the answer is there.
    pub(crate) fn start(&mut self, ctx: &mut Context<'_>, make: impl Fn(From) -> Call) -> Wish {
        self.ask(ctx, make, None, Place::Whole)
    }

    /// Asks anew for the page with this row in it.
    pub(crate) fn again(&mut self, at: usize, ctx: &mut Context<'_>, make: impl Fn(From) -> Call) -> Wish {
        let mut begin = self.first();
        for (n, page) in self.kept.iter().enumerate() {
            if at < begin + page.rows.len() {
                let from = page.from.clone();
                return self.ask(ctx, make, from, Place::Again(n));
            }
            begin += page.rows.len();
        }
        self.start(ctx, make)
    }

    /// Asks for more, where this row is near an end of what is kept and nothing is asked for yet.
    pub(crate) fn follow(&mut self, at: usize, ctx: &mut Context<'_>, make: impl Fn(From) -> Call) -> Option<Wish> {
        if self.waiting.is_some() {
            return None;
        }
        let next = self.kept.back().and_then(|page| page.next.clone());
        if let (Some(next), true) = (next, at + NEAR >= self.end()) {
            return Some(self.ask(ctx, make, Some(next), Place::Next));
        }
        match self.passed.last().map(|(from, _)| from.clone()) {
            Some(from) if at < self.first() + NEAR => Some(self.ask(ctx, make, from, Place::Previous)),
            _ => None,
        }
    }

    fn ask(&mut self, ctx: &mut Context<'_>, make: impl Fn(From) -> Call, after: Option<String>, place: Place) -> Wish {
        let (ticket, wish) = ctx.ask(make(From { after: after.clone(), limit: PAGE_ROWS }));
        self.waiting = Some(Waiting { ticket, place, from: after });
        wish
    }

    /// The page that came had too little in it: asks for what follows, with which it makes one page. Nothing where no page is waited for.
    pub(crate) fn onward(&mut self, ctx: &mut Context<'_>, make: impl Fn(From) -> Call, after: String) -> Option<(Ticket, Wish)> {
        let waiting = self.waiting.as_mut()?;
        let (ticket, wish) = ctx.ask(make(From { after: Some(after), limit: PAGE_ROWS }));
        waiting.ticket = ticket;
        Some((ticket, wish))
    }

    /// Where the page begins that is waited for; nothing for the list's beginning.
    pub(crate) fn begins(&self) -> Option<&str> {
        self.waiting.as_ref()?.from.as_deref()
    }

    /// Whether this answer is the one that is waited for.
    pub(crate) fn expects(&self, ticket: Ticket) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.ticket == ticket)
    }

    /// The answer did not come: it is no longer waited for.
    pub(crate) fn gave_up(&mut self) {
        self.waiting = None;
    }

    /// Takes the page that was waited for, and lets go of what is farthest from it.
    pub(crate) fn take(&mut self, page: api::Page<R>) {
        let Some(Waiting { place, from, .. }) = self.waiting.take() else { return };
        self.came = true;
        // A page without rows ends the list, whatever it says: nothing would ever come after it.
        let next = page.next.filter(|_| !page.rows.is_empty());
        let page = Kept { from, rows: page.rows, next };
        match place {
            Place::Whole => {
                self.passed.clear();
                self.kept = VecDeque::from([page]);
            }
            Place::Next => {
                self.kept.push_back(page);
                if self.kept.len() > PAGES
                    && let Some(gone) = self.kept.pop_front()
                {
                    self.passed.push((gone.from, gone.rows.len()));
                }
            }
            Place::Previous => {
                self.passed.pop();
                self.kept.push_front(page);
                self.kept.truncate(PAGES);
            }
            Place::Again(n) => {
                self.kept.truncate(n);
                self.kept.push_back(page);
            }
        }
    }
}
