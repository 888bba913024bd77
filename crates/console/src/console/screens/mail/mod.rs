//! Mail: what waits to be sent, what failed and why, and what to do about it.
//!
//! Nothing here shows what a message says or carries.

mod acts;
mod columns;
mod details;
mod narrow;

use api::MessageState;
use api::admin::mail::Message;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use self::details::Details;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish};
use crate::console::screens::Name;
use crate::console::widgets::beside::{BESIDE, split};
use crate::console::widgets::filter_line::{FilterLine, Typed};
use crate::console::widgets::lines::{empty, row, spans};
use crate::console::widgets::table::Table;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "details", "one message: to whom, why it failed, and what to do"),
    Hint::looks("/", KeyCode::Char('/'), "filter", "narrow the list: state:dead"),
    Hint::acts("R", KeyCode::Char('R'), "retry", "try this message again at once, or the marked ones"),
    Hint::acts("A", KeyCode::Char('A'), "retry all dead", "try everything again that was given up"),
    Hint::acts(
        "D",
        KeyCode::Char('D'),
        "drop",
        "take this message out of the outbox, or the marked ones: never sent, and what it carries is deleted",
    ),
    Hint::acts("m", KeyCode::Char('m'), "test message", "send a test message and see the mail server's answer"),
    Hint::looks("o", KeyCode::Char('o'), "share", "the link that it is about"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of its link, or of all mail"),
    Hint::looks("space", KeyCode::Null, "mark", "mark the row, so that an act takes several; * marks all that are loaded, or none"),
];

const IN_DETAILS: &[Hint] = &[
    Hint::looks("esc", KeyCode::Esc, "back", "back to the list"),
    Hint::looks("← →", KeyCode::Null, "others", "the row before or behind in the list"),
    Hint::acts("R", KeyCode::Char('R'), "retry", "try this message again at once"),
    Hint::acts("D", KeyCode::Char('D'), "drop", "take this message out of the outbox: never sent, and what it carries is deleted"),
    Hint::acts("m", KeyCode::Char('m'), "test message", "send a test message and see the mail server's answer"),
    Hint::looks("o", KeyCode::Char('o'), "share", "the link that it is about"),
    Hint::looks("a", KeyCode::Char('a'), "audit", "what the audit log says of its link, or of all mail"),
];

/// The screen.
pub(crate) struct Mail {
    table: Table<Message>,
    filter: FilterLine,
    details: Option<Details>,
    trouble: Option<String>,
}

impl Default for Mail {
    fn default() -> Self {
        Self { table: Table::default(), filter: FilterLine::new(narrow::LANGUAGE), details: None, trouble: None }
    }
}

impl Mail {
    fn make(&self) -> impl Fn(From) -> Call + use<> {
        let state = narrow::asked(&self.filter.terms());
        move |from| Call::Messages(state.clone(), from)
    }

    /// How many rows of the list can be seen.
    fn height(&self, ctx: &Context<'_>) -> usize {
        usize::from(ctx.body.height.saturating_sub(self.filter.height() + 2))
    }

    fn restart(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.table.rewind();
        self.table.unmark();
        let make = self.make();
        vec![self.table.window.start(ctx, make)]
    }

    fn walked(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        self.table.window.follow(at, ctx, make).into_iter().collect()
    }

    fn open(&mut self) -> Reaction {
        self.details = self.table.selected().cloned().map(Details::new);
        Reaction::new()
    }

    fn act(&mut self, code: KeyCode, ctx: &mut Context<'_>) -> Reaction {
        match code {
            KeyCode::Char('A') => return acts::retry_dead().open(ctx),
            KeyCode::Char('m') => return acts::test().open(ctx),
            KeyCode::Char('s') => return vec![Wish::Say("Newest first: the appliance has no other order for mail.".to_owned())],
            _ => {}
        }
        let marked: Vec<_> = if self.details.is_some() { Vec::new() } else { self.table.marks().iter().copied().collect() };
        let current = self.details.as_ref().map(Details::message).or_else(|| self.table.selected());
        let Some(message) = current.cloned() else { return Reaction::new() };
        let over = marked.is_empty() && matches!(message.state, MessageState::Sent | MessageState::Withdrawn);
        match (code, message.link) {
            (KeyCode::Char('R' | 'D'), _) if over => {
                vec![Wish::Say(format!(
                    "Message {} is {}: there is nothing to send any more.",
                    message.message.short(),
                    message.state.name()
                ))]
            }
            (KeyCode::Char('R'), _) => acts::retry(&message, &marked).open(ctx),
            (KeyCode::Char('D'), _) => acts::drop(&message, &marked).open(ctx),
            (KeyCode::Char('o'), Some(link)) => vec![Wish::Jump(Name::Shares, Some(format!("link:{link}")))],
            (KeyCode::Char('o'), None) => vec![Wish::Say("This message is about no link.".to_owned())],
            (KeyCode::Char('a'), Some(link)) => vec![Wish::Jump(Name::Audit, Some(format!("link:{link}")))],
            (KeyCode::Char('a'), None) => vec![Wish::Jump(Name::Audit, Some("event:mail.failed".to_owned()))],
            (KeyCode::Char('y'), _) => vec![Wish::Copy(message.message.to_string())],
            _ => Reaction::new(),
        }
    }

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
                "The outbox is empty.",
                "Access tokens, invitations and notices to owners pass through here; what was sent is forgotten after 7 days, what was not after 30.",
                "m sends a test message and shows what the mail server answers.",
            ]
        } else {
            &["No message is like this.", "/ changes the filter: state:waiting sent dead withdrawn."]
        };
        match &self.trouble {
            Some(trouble) if self.table.window.end() == 0 => {
                empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
            }
            _ => {
                // Why the message failed where one is: on a narrow terminal there is no column for it.
                let list = Rect { height: below.height.saturating_sub(1), ..below };
                self.table.draw(frame, list, view, &columns::COLUMNS, nothing);
                let failure = self.table.selected().and_then(|message| message.last_failure.as_deref()).map(|why| view.look.text(why));
                let foot = Rect { x: below.x + 3, width: below.width.saturating_sub(4), ..row(below, list.height) };
                spans(frame, foot, view.look, &failure.map(|why| (why, Tone::Warn)).into_iter().collect::<Vec<_>>());
            }
        }
    }
}

impl Screen for Mail {
    fn keys(&self) -> &'static [Hint] {
        if self.details.is_some() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Each row is a message: an access token, a link, an invitation, or a notice to an owner. What it says is not shown.\n\
         waiting: it leaves by itself. dead: it was given up, and its owner told. withdrawn: it isn't needed any more."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.refresh(ctx)
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (make, at) = (self.make(), self.table.at());
        vec![self.table.window.again(at, ctx, make)]
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.filter.set(filter);
        self.details = None;
        self.restart(ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        if self.filter.typing() {
            return match self.filter.key(key, &|_| Vec::new()) {
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
        if self.table.key(key, height) {
            return self.walked(ctx);
        }
        match key.code {
            KeyCode::Enter => self.open(),
            KeyCode::Char('/') => {
                self.filter.begin();
                Reaction::new()
            }
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
            return Reaction::new();
        }
        match (call, outcome) {
            (Call::Messages(_, from), Ok(Answer::Messages(page))) => {
                self.trouble = None;
                self.table.window.take(from.after.clone(), page);
                let height = self.height(ctx);
                self.table.came(height);
                if let Some(details) = &mut self.details
                    && let Some(message) = self.table.window.rows().find(|message| message.message == details.message().message)
                {
                    details.again(message);
                }
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
