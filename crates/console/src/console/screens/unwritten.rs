//! A screen that nobody has written yet: it names the command that there is. It goes when the last screen is written.

use ratatui::Frame;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::console::call::{Call, Outcome, Ticket};
use crate::console::screen::{Context, Hint, Reaction, Screen, View};
use crate::console::widgets::lines::empty;

/// The command that shows the same.
pub(crate) struct Unwritten(pub(crate) &'static str);

impl Screen for Unwritten {
    fn keys(&self) -> &'static [Hint] {
        &[]
    }

    fn about(&self) -> &'static str {
        "This release shows this by a command only."
    }

    fn opened(&mut self, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    fn refresh(&mut self, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    fn key(&mut self, _key: KeyEvent, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    fn answered(&mut self, _ticket: Ticket, _call: &Call, _outcome: Outcome, _ctx: &mut Context<'_>) -> Reaction {
        Reaction::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        empty(frame, area, view.look, &["This release shows this by a command:", self.0]);
    }
}
