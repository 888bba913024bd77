//! A list to choose from, narrowed by what is typed: commands of the palette, freezes to lift.
//!
//! Nothing here does what is chosen: it wishes for it.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::{Dialog, Turn};
use crate::console::call::{Call, Outcome, Ticket};
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View};
use crate::console::widgets::input::Input;
use crate::console::widgets::lines::{columns, cut, row, rule, spans, width};

/// The most lines of choices at a time.
const LINES: u16 = 14;

/// What happens when it is chosen.
pub(crate) type Chosen = Box<dyn Fn(&mut Context<'_>) -> Reaction>;

/// Makes choices of an answer, or says why there are none.
pub(crate) type Fill = Box<dyn Fn(Outcome, &Context<'_>) -> Result<Vec<Choice>, Vec<String>>>;

/// One thing to choose.
pub(crate) struct Choice {
    /// What it is called; typing looks in it first.
    pub(crate) name: String,
    /// What it is.
    pub(crate) about: String,
    /// Why it can't be chosen: it is shown greyed with this word.
    pub(crate) refused: Option<&'static str>,
    /// What happens then.
    pub(crate) chosen: Chosen,
}

/// A list to choose from.
pub(crate) struct Pick {
    title: String,
    /// What to say where there is nothing.
    empty: &'static str,
    input: Input,
    choices: Vec<Choice>,
    at: usize,
    fill: Option<(Call, Fill)>,
    waiting: Option<Ticket>,
    trouble: Vec<String>,
}

impl Pick {
    /// A list of what is known already.
    pub(crate) fn new(title: impl Into<String>, empty: &'static str, choices: Vec<Choice>) -> Self {
        Self { title: title.into(), empty, input: Input::default(), choices, at: 0, fill: None, waiting: None, trouble: Vec::new() }
    }

    /// A list that is asked for first.
    pub(crate) fn asking(title: impl Into<String>, empty: &'static str, call: Call, fill: Fill) -> Self {
        Self { fill: Some((call, fill)), ..Self::new(title, empty, Vec::new()) }
    }

    /// What fits what was typed: beginnings of names first, then what has it anywhere.
    fn fitting(&self) -> Vec<&Choice> {
        let typed = self.input.text().to_lowercase();
        let begins = |choice: &&Choice| choice.name.to_lowercase().starts_with(&typed);
        let within = |choice: &&Choice| choice.name.to_lowercase().contains(&typed) || choice.about.to_lowercase().contains(&typed);
        let rest = self.choices.iter().filter(|choice| !begins(choice)).filter(within);
        self.choices.iter().filter(begins).chain(rest).collect()
    }
}

impl Dialog for Pick {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        vec![("enter", "choose"), ("↑↓", "walk"), ("type", "to narrow"), ("esc", "leave it")]
    }

    fn opened(&mut self, ctx: &mut Context<'_>) -> Reaction {
        let Some((call, _)) = &self.fill else { return Reaction::new() };
        let (ticket, wish) = ctx.ask(call.clone());
        self.waiting = Some(ticket);
        vec![wish]
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn {
        let count = self.fitting().len();
        match key.code {
            KeyCode::Esc => return Turn::Close(Reaction::new()),
            KeyCode::Down => self.at = (self.at + 1).min(count.saturating_sub(1)),
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::PageDown => self.at = (self.at + usize::from(LINES)).min(count.saturating_sub(1)),
            KeyCode::PageUp => self.at = self.at.saturating_sub(usize::from(LINES)),
            KeyCode::Tab => {
                if let Some(name) = self.fitting().get(self.at).map(|choice| choice.name.clone()) {
                    (self.input, self.at) = (Input::of(&name), 0);
                }
            }
            KeyCode::Enter => {
                if let Some(choice) = self.fitting().get(self.at).filter(|choice| choice.refused.is_none()) {
                    return Turn::Close((choice.chosen)(ctx));
                }
            }
            _ => {
                if self.input.key(key) {
                    self.at = 0;
                }
            }
        }
        Turn::Stay(Reaction::new())
    }

    fn paste(&mut self, text: &str) {
        self.input.paste(text);
        self.at = 0;
    }

    fn answered(&mut self, ticket: Ticket, _call: &Call, outcome: Outcome, ctx: &mut Context<'_>) -> Turn {
        if let (true, Some((_, fill))) = (self.waiting == Some(ticket), &self.fill) {
            self.waiting = None;
            match fill(outcome, ctx) {
                Ok(choices) => self.choices = choices,
                Err(trouble) => self.trouble = trouble,
            }
        }
        Turn::Stay(Reaction::new())
    }

    fn size(&self, most: (u16, u16), _view: &View<'_>) -> (u16, u16) {
        (most.0.min(72), (columns(self.choices.len().max(2)).min(LINES) + 2).min(most.1))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let look = view.look;
        let line = row(area, 0);
        spans(frame, line, look, &[("> ".to_owned(), Tone::Accent)]);
        self.input.draw(frame, Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line }, look, Tone::Plain);
        rule(frame, row(area, 1), look);
        let list = Rect { y: area.y + 2.min(area.height), height: area.height.saturating_sub(2), ..area };
        let fitting = self.fitting();
        if fitting.is_empty() {
            let words = match (self.waiting.is_some(), self.trouble.join(" ")) {
                (true, _) => "Asking the appliance …".to_owned(),
                (false, trouble) if trouble.is_empty() => self.empty.to_owned(),
                (false, trouble) => trouble,
            };
            return spans(frame, row(list, 0), look, &[(look.text(&words), Tone::Faint)]);
        }
        let names = fitting.iter().map(|choice| width(&look.text(&choice.name))).max().unwrap_or_default().min(usize::from(area.width) / 2);
        let skip = (self.at + 1).saturating_sub(usize::from(list.height));
        for (n, choice) in fitting.iter().enumerate().skip(skip) {
            let at = row(list, columns(n - skip));
            let name = cut(&look.text(&choice.name), names, look);
            let pad = " ".repeat(names.saturating_sub(width(&name)) + 2);
            let (tone, about) = match choice.refused {
                Some(refused) => (Tone::Faint, format!("({refused}) {}", choice.about)),
                None => (Tone::Plain, choice.about.clone()),
            };
            spans(
                frame,
                Rect { x: at.x + 2, width: at.width.saturating_sub(2), ..at },
                look,
                &[(name, tone), (pad, tone), (look.text(&about), Tone::Faint)],
            );
            if n == self.at {
                frame.buffer_mut().set_style(at, look.chosen());
                spans(frame, Rect { width: at.width.min(1), ..at }, look, &[(look.sign("▌").to_owned(), Tone::Accent)]);
            }
        }
    }
}
