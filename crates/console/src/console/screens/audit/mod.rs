//! Audit: what happened and what was refused, newest first and live; one event in full; the whole log verified.
//!
//! Nothing here can write or delete a record, and a live list draws only when something came.

mod columns;
mod details;
mod leads;
mod narrow;
mod verifying;

use std::time::Duration;

use api::{Page, Timestamp};
use client::admin::audit;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use self::columns::{COLUMNS, Told};
use self::details::Details;
use self::verifying::Verifying;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::screens::Name;
use crate::console::widgets::filter_line::{FilterLine, Typed};
use crate::console::widgets::lines::{empty, row, spans};
use crate::console::widgets::table::Table;

/// From so many columns on, one event stands beside the list.
const BESIDE: u16 = 110;

/// How often a live list asks for what is new, in seconds.
const POLL: i64 = 2;

/// How many rows a part of the list has at least, unless the log ends: what narrows together is looked for piece by piece. More than lie between a row
/// and where more is asked for, so that a live list doesn't look back by itself.
const ENOUGH: usize = 60;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "event", "one event in full: every field, what it means, what to do"),
    Hint::looks("/", KeyCode::Char('/'), "filter, search", "narrow the list: event:link.refused refused:yes; another word is looked for"),
    Hint::looks(
        "space",
        KeyCode::Char(' '),
        "live",
        "hold the list, or let it follow what happens; below its first row it holds by itself",
    ),
    Hint::looks("n N", KeyCode::Char('n'), "found", "the next row, or the one before, that has what is looked for"),
    Hint::looks("s", KeyCode::Char('s'), "share", "the share that the event is about"),
    Hint::looks("u", KeyCode::Char('u'), "user", "the account that the event is about"),
    Hint::looks("v", KeyCode::Char('v'), "verify", "compute every hash of the log anew, in the background; v again cancels"),
    Hint::looks("V", KeyCode::Char('V'), "result", "what the verification found"),
];

const IN_DETAILS: &[Hint] = &[
    Hint::looks("esc", KeyCode::Esc, "back", "back to the list"),
    Hint::looks("← →", KeyCode::Null, "others", "the event before or behind in the list"),
    Hint::looks("s", KeyCode::Char('s'), "share", "the share that the event is about"),
    Hint::looks("u", KeyCode::Char('u'), "user", "the account that the event is about"),
    Hint::looks("y", KeyCode::Char('y'), "copy", "copy the command that finds the same request in the journal"),
];

/// The screen.
pub(crate) struct Audit {
    table: Table<Told>,
    filter: FilterLine,
    details: Option<Details>,
    verifying: Verifying,
    trouble: Option<String>,
    /// Somebody held the list.
    held: bool,
    /// When the list asks next, if it was woken for that.
    due: Option<Timestamp>,
    /// Something is looked for that may not be in the first row.
    seeks: bool,
    /// A share's owner is asked for, to go to that account.
    owner: Option<Ticket>,
    /// Where the part of the list begins that is looked for, and what was found of it.
    gathered: Option<(Option<String>, Vec<Told>)>,
    /// The newest rows had to be looked for: that isn't done every few seconds.
    few: bool,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            table: Table::default(),
            filter: FilterLine::new(narrow::LANGUAGE),
            details: None,
            verifying: Verifying::Never,
            trouble: None,
            held: false,
            due: None,
            seeks: false,
            owner: None,
            gathered: None,
            few: false,
        }
    }
}

impl Audit {
    fn asked(&self) -> audit::Filter {
        narrow::asked(&self.filter.terms())
    }

    fn make(&self) -> impl Fn(From) -> Call + use<> {
        let filter = self.asked();
        move |from| Call::Audit(filter.clone(), from)
    }

    fn height(&self, ctx: &Context<'_>) -> usize {
        usize::from(ctx.body.height.saturating_sub(self.filter.height() + self.verifying.height() + 1))
    }

    /// Whether the list follows what happens: nobody holds it, and nobody reads further down.
    fn live(&self) -> bool {
        !self.held && !self.few && self.details.is_none() && self.table.at() == 0
    }

    fn restart(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.table.rewind();
        (self.gathered, self.few) = (None, false);
        self.seeks = narrow::text(&self.filter.terms()).is_some();
        let make = self.make();
        let mut wishes = vec![self.table.window.start(ctx, make)];
        wishes.extend(self.follow(ctx));
        wishes
    }

    /// Lets itself be woken, unless it will be anyway.
    fn follow(&mut self, ctx: &Context<'_>) -> Option<Wish> {
        // A wake that was given while another screen was in sight never came here.
        if self.due.is_some_and(|due| due.plus_seconds(POLL) > ctx.now && due <= ctx.now.plus_seconds(POLL)) {
            return None;
        }
        self.wake(ctx)
    }

