//! The networks that hold now, at the head of the gate's screen.
//!
//! Nothing here changes them: they stand in posternd's configuration.

use api::admin::gate::Networks;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::told;
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, View, Wish};
use crate::console::widgets::lines::{columns, paint, wrapped};

/// The most lines that they take, so that denials keep their place under a long list of networks.
pub(super) const MOST: u16 = 9;

/// The networks, once they came, or why they didn't.
#[derive(Default)]
pub(super) struct Rules {
    told: Option<Result<Networks, String>>,
    asked: Option<Ticket>,
}

impl Rules {
    /// Asks for them.
    pub(super) fn ask(&mut self, ctx: &mut Context<'_>) -> Wish {
        let (ticket, wish) = ctx.ask(Call::Networks);
        self.asked = Some(ticket);
        wish
    }

    /// Whether this answer tells them.
    pub(super) fn expects(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    /// They came, or didn't.
    pub(super) fn answered(&mut self, outcome: Outcome) {
        self.told = Some(match outcome {
            Ok(Answer::Networks(networks)) => Ok(networks),
            outcome => Err(outcome.err().map(|failure| why(&failure).join(" ")).unwrap_or_default()),
        });
    }

    /// Draws them at the head of this area; how many lines they took.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) -> u16 {
        let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(5), ..area };
        let wide = usize::from(inner.width);
        let mut lines = match &self.told {
            None => vec![vec![(view.look.text("Asking for the networks …"), Tone::Faint)]],
            Some(Err(why)) => wrapped(&view.look.text(why), wide).into_iter().map(|line| vec![(line, Tone::Bad)]).collect(),
            Some(Ok(now)) => told::rules(now, wide, view),
        };
        let most = usize::from(MOST.min(area.height / 2));
        if lines.len() > most {
            lines.truncate(most.saturating_sub(1));
            lines.push(vec![("More than fits here: posternctl gate explain names every network.".to_owned(), Tone::Faint)]);
        }
        paint(frame, inner, view.look, &lines);
        columns(lines.len())
    }
}
