//! What opens over a screen: questions before an act, its result, texts, lists to choose from.
//!
//! A dialog keeps what was typed, whatever happens around it: another size, a lost daemon, a refusal.

pub(crate) mod act;
mod act_draw;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod pick;
pub(crate) mod words;

use ratatui::Frame;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use super::call::{Call, Outcome, Ticket};
use super::screen::{Context, Reaction, View};

/// What becomes of a dialog.
pub(crate) enum Turn {
    /// It stays, and wishes for this.
    Stay(Reaction),
    /// It is over, and wishes for this.
    Close(Reaction),
}

/// How many columns and lines a dialog over this body can have for its content at most: its border and a rim take the rest.
pub(crate) fn room(body: Rect) -> (u16, u16) {
    (body.width.saturating_sub(8), body.height.saturating_sub(2))
}

/// Something that opens over a screen.
pub(crate) trait Dialog {
    /// What stands in its border.
    fn title(&self) -> String;

    /// Its keys for the bottom line: the key and what it does.
    fn keys(&self) -> Vec<(&'static str, &'static str)>;

    /// It was opened.
    fn opened(&mut self, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    /// A key. All but Ctrl-C comes here.
    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn;

    /// The terminal's own paste.
    fn paste(&mut self, _text: &str) {}

    /// What it asked for came, or did not.
    fn answered(&mut self, _ticket: Ticket, _call: &Call, _outcome: Outcome, _ctx: &mut Context<'_>) -> Turn {
        Turn::Stay(Reaction::new())
    }

    /// Whether something typed would be lost with it.
    fn typed(&self) -> bool {
        false
    }

    /// Whether it can't be undone: its border says so.
    fn grave(&self) -> bool {
        false
    }

    /// How many columns and lines its content would like to have, where there are so many at most.
    fn size(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16);

    /// Draws its content; changes nothing.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>);
}
