//! Overview: how many links live, what the last day was like by the hour, and what needs somebody.
//!
//! Nothing here acts: each thing that needs somebody leads to the screen where it can be seen whole. It asks again by itself, and draws
//! only what has changed.

mod attention;
mod charts;

use api::admin::overview::Overview as Told;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use self::attention::{Need, needs};
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::look::Tone;
use crate::console::screen::{Context, Hint, Reaction, Screen, View, Wish, say};
use crate::console::screens::poll::Poll;
use crate::console::widgets::lines::{columns, empty, put, row, spans};
use crate::console::widgets::listed::NO_ROW;
use crate::failure::Failure;

const KEYS: &[Hint] = &[
    Hint::looks("enter", KeyCode::Enter, "show", "go to the screen that shows what needs somebody"),
    Hint::looks("↑↓", KeyCode::Null, "walk", "through what needs somebody"),
    Hint::looks("r", KeyCode::Char('r'), "ask anew", "it asks by itself every 15 seconds"),
];

/// The screen.
#[derive(Default)]
pub(crate) struct Overview {
    told: Option<Told>,
    needs: Vec<Need>,
    at: usize,
    waiting: Option<Ticket>,
    trouble: Option<String>,
    poll: Poll<15>,
}

impl Overview {
    fn go(&mut self, at: usize) {
        self.at = at.min(self.needs.len().saturating_sub(1));
    }
}

impl Screen for Overview {
    fn keys(&self) -> &'static [Hint] {
        KEYS
    }

    fn about(&self) -> &'static str {
        "What lives now, what the last 24 hours were like, and what needs somebody. Enter goes there.\n\
         Each curve has its own scale; the number behind it is the sum of its hours."
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let mut wishes = self.refresh(ctx);
        wishes.extend(self.poll.begin(ctx.now));
        wishes
    }

    fn refresh(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let (ticket, wish) = ctx.ask(Call::Overview);
        self.waiting = Some(ticket);
        vec![wish]
    }

    fn key(&mut self, key: KeyEvent, _ctx: &mut Context<'_>) -> Reaction {
        match key.code {
            KeyCode::Down | KeyCode::Char('j') => self.go(self.at.saturating_add(1)),
            KeyCode::Up | KeyCode::Char('k') => self.go(self.at.saturating_sub(1)),
            KeyCode::Home | KeyCode::PageUp => self.go(0),
            KeyCode::End | KeyCode::PageDown => self.go(usize::MAX),
            KeyCode::Enter => {
                let Some(need) = self.needs.get(self.at) else { return say(NO_ROW) };
                let (name, filter) = need.place;
                return vec![Wish::Jump(name, filter.map(str::to_owned))];
            }
            _ => {}
        }
        Reaction::new()
    }

    fn mouse(&mut self, _click: Option<u16>, wheel: i16, _ctx: &mut Context<'_>) -> Reaction {
        self.go(self.at.saturating_add_signed(isize::from(wheel.signum())));
        Reaction::new()
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, _ctx: &mut Context<'_>) -> Reaction {
        if self.waiting != Some(ticket) {
            return Reaction::new();
        }
        self.waiting = None;
        match outcome {
            Ok(Answer::Overview(told)) => {
                let chosen = self.needs.get(self.at).map(|need| need.about);
                self.needs = needs(&told);
                // What was chosen stays chosen, though others came before it.
                let at = self.needs.iter().position(|need| Some(need.about) == chosen).unwrap_or(self.at);
                self.go(at);
                (self.told, self.trouble) = (Some(*told), None);
            }
            Err(Failure::Call(error)) if error.refusal() == Some("not-found") => {
                self.trouble = Some("This posternd is older than this console and doesn't tell an overview.".to_owned());
            }
            outcome => self.trouble = outcome.err().map(|failure| why(&failure).join(" ")),
        }
        Reaction::new()
    }

    fn tick(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some(wake) = self.poll.tick(ctx.now) else { return Reaction::new() };
        let mut wishes = vec![wake];
        if self.waiting.is_none() {
            wishes.extend(self.refresh(ctx));
        }
        wishes
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let Some(told) = &self.told else {
            return match &self.trouble {
                Some(trouble) => empty(frame, area, view.look, &["This can't be shown.", trouble, "r asks again."]),
                None => empty(frame, area, view.look, &["Asking the appliance …"]),
            };
        };
        let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let left = Rect { width: inner.width * 2 / 5, ..inner };
        let right = Rect { x: left.right() + 3, width: inner.width.saturating_sub(left.width + 3), ..inner };
        let high = charts::living(frame, left, told, view).max(charts::hours(frame, right, told, view));
        let below = Rect { y: inner.y + high + 1, height: inner.height.saturating_sub(high + 1), ..inner };
        self.list(frame, below, view);
    }
}

impl Overview {
    fn list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let look = view.look;
        let head = match &self.trouble {
            Some(trouble) => (look.text(&format!("Not asked anew: {trouble}")), Tone::Warn),
            None => ("NEEDS SOMEBODY".to_owned(), Tone::Faint),
        };
        spans(frame, row(area, 0), look, &[head]);
        if self.needs.is_empty() {
            return spans(frame, row(area, 1), look, &[(format!("{} Nothing does.", look.sign("✓")), Tone::Good)]);
        }
        let rows = usize::from(area.height.saturating_sub(1)).max(1);
        let top = (self.at + 1).saturating_sub(rows);
        for (n, need) in self.needs.iter().enumerate().skip(top).take(rows) {
            let line = row(area, columns(n - top + 1));
            let sign = if need.tone == Tone::Bad { "!" } else { "·" };
            let place = format!("  {} {}", look.sign("→"), need.place.0.title());
            let parts = [(format!("  {} ", look.sign(sign)), need.tone), (need.words.clone(), Tone::Plain), (place, Tone::Faint)];
            spans(frame, line, look, &parts);
            if n == self.at {
                frame.buffer_mut().set_style(line, look.chosen());
                put(frame, line, look.sign("▌"), look.style(Tone::Accent));
            }
        }
    }
}
