//! Shares: the list of links to people outside, one share's life, and stopping or ending what should not be.
//!
//! Nothing here shows what is shared, and no link that could be opened: the appliance itself can't.

mod acts;
pub(super) mod columns;
mod details;
mod narrow;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use api::admin::shares::LinkRow;

pub(super) use self::columns::sign;
use self::details::Details;
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::screens::Name;
use crate::console::widgets::beside::{BESIDE, split};
use crate::console::widgets::filter_line::{FilterLine, Typed};
use crate::console::widgets::table::Table;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "details", "one share: who, for whom, until when, and its whole life"),
    Hint::looks("/", KeyCode::Char('/'), "filter", "narrow the list: owner:ada state:open"),
    Hint::looks("space", KeyCode::Null, "mark", "mark the row, so that an act takes several; * marks all that are loaded, or none"),
    Hint::acts("x", KeyCode::Char('x'), "revoke", "end the link, or the marked ones, for good"),
    Hint::acts(
        "f",
        KeyCode::Char('f'),
        "freeze",
        "stop links for a while: this one, its share, all of its owner, item or recipient, of a network or of a time",
    ),
    Hint::acts("u", KeyCode::Char('u'), "unfreeze", "see the freezes that hold, and lift one"),
    Hint::acts("X", KeyCode::Char('X'), "revoke share", "end every link of the share, or of the marked ones' shares, for good"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of this share"),
    Hint::looks("o", KeyCode::Char('o'), "owner", "the account that shares it"),
    Hint::looks("s", KeyCode::Char('s'), "order", "in which order the list comes"),
];

