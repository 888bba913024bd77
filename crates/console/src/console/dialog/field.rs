//! What a dialog asks for: a text, a choice, a yes or no.
//!
//! Nothing here decides whether a value is right: who makes the call does, and says why not.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use crate::console::look::{Look, Tone};
use crate::console::widgets::input::Input;
use crate::console::widgets::lines::{columns, cut, spans};

/// Something that is asked for.
pub(crate) struct Field {
    /// What it is called, in a word or two.
    pub(crate) label: &'static str,
    /// What to write there; shown while it is empty or chosen.
    pub(crate) hint: &'static str,
    /// What it holds.
    pub(crate) holds: Holds,
}

/// What a field holds.
pub(crate) enum Holds {
    /// A line of text.
    Text(Input),
    /// One of these.
    Choice(Vec<String>, usize),
    /// Yes or no.
    Switch(bool),
}

impl Field {
    /// A line of text.
    pub(crate) fn text(label: &'static str, hint: &'static str) -> Self {
        Self { label, hint, holds: Holds::Text(Input::default()) }
    }

    /// One of these; the first is chosen.
    pub(crate) fn choice(label: &'static str, hint: &'static str, of: Vec<String>) -> Self {
        Self { label, hint, holds: Holds::Choice(of, 0) }
    }

    /// No, until somebody says yes.
    pub(crate) fn switch(label: &'static str, hint: &'static str) -> Self {
        Self { label, hint, holds: Holds::Switch(false) }
    }

    /// The same, holding this text already.
    pub(crate) fn holding(mut self, text: &str) -> Self {
        self.hold(text);
        self
    }

    /// Another text takes the place of what a line of text holds.
    pub(crate) fn hold(&mut self, text: &str) {
        if let Holds::Text(input) = &mut self.holds {
            *input = Input::of(text);
        }
    }

    /// A paste, where it holds a line of text.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Holds::Text(input) = &mut self.holds {
            input.paste(text);
        }
    }

    /// Takes a key. False: it isn't one for this field.
    pub(crate) fn key(&mut self, key: KeyEvent) -> bool {
        match (&mut self.holds, key.code) {
            (Holds::Text(input), _) => input.key(key),
            (Holds::Choice(of, at), KeyCode::Right | KeyCode::Char(' ')) => {
                *at = (*at + 1) % of.len().max(1);
                true
            }
            (Holds::Choice(of, at), KeyCode::Left) => {
                *at = (*at + of.len().saturating_sub(1)) % of.len().max(1);
                true
            }
            (Holds::Switch(on), KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right) => {
                *on = !*on;
                true
            }
            _ => false,
        }
    }
}

/// What was given, field by field, in their order.
pub(crate) struct Given<'a>(pub(crate) &'a [Field]);

impl Given<'_> {
    /// The text of the n-th field, without spaces around it; empty if it holds none.
    pub(crate) fn text(&self, n: usize) -> String {
        match self.0.get(n).map(|field| &field.holds) {
            Some(Holds::Text(input)) => input.text().trim().to_owned(),
            _ => String::new(),
        }
    }

    /// Which of its choices the n-th field has; 0 if it holds none.
    pub(crate) fn choice(&self, n: usize) -> usize {
        match self.0.get(n).map(|field| &field.holds) {
            Some(Holds::Choice(_, at)) => *at,
            _ => 0,
        }
    }

    /// Whether the n-th field says yes.
    pub(crate) fn on(&self, n: usize) -> bool {
        matches!(self.0.get(n).map(|field| &field.holds), Some(Holds::Switch(true)))
    }

    /// The text of the n-th field, read as what it should be.
    ///
    /// # Errors
    /// Words that begin with the field's name and say what is wrong with it.
    pub(crate) fn read<T: std::str::FromStr<Err: std::fmt::Display>>(&self, n: usize) -> Result<T, String> {
        let label = self.0.get(n).map(|field| field.label).unwrap_or_default();
        self.text(n).parse().map_err(|error: T::Err| format!("{label}: {error}"))
    }
}

/// Draws a field into one row, its label so many columns wide; `here`: it is typed in.
pub(super) fn paint(frame: &mut Frame<'_>, line: Rect, look: &Look, field: &Field, labels: usize, here: bool) {
    let tone = if here { Tone::Accent } else { Tone::Faint };
    let cursor = if here { look.sign("▌") } else { " " };
    spans(frame, line, look, &[(cursor.to_owned(), Tone::Accent), (format!("{:labels$}  ", field.label), tone)]);
    let aside = columns(labels + 3).min(line.width);
    let rest = Rect { x: line.x + aside, width: line.width - aside, ..line };
    match &field.holds {
        Holds::Text(input) => {
            if input.is_empty() {
                let hint = cut(&look.text(field.hint), usize::from(rest.width), look);
                spans(frame, rest, look, &[(hint, Tone::Faint)]);
            }
            if here {
                input.draw(frame, rest, look, Tone::Plain);
            } else if !input.is_empty() {
                spans(frame, rest, look, &[(look.text(&input.text()), Tone::Plain)]);
            }
        }
        Holds::Choice(of, at) => {
            let chosen = of.get(*at).map(String::as_str).unwrap_or_default();
            let hint = if here { "   ← → to change" } else { "" };
            let hint = if look.ascii { hint.replace("← →", "left/right") } else { hint.to_owned() };
            spans(frame, rest, look, &[(look.text(chosen), Tone::Plain), (hint, Tone::Faint)]);
        }
        Holds::Switch(on) => {
            let box_ = if *on { "[x] yes" } else { "[ ] no" };
            spans(frame, rest, look, &[(box_.to_owned(), Tone::Plain), (format!("   {}", look.text(field.hint)), Tone::Faint)]);
        }
    }
}
