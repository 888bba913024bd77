//! What a screen is to the frame: it is asked, told and drawn, and wishes for things in return.
//!
//! No screen performs anything itself: a wish is granted by the console or becomes an effect of the runner.

use std::time::Duration;

use api::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::call::{Call, Outcome, Ticket};
use super::dialog::Dialog;
use super::look::Look;
use super::screens::Name;
use super::who::Who;

/// Something that a screen or dialog would like to have done.
pub(crate) enum Wish {
    /// Ask the daemon. [`Context::ask`] makes one.
    Ask {
        /// The answer will bear it.
        ticket: Ticket,
        /// What to ask.
        call: Box<Call>,
    },
    /// Open a dialog over what is there.
    Open(Box<dyn Dialog>),
    /// Go to another screen, narrowed by a filter in that screen's own language.
    Jump(Name, Option<String>),
    /// Copy an id or a command: nothing else ever.
    Copy(String),
    /// Say something in the bottom line, until the next key.
    Say(String),
    /// Be told of the time after this.
    Wake(Duration),
    /// What the screen in sight shows may have changed: it asks anew.
    Changed,
    /// An act was done for all that is marked on the screen in sight: the marks go.
    Unmark,
    /// Another colour scheme.
    Look(&'static str),
    /// The mouse on or off.
    Mouse,
    /// As if this key had been pressed.
    Press(KeyEvent),
    /// End the console.
    Quit,
}

/// What comes of being asked or told.
pub(crate) type Reaction = Vec<Wish>;

/// Says something in the bottom line, and no more.
pub(crate) fn say(words: impl Into<String>) -> Reaction {
    vec![Wish::Say(words.into())]
}

/// What a screen may know and use while it is asked or told.
pub(crate) struct Context<'a> {
    /// When it is.
    pub(crate) now: Timestamp,
    /// Times are shown in it.
    pub(crate) zone: &'a TimeZone,
    /// Where the screen is drawn: so many columns and lines it has.
    pub(crate) body: Rect,
    /// Colours and signs: with it a text can be laid out, so that scrolling ends where the text does.
    pub(crate) look: &'a Look,
    /// Who sits here, once the daemon has said so.
    pub(crate) who: &'a Who,
    /// Tickets given out so far.
    pub(crate) tickets: &'a mut u64,
}

impl Context<'_> {
    /// A wish to ask, and the ticket by which its answer will be known. An answer with an older ticket than the last may be dropped.
    pub(crate) fn ask(&mut self, call: Call) -> (Ticket, Wish) {
        *self.tickets += 1;
        let ticket = Ticket(*self.tickets);
        (ticket, Wish::Ask { ticket, call: Box::new(call) })
    }

    /// What would be known if it were drawn now.
    pub(crate) fn view(&self) -> View<'_> {
        View { look: self.look, now: self.now, zone: self.zone }
    }

    /// The same where so many lines at the foot of the body are taken.
    pub(crate) fn above(&mut self, foot: u16) -> Context<'_> {
        let body = Rect { height: self.body.height.saturating_sub(foot), ..self.body };
        Context { now: self.now, zone: self.zone, body, look: self.look, who: self.who, tickets: self.tickets }
    }
}

/// What is known when something is drawn.
pub(crate) struct View<'a> {
    /// Colours and signs.
    pub(crate) look: &'a Look,
    /// When it is.
    pub(crate) now: Timestamp,
    /// Times are shown in it.
    pub(crate) zone: &'a TimeZone,
}

/// A key and what it does: for the bottom line, for `?` and for the palette.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hint {
    /// The key as it is shown, like `x` or `enter`.
    pub(crate) keys: &'static str,
    /// The key that the palette presses for it; [`KeyCode::Null`] where it can't.
    pub(crate) code: KeyCode,
    /// One or two words for the bottom line and the palette.
    pub(crate) name: &'static str,
    /// A sentence for `?`.
    pub(crate) about: &'static str,
    /// Whether it changes something: auditors see it greyed.
    pub(crate) acts: bool,
}

impl Hint {
    /// A key that only looks.
    pub(crate) const fn looks(keys: &'static str, code: KeyCode, name: &'static str, about: &'static str) -> Self {
        Self { keys, code, name, about, acts: false }
    }

    /// A key that changes something.
    pub(crate) const fn acts(keys: &'static str, code: KeyCode, name: &'static str, about: &'static str) -> Self {
        Self { keys, code, name, about, acts: true }
    }
}

/// One of the console's screens.
pub(crate) trait Screen {
    /// Its keys as it stands now, the most wanted first: as many as fit stand in the bottom line.
    fn keys(&self) -> &'static [Hint];

    /// What it teaches at the head of `?`: a few plain sentences.
    fn about(&self) -> &'static str;

    /// It comes into sight: asks for its first data, or for what may be old by now.
    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        self.refresh(ctx)
    }

    /// Asks anew for what it shows (`r`, after an act, after the daemon was lost).
    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction;

    /// Narrows what it shows to this filter; another screen jumped here.
    fn narrow(&mut self, _filter: &str, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    /// A key that the frame doesn't take for itself.
    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Reaction;

    /// The terminal's own paste.
    fn paste(&mut self, _text: &str, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    /// The mouse: a click at this line of the body, or the wheel by so many lines.
    fn mouse(&mut self, _click: Option<u16>, _wheel: i16, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    /// What it asked for came, or did not. An answer whose ticket it no longer waits for is dropped.
    fn answered(&mut self, ticket: Ticket, call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Reaction;

    /// The time that it asked to be told of has come. Another screen may have asked for it: so look whether it is yours.
    fn tick(&mut self, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    /// Goes one step back (closes details, leaves the filter line). False: there is none, so `q` may quit.
    fn back(&mut self, _ctx: &mut Context<'_>) -> bool {
        false
    }

    /// Takes the marks away: what they were for is done.
    fn unmark(&mut self) {}

    /// Whether a line is being typed, so that every letter belongs to it.
    fn typing(&self) -> bool {
        false
    }

    /// Draws it; changes nothing.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>);
}
