//! Mail: what waits to be sent, what failed and why, and what to do about it.
//!
//! Nothing here shows what a message says or carries.

mod acts;
mod columns;
mod details;
mod narrow;

use api::admin::mail::Message;
use api::{MessageState, Page};
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use self::details::Details;
use crate::console::call::{Answer, Call, From, Outcome, Ticket};
use crate::console::filter::{Language, Term};
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish, say};
use crate::console::screens::Name;
use crate::console::widgets::listed::{Foot, Listed, Listing, no_row};
use crate::console::widgets::table::Column;

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
#[derive(Default)]
pub(crate) struct Mail {
    list: Listed<Message>,
}

impl Listing for Message {
    type Details = Details;

    const LANGUAGE: Language = narrow::LANGUAGE;

    const COLUMNS: &'static [Column<Self>] = &columns::COLUMNS;

    /// Why the message failed where one is: on a narrow terminal there is no column for it.
    const FOOT: Option<Foot<Self>> = Some(|message| message.last_failure.clone().map(|why| (why, Tone::Warn)));

    fn call(narrowed: &[Term], from: From) -> Call {
        Call::Messages(narrow::asked(narrowed), from)
    }

    fn page(answer: Answer, _narrowed: &[Term], _zone: &TimeZone) -> Option<Page<Self>> {
        if let Answer::Messages(page) = answer { Some(page) } else { None }
    }

    fn teaches(narrowed: bool) -> &'static [&'static str] {
        if narrowed {
            return &["No message is like this.", "/ changes the filter: state:waiting sent dead withdrawn."];
        }
        &[
            "The outbox is empty.",
            "Access tokens, invitations and notices to owners pass through here; what was sent is forgotten after 7 days, what was not after 30.",
            "m sends a test message and shows what the mail server answers.",
        ]
    }
}

impl Mail {
    fn act(&self, code: KeyCode, ctx: &Context<'_>) -> Reaction {
        match code {
            KeyCode::Char('A') => return acts::retry_dead().open(ctx),
            KeyCode::Char('m') => return acts::test().open(ctx),
            KeyCode::Char('s') => return say("Newest first: the appliance has no other order for mail."),
            _ => {}
        }
        let Some(message) = self.list.current() else { return no_row(code, KEYS) };
        let marked = self.list.marks();
        let any = !marked.is_empty();
        let over = !any && matches!(message.state, MessageState::Sent | MessageState::Withdrawn);
        match (code, message.link) {
            (KeyCode::Char('R' | 'D'), _) if over => {
                let (message, state) = (message.message.short(), message.state.name());
                say(format!("Message {message} is {state}: there is nothing to send any more."))
            }
            (KeyCode::Char('R'), _) => acts::retry(message, &marked).about_marks(move |_| any).open(ctx),
            (KeyCode::Char('D'), _) => acts::drop(message, &marked).about_marks(move |_| any).open(ctx),
            (KeyCode::Char('o'), Some(link)) => vec![Wish::Jump(Name::Shares, Some(format!("link:{link}")))],
            (KeyCode::Char('o'), None) => say("This message is about no link."),
            (KeyCode::Char('a'), Some(link)) => vec![Wish::Jump(Name::Audit, Some(format!("link:{link}")))],
            (KeyCode::Char('a'), None) => vec![Wish::Jump(Name::Audit, Some("event:mail.failed".to_owned()))],
            (KeyCode::Char('y'), _) => vec![Wish::Copy(message.message.to_string())],
            _ => Reaction::new(),
        }
    }
}

impl Screen for Mail {
    fn keys(&self) -> &'static [Hint] {
        if self.list.in_full() { IN_DETAILS } else { KEYS }
    }

    fn about(&self) -> &'static str {
        "Each row is a message: an access token, a link, an invitation, or a notice to an owner. What it says is not shown.\n\
         waiting: it leaves by itself. dead: it was given up, and its owner told. withdrawn: it isn't needed any more."
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.list.refresh(ctx)
    }

    fn narrow(&mut self, filter: &str, ctx: &mut Context<'_>) -> Reaction {
        self.list.narrow(filter, ctx)
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction {
        match self.list.key(key, ctx) {
            Some(reaction) => reaction,
            None => self.act(key.code, ctx),
        }
    }

    fn paste(&mut self, text: &str, _ctx: &mut Context<'_>) -> Reaction {
        self.list.filter.paste(text);
        Reaction::new()
    }

    fn mouse(&mut self, click: Option<u16>, wheel: i16, ctx: &mut Context<'_>) -> Reaction {
        self.list.mouse(click, wheel, ctx)
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction {
        self.list.answered(ticket, outcome, ctx)
    }

    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        self.list.back()
    }

    fn unmark(&mut self) {
        self.list.table.unmark();
    }

    fn typing(&self) -> bool {
        self.list.typing()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.list.draw(frame, area, view, &self.list.aside("newest first"));
    }
}