    fn wake(&mut self, ctx: &Context<'_>) -> Option<Wish> {
        self.due = Some(ctx.now.plus_seconds(POLL));
        Some(Wish::Wake(Duration::from_secs(POLL.unsigned_abs())))
    }

    fn walked(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        let wish = self.table.window.follow(at, ctx, make);
        if wish.is_some() {
            self.gathered = None;
        }
        wish.into_iter().collect()
    }

    fn open(&mut self) {
        self.details = self.table.selected().map(|row| Details::new(row.entry.clone()));
    }

    /// To the next loaded row that has what is looked for, or the one before.
    fn find(&mut self, onwards: bool, ctx: &Context<'_>) -> Reaction {
        let (first, at) = (self.table.window.first(), self.table.at());
        let found = {
            let mut hits = self.table.window.rows().enumerate().filter(|(_, row)| row.hit).map(|(n, _)| first + n);
            if onwards { hits.find(|hit| *hit > at) } else { hits.take_while(|hit| *hit < at).last() }
        };
        let height = self.height(ctx);
        match found {
            Some(found) => self.table.go(found, height),
            None if narrow::text(&self.filter.terms()).is_none() => return say("Nothing is looked for: / and a word."),
            None if onwards && self.table.window.more() => return say("No more in what is loaded; End loads more, then n again."),
            None => return say("No more of it in this direction."),
        }
        Reaction::new()
    }

    fn took(&mut self, after: Option<String>, page: Page<api::admin::audit::Entry>, ctx: &mut Context<'_>) -> Reaction {
        let text = narrow::text(&self.filter.terms());
        let asked = after.clone();
        let (after, mut rows) = self.gathered.take().unwrap_or_else(|| (after, Vec::new()));
        rows.extend(page.rows.into_iter().map(|entry| Told::new(entry, ctx.zone, text.as_deref())));
        // A place that leads to itself ends the list.
        let next = page.next.filter(|next| asked.as_ref() != Some(next));
        if after.is_none() {
            self.few = asked.is_some() || rows.len() < ENOUGH && next.is_some();
        }
        if let Some(onward) = next.clone().filter(|_| rows.len() < ENOUGH) {
            self.gathered = Some((after, rows));
            let make = self.make();
            return self.table.window.onward(ctx, make, onward).into_iter().collect();
        }
        let live = self.live();
        self.trouble = None;
        self.table.window.take(after, Page { rows, next });
        let height = self.height(ctx);
        if live {
            self.table.rewind();
        }
        self.table.came(height);
        let seeks = std::mem::take(&mut self.seeks) && !self.table.selected().is_some_and(|row| row.hit);
        let mut wishes = if seeks { self.find(true, ctx) } else { Reaction::new() };
        wishes.extend(self.walked(ctx));
        wishes
    }
}

fn say(words: &str) -> Reaction {
    vec![Wish::Say(words.to_owned())]
}

impl Screen for Audit {
    fn keys(&self) -> &'static [Hint] {
        if self.details.is_some() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Everything that was done and everything that was refused, with who, from where and why. Nobody can change it unseen: verify proves that.\n\
         At its top the list is live. A word that is no key is looked for in what is loaded; keys narrow the whole log."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let mut wishes = self.refresh(ctx);
        wishes.extend(self.follow(ctx));
        wishes
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        self.gathered = None;
        vec![self.table.window.again(at, ctx, make)]
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.filter.set(filter);
        self.details = None;
        self.restart(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        if self.filter.typing() {
            let table = &self.table;
            return match self.filter.key(key, &|name| known(table, name)) {
                Typed::Changed => self.restart(ctx),
                Typed::Going => Reaction::new(),
            };
        }
        let height = self.height(ctx);
        if let Some(details) = &mut self.details {
            let step = match key.code {
                KeyCode::Right | KeyCode::Char('l') => 1,
                KeyCode::Left | KeyCode::Char('h') => -1,
                _ if details.key(key) => return Reaction::new(),
                code => return self.act(code, ctx),
            };
            self.table.go(self.table.at().saturating_add_signed(step), height);
            self.open();
            return self.walked(ctx);
        }
        match key.code {
            KeyCode::Char(' ') => {
                self.held = !self.held;
                if !self.held {
                    self.table.go(self.table.window.first(), height);
                    return self.restart(ctx);
                }
                Reaction::new()
            }
            KeyCode::Char('*') => Reaction::new(),
            KeyCode::Enter => {
                self.open();
                Reaction::new()
            }
            KeyCode::Char('/') => {
                self.filter.begin();
                Reaction::new()
            }
            KeyCode::Char('n') => self.find(true, ctx),
            KeyCode::Char('N') => self.find(false, ctx),
            _ if self.table.key(key, height) => self.walked(ctx),
            code => self.act(code, ctx),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &mut Context<'_>) -> Reaction {
        self.filter.paste(text);
        Reaction::new()
    }

    fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        let height = self.height(ctx);
        match click {
            Some(line) => self.table.click(line.saturating_sub(self.filter.height()), height),
            None => self.table.go(self.table.at().saturating_add_signed(isize::from(wheel)), height),
        }
        self.walked(ctx)
    }

