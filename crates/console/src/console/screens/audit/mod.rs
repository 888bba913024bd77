//! Audit: what happened and what was refused, newest first and live; one event in full; the whole log verified.
//!
//! Nothing here can write or delete a record, and a live list draws only when something came.

mod columns;
mod details;
mod found;
mod leads;
mod list;
mod narrow;
mod verifying;

use api::Page;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use self::columns::Told;
use self::verifying::Verifying;
use crate::console::call::{Call, Outcome, Ticket};
use crate::console::screen::{Context, Hint, Reaction, Screen, View};
use crate::console::screens::poll::Poll;
use crate::console::widgets::listed::{Listed, Piece};

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
#[derive(Default)]
pub(crate) struct Audit {
    list: Listed<Told>,
    verifying: Verifying,
    /// Somebody held the list.
    held: bool,
    /// How a live list asks for what is new.
    poll: Poll<2>,
    /// Something is looked for that may not be in the first row.
    seeks: bool,
    /// A share's owner is asked for, to go to that account.
    owner: Option<Ticket>,
}

impl Audit {
    /// Whether the list follows what happens: nobody holds it, and nobody reads further down.
    fn live(&self) -> bool {
        !self.held && !self.list.few() && !self.list.in_full() && self.list.table.at() == 0
    }

    /// Another list was asked for.
    fn began(&mut self, mut asked: Reaction, ctx: &Context<'_>) -> Reaction {
        self.seeks = self.sought().is_some();
        asked.extend(self.poll.begin(ctx.now));
        asked
    }

    /// Takes a part of the list.
    fn took(&mut self, page: Page<Told>, ctx: &mut Context<'_>) -> Reaction {
        if self.live() {
            // It stays at its top, whatever comes above what was the first row.
            self.list.table.rewind();
        }
        let mut wishes = self.list.take(page, ctx);
        if std::mem::take(&mut self.seeks) && !self.list.table.selected().is_some_and(|row| row.hit) {
            wishes.extend(self.find(true, ctx));
            wishes.extend(self.list.walked(ctx));
        }
        wishes
    }

    /// What the list does just now.
    fn state(&self, view: &View<'_>) -> String {
        match self.list.looking() {
            Some(found) => format!("looking further back, {found} found"),
            _ if self.held => format!("{} held, space goes on", view.look.sign("‖")),
            _ if self.live() => format!("{} live", view.look.sign("●")),
            _ if self.list.few() && !self.list.in_full() && self.list.table.at() == 0 => "few of all, r asks again".to_owned(),
            _ => "reading".to_owned(),
        }
    }

    /// Holds the list, or lets it go on with what is new.
    fn hold(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.held = !self.held;
        if self.held {
            return Reaction::new();
        }
        let asked = self.list.restart(ctx);
        self.began(asked, ctx)
    }
}

impl Screen for Audit {
    fn keys(&self) -> &'static [Hint] {
        if self.list.in_full() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Everything that was done and everything that was refused, with who, from where and why. Nobody can change it unseen: verify proves that.\n\
         At its top the list is live. A word that is no key is looked for in what is loaded; keys narrow the whole log."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let mut wishes = self.refresh(ctx);
        wishes.extend(self.poll.begin(ctx.now));
        wishes
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.list.refresh(ctx)
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        let asked = self.list.narrow(filter, ctx);
        self.began(asked, ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        let ctx = &mut ctx.above(self.verifying.height());
        let (typing, in_list) = (self.list.typing(), !self.list.typing() && !self.list.in_full());
        match key.code {
            KeyCode::Char(' ') if in_list => return self.hold(ctx),
            // Nothing here acts on rows, so nothing is marked.
            KeyCode::Char('*') if in_list => return Reaction::new(),
            KeyCode::Char('n') if in_list => return self.find(true, ctx),
            KeyCode::Char('N') if in_list => return self.find(false, ctx),
            _ => {}
        }
        match self.list.key(key, ctx) {
            Some(asked) if typing && key.code == KeyCode::Enter => self.began(asked, ctx),
            Some(reaction) => reaction,
            None => self.act(key.code, ctx),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &mut Context<'_>) -> Reaction {
        self.list.filter.paste(text);
        Reaction::new()
    }

    fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        self.list.mouse(click, wheel, &mut ctx.above(self.verifying.height()))
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        if self.verifying.expects(ticket) {
            return self.verifying.answered(outcome, ctx).into_iter().collect();
        }
        if self.owner == Some(ticket) {
            return self.owned(outcome);
        }
        let ctx = &mut ctx.above(self.verifying.height());
        match self.list.piece(ticket, outcome, ctx) {
            Piece::Whole(page) => self.took(page, ctx),
            Piece::Done(wishes) => wishes,
        }
    }

    fn tick(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some(wake) = self.poll.tick(ctx.now) else { return Reaction::new() };
        let mut wishes = vec![wake];
        if self.live() && !self.list.table.window.waits() {
            wishes.extend(self.list.refresh(ctx));
        }
        wishes
    }

    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        self.list.back()
    }

    fn typing(&self) -> bool {
        self.list.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let foot = self.verifying.height().min(area.height);
        let above = Rect { height: area.height - foot, ..area };
        self.verifying.draw(frame, Rect { y: above.bottom(), height: foot, ..area }, view);
        let state = self.state(view);
        self.list.draw(frame, above, view, &format!("{state}   {}", self.list.table.place()));
    }
}