const IN_DETAILS: &[Hint] = &[
    Hint::looks("esc", KeyCode::Esc, "back", "back to the list"),
    Hint::looks("← →", KeyCode::Null, "others", "the row before or behind in the list"),
    Hint::acts("x", KeyCode::Char('x'), "revoke", "end this link for good"),
    Hint::acts(
        "f",
        KeyCode::Char('f'),
        "freeze",
        "stop links for a while: this one, its share, all of its owner, item or recipient, of a network or of a time",
    ),
    Hint::acts("u", KeyCode::Char('u'), "unfreeze", "see the freezes that hold, and lift one"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of this share"),
    Hint::acts("X", KeyCode::Char('X'), "revoke share", "end every link of the share for good"),
    Hint::looks("o", KeyCode::Char('o'), "owner", "the account that shares it"),
];

/// The screen.
pub(crate) struct Shares {
    table: Table<LinkRow>,
    filter: FilterLine,
    details: Option<Details>,
    trouble: Option<String>,
}

impl Default for Shares {
    fn default() -> Self {
        Self { table: Table::default(), filter: FilterLine::new(narrow::LANGUAGE), details: None, trouble: None }
    }
}

impl Shares {
    fn make(&self) -> impl Fn(crate::console::call::From) -> Call + use<> {
        let filter = narrow::asked(&self.filter.terms());
        move |from| Call::Links(filter.clone(), from)
    }

    /// How many rows of the list can be seen.
    fn height(&self, ctx: &Context<'_>) -> usize {
        usize::from(ctx.body.height.saturating_sub(self.filter.height() + 1))
    }

    fn restart(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.table.rewind();
        self.table.unmark();
        let make = self.make();
        vec![self.table.window.start(ctx, make)]
    }

    /// The link that an act is about: that of the details, or the one in the list.
    fn current(&self) -> Option<&LinkRow> {
        self.details.as_ref().map(Details::row).or_else(|| self.table.selected())
    }

    /// Opens the details of the row where one is.
    fn open(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some(row) = self.table.selected().cloned() else { return Reaction::new() };
        let mut details = Details::new(row);
        let wishes = details.ask(ctx);
        self.details = Some(details);
        wishes
    }

    fn walked(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        self.table.window.follow(at, ctx, make).into_iter().collect()
    }

    /// Values that the list has shown, for completion.
    fn known(rows: &Table<LinkRow>, key: &str) -> Vec<String> {
        let value = |row: &LinkRow| match key {
            "owner" => Some(row.owner.to_string()),
            "recipient" => Some(row.recipient.to_string()),
            "share" => Some(row.share.to_string()),
            "item" => Some(row.item.to_string()),
            _ => None,
        };
        rows.window.rows().filter_map(value).collect()
    }

    fn act(&mut self, code: KeyCode, ctx: &mut Context<'_>) -> Reaction {
        let marked: Vec<LinkRow> = match &self.details {
            Some(_) => Vec::new(),
            None => self.table.window.rows().filter(|row| self.table.marks().contains(&row.link)).cloned().collect(),
        };
        // Marks may lie outside of what is kept: then their shares aren't known, but their links are.
        let links: Vec<_> = if self.details.is_some() { Vec::new() } else { self.table.marks().iter().copied().collect() };
        let Some(row) = self.current().cloned() else { return vec![Wish::Say("There is no share here.".to_owned())] };
        match code {
            KeyCode::Char('x') => acts::revoke(&row, &links).open(ctx),
            KeyCode::Char('X') => acts::revoke_shares(&row, &marked).open(ctx),
            KeyCode::Char('f') => acts::freeze(&row, &links, ctx.zone).open(ctx),
            KeyCode::Char('u') => vec![Wish::Open(Box::new(acts::unfreeze(&row)))],
            KeyCode::Char('a') => vec![Wish::Jump(Name::Audit, Some(format!("share:{}", row.share)))],
            KeyCode::Char('o') => vec![Wish::Jump(Name::Users, Some(format!("name:{}", row.owner)))],
            KeyCode::Char('y') => vec![Wish::Copy(row.share.to_string())],
            _ => Reaction::new(),
        }
    }
}

impl Screen for Shares {
    fn keys(&self) -> &'static [Hint] {
        if self.details.is_some() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Each row is one link: one recipient's way to a share. What is shared is sealed; you see who, for whom, how often and until when.\n\
         Freezing stops links and hurts nobody if it was a false alarm. Revoking is for good."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.refresh(ctx)
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        let mut wishes = vec![self.table.window.again(at, ctx, make)];
        if let Some(details) = &mut self.details {
            wishes.extend(details.ask(ctx));
        }
        wishes
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.filter.set(filter);
        self.details = None;
        self.restart(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        if self.filter.typing() {
            let table = &self.table;
            return match self.filter.key(key, &|name| Self::known(table, name)) {
                Typed::Changed => self.restart(ctx),
                Typed::Going => Reaction::new(),
            };
        }
        if let Some(details) = &mut self.details {
            let step = match key.code {
                KeyCode::Right | KeyCode::Char('l') => 1,
                KeyCode::Left | KeyCode::Char('h') => -1,
                _ if details.key(key) => return Reaction::new(),
                code => return self.act(code, ctx),
            };
            let height = self.height(ctx);
            self.table.go(self.table.at().saturating_add_signed(step), height);
            let mut wishes = self.open(ctx);
            wishes.extend(self.walked(ctx));
            return wishes;
        }
        let height = self.height(ctx);
        if self.table.key(key, height) {
            return self.walked(ctx);
        }
        match key.code {
            KeyCode::Enter => self.open(ctx),
            KeyCode::Char('/') => {
                self.filter.begin();
                Reaction::new()
            }
            KeyCode::Char('s') => vec![Wish::Say("Newest first: the appliance has no other order for shares.".to_owned())],
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
        if !self.table.window.expects(ticket) {
            if let Some(details) = &mut self.details {
                details.answered(ticket, outcome);
            }
            return Reaction::new();
        }
        match (call, outcome) {
            (Call::Links(_, from), Ok(Answer::Links(page))) => {
                self.trouble = None;
                self.table.window.take(from.after.clone(), page);
                let height = self.height(ctx);
                self.table.came(height);
                self.walked(ctx)
            }
            (_, outcome) => {
                self.table.window.gave_up();
                self.trouble = outcome.err().map(|failure| why(&failure).join(" "));
                Reaction::new()
            }
        }
    }

    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        if self.details.take().is_some() {
            return true;
        }
        let marked = !self.table.marks().is_empty();
        self.table.unmark();
        marked
    }

    fn typing(&self) -> bool {
        self.filter.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        match &self.details {
            None => self.list(frame, area, view),
            Some(details) if area.width < BESIDE => details.draw(frame, area, view),
            Some(details) => {
                let (left, right) = split(frame, area, view.look);
                self.list(frame, left, view);
                details.draw(frame, right, view);
            }
        }
    }
}

impl Shares {
    fn list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let marks = match self.table.marks().len() {
            0 => String::new(),
            marks => format!("{marks} marked   "),
        };
        let asking = if self.table.window.waits() && self.table.window.came() { "…   " } else { "" };
        let aside = format!("{asking}{marks}newest first   {}", self.table.place());
        let head = self.filter.height();
        self.filter.draw(frame, Rect { height: head.min(area.height), ..area }, view, aside.trim_end());
        let below = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        let nothing: &[&str] = if self.filter.text().is_empty() {
            &[
                "Nobody has shared anything with people outside yet.",
                "Owners share with `postern share create`; they need the permission: posternctl user allow-external NAME.",
                "What they share then stands here, one row for each recipient.",
            ]
        } else {
            &["No link fits this filter.", "/ changes it. Words narrow together: owner:ada state:open shows what is both."]
        };
        match &self.trouble {
            Some(trouble) if self.table.window.end() == 0 => {
                crate::console::widgets::lines::empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
            }
            _ => self.table.draw(frame, below, view, &columns::COLUMNS, nothing),
        }
    }
}
