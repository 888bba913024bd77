//! Asks the gate about an address: would it be let in, at which door, by which network, and whose word counts on the way.
//!
//! Nothing here tries a door: the gate's own decision is asked for, and nothing is written down.

use std::net::IpAddr;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

use crate::commands::gate::explain::sentences;
use crate::console::call::{Answer, Call, Outcome, Ticket};
use crate::console::dialog::act::why;
use crate::console::dialog::field::Field;
use crate::console::dialog::form::{Form, Took};
use crate::console::dialog::{Dialog, Turn};
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View, Wish};
use crate::console::widgets::lines::{columns, row, spans, wrapped};

/// The question, and what the gate says.
pub(super) struct Explain {
    form: Form,
    /// What was asked last.
    asked: Option<Call>,
    waiting: Option<Ticket>,
    said: Vec<(String, Tone)>,
}

impl Explain {
    /// A question about this address, which is asked at once; an empty one waits to be typed.
    pub(super) fn about(address: &str) -> Self {
        let fields = vec![
            Field::text("Address", "like 10.20.0.5 or 2001:db8::5").holding(address),
            Field::text("Via", "proxies on its way, in their order; nothing if there are none"),
        ];
        Self { form: Form::new(fields), asked: None, waiting: None, said: Vec::new() }
    }

    fn ask(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let read = |text: &str| text.parse::<IpAddr>().map(|address| address.to_string()).map_err(|_| format!("{text:?} is no address"));
        let hops = self.form.text(1);
        let hops = hops.split([' ', ',']).filter(|hop| !hop.is_empty()).map(read).collect::<Result<Vec<_>, _>>();
        match read(&self.form.text(0)).and_then(|address| Ok((address, hops?))) {
            Ok((address, hops)) => {
                let (ticket, wish) = ctx.ask(Call::ExplainGate(address, hops));
                if let Wish::Ask { call, .. } = &wish {
                    self.asked = Some((**call).clone());
                }
                (self.waiting, self.said) = (Some(ticket), Vec::new());
                vec![wish]
            }
            Err(wrong) => {
                (self.asked, self.waiting) = (None, None);
                self.said = vec![(wrong, Tone::Bad)];
                Reaction::new()
            }
        }
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<(String, Tone)> {
        let mut lines = Vec::new();
        let mut say = |text: &str, tone: Tone| lines.extend(wrapped(&view.look.text(text), wide).into_iter().map(|line| (line, tone)));
        if self.waiting.is_some() {
            say("Asking the gate …", Tone::Faint);
        } else if self.said.is_empty() {
            say("Enter asks the gate what it would do. Nobody is let in or kept out by it, and nothing is written down.", Tone::Faint);
        }
        self.said.iter().for_each(|(text, tone)| say(text, *tone));
        if let Some(command) = self.asked.as_ref().and_then(Call::command) {
            say("", Tone::Plain);
            say("The same as a command:", Tone::Faint);
            let command = wrapped(&view.look.text(&command), wide.saturating_sub(2));
            lines.extend(command.into_iter().map(|line| (format!("  {line}"), Tone::Faint)));
        }
        lines
    }
}

/// What a sentence of the gate means.
fn tone(sentence: &str) -> Tone {
    match sentence {
        inside if inside.contains(": let in") => Tone::Good,
        outside if outside.contains("stays outside") || outside.contains("refused") => Tone::Warn,
        _ => Tone::Plain,
    }
}

impl Dialog for Explain {
    fn title(&self) -> String {
        "Would the gate let it in?".to_owned()
    }

    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        vec![("enter", "ask"), ("tab", "next"), ("ctrl-y", "copy the command"), ("esc", "close")]
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        if self.form.text(0).is_empty() { Reaction::new() } else { self.ask(ctx) }
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn {
        match key.code {
            KeyCode::Esc => return Turn::Close(Reaction::new()),
            KeyCode::Enter => return Turn::Stay(self.ask(ctx)),
            KeyCode::Char('y') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                let command = self.asked.as_ref().and_then(Call::command);
                return Turn::Stay(command.map(Wish::Copy).into_iter().collect());
            }
            _ => {}
        }
        if self.form.key(key) == Took::Changed {
            (self.asked, self.waiting, self.said) = (None, None, Vec::new());
        }
        Turn::Stay(Reaction::new())
    }

    fn paste(&mut self, text: &str) {
        self.form.paste(text);
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, _ctx: &mut Context<'_>) -> Turn {
        if self.waiting == Some(ticket) {
            self.waiting = None;
            self.said = match outcome {
                Ok(Answer::Explained(explained)) => sentences(&explained)
                    .into_iter()
                    .map(|line| {
                        let tone = tone(&line);
                        (line, tone)
                    })
                    .collect(),
                Ok(_) => Vec::new(),
                Err(failure) => why(&failure).into_iter().map(|line| (line, Tone::Bad)).collect(),
            };
        }
        Turn::Stay(Reaction::new())
    }

    fn size(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16) {
        let wide = most.0.min(72);
        (wide, (self.form.height() + 1 + columns(self.lines(usize::from(wide), view).len())).min(most.1))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.form.draw(frame, area, view.look, true);
        let head = (self.form.height() + 1).min(area.height);
        let below = Rect { y: area.y + head, height: area.height - head, ..area };
        for (n, (line, tone)) in self.lines(usize::from(area.width), view).into_iter().enumerate() {
            spans(frame, row(below, columns(n)), view.look, &[(line, tone)]);
        }
    }
}