    fn answered(&mut self, ticket: Ticket, call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        if self.verifying.expects(ticket) {
            return self.verifying.answered(outcome, ctx).into_iter().collect();
        }
        if self.owner == Some(ticket) {
            self.owner = None;
            return match outcome {
                Ok(Answer::Links(page)) => match page.rows.first() {
                    Some(link) => vec![Wish::Jump(Name::Users, Some(format!("name:{}", link.owner)))],
                    None => say("The share is no longer there: its owner isn't known here."),
                },
                Ok(_) => Reaction::new(),
                Err(failure) => vec![Wish::Say(why(&failure).join(" "))],
            };
        }
        if !self.table.window.expects(ticket) {
            return Reaction::new();
        }
        match (call, outcome) {
            (Call::Audit(_, from), Ok(Answer::Entries(page))) => self.took(from.after.clone(), page, ctx),
            (_, outcome) => {
                self.table.window.gave_up();
                self.gathered = None;
                self.trouble = outcome.err().map(|failure| why(&failure).join(" "));
                Reaction::new()
            }
        }
    }

    fn tick(&mut self, ctx: &mut Context<'_>) -> Reaction {
        // The daemon's clock is known to the second, so a tick may come a little early by it.
        if self.due.is_none_or(|due| ctx.now.plus_millis(900) < due) {
            return Reaction::new();
        }
        let mut wishes: Reaction = self.wake(ctx).into_iter().collect();
        if self.live() && !self.table.window.waits() {
            let make = self.make();
            wishes.push(self.table.window.again(0, ctx, make));
        }
        wishes
    }

    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        self.details.take().is_some()
    }

    fn typing(&self) -> bool {
        self.filter.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let foot = self.verifying.height().min(area.height);
        let above = Rect { height: area.height - foot, ..area };
        self.verifying.draw(frame, Rect { y: above.bottom(), height: foot, ..area }, view);
        match &self.details {
            None => self.list(frame, above, view),
            Some(details) if area.width < BESIDE => details.draw(frame, above, view),
            Some(details) => {
                let wide = area.width / 2;
                self.list(frame, Rect { width: wide, ..above }, view);
                for line in 0..above.height {
                    let border = Rect { x: area.x + wide, width: 1, ..row(above, line) };
                    spans(frame, border, view.look, &[(view.look.sign("│").to_owned(), Tone::Faint)]);
                }
                details.draw(frame, Rect { x: area.x + wide + 1, width: area.width - wide - 1, ..above }, view);
            }
        }
    }
}

/// Values that the list has shown, for completion.
fn known(table: &Table<Told>, key: &str) -> Vec<String> {
    let value = |row: &Told| {
        let record = &row.entry.record;
        match key {
            "who" => record.who.clone(),
            "address" => record.address.clone(),
            "user" => record.user.clone(),
            "item" => record.item.clone(),
            "share" => record.share.clone(),
            "link" => record.link.clone(),
            _ => String::new(),
        }
    };
    let seen = table.window.rows().map(value).filter(|value| !value.is_empty());
    narrow::known(key).into_iter().chain(seen).collect()
}

impl Audit {
    fn list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let state = match (self.held, self.live()) {
            (true, _) => format!("{} held, space goes on", view.look.sign("‖")),
            (false, true) => format!("{} live", view.look.sign("●")),
            (false, false) if self.few && self.details.is_none() && self.table.at() == 0 => "few of all, r asks again".to_owned(),
            (false, false) => "reading".to_owned(),
        };
        let state = match &self.gathered {
            Some((_, rows)) => format!("looking further back, {} found", rows.len()),
            None => state,
        };
        let aside = format!("{state}   {}", self.table.place());
        let head = self.filter.height();
        self.filter.draw(frame, Rect { height: head.min(area.height), ..area }, view, aside.trim_end());
        let below = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        let nothing =
            ["No event fits this filter.", "/ changes it. Words narrow together: event:link.refused address:10.20.0.5 shows what is both."];
        match &self.trouble {
            Some(trouble) if self.table.window.end() == 0 => {
                empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
            }
            _ => self.table.draw(frame, below, view, &COLUMNS, &nothing),
        }
    }
}
