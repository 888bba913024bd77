//! The line above a list that says what it is narrowed to, and in which it is typed.
//!
//! A filter counts once Enter is pressed; until then the list stays as it is, and Esc brings the old filter back.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::input::Input;
use super::lines::{columns, row, spans, width};
use crate::console::filter::{Language, Term};
use crate::console::look::Tone;
use crate::console::screen::View;

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Nothing that counts yet.
    Going,
    /// The filter counts now.
    Changed,
}

/// What a list is narrowed to.
pub(crate) struct FilterLine {
    language: Language,
    /// What counts.
    text: String,
    /// What is being typed, and the completions that Tab walks through.
    typing: Option<(Input, Vec<String>, usize)>,
}

impl FilterLine {
    /// A line that narrows nothing.
    pub(crate) fn new(language: Language) -> Self {
        Self { language, text: String::new(), typing: None }
    }

    /// Whether it is being typed.
    pub(crate) fn typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Begins to type, behind what counts already.
    pub(crate) fn begin(&mut self) {
        let gap = if self.text.is_empty() || self.text.ends_with(' ') { "" } else { " " };
        self.typing = Some((Input::of(&format!("{}{gap}", self.text)), Vec::new(), 0));
    }

    /// What counts.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Another filter counts.
    pub(crate) fn set(&mut self, text: &str) {
        (self.text, self.typing) = (text.trim().to_owned(), None);
    }

    /// What counts, word by word.
    pub(crate) fn terms(&self) -> Vec<Term> {
        self.language.read(&self.text)
    }

    /// A paste.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Some((input, ..)) = &mut self.typing {
            input.paste(text);
        }
    }

    /// Takes a key while it is being typed. `known` tells values of a key that the screen has seen.
    pub(crate) fn key(&mut self, key: KeyEvent, known: &dyn Fn(&str) -> Vec<String>) -> Typed {
        let Some((input, completions, at)) = &mut self.typing else { return Typed::Going };
        match key.code {
            KeyCode::Enter => {
                self.text = input.text().trim().to_owned();
                self.typing = None;
                return Typed::Changed;
            }
            KeyCode::Esc => self.typing = None,
            KeyCode::Tab | KeyCode::BackTab => {
                if completions.is_empty() {
                    *completions = self.language.completions(input.before(), known);
                    *at = 0;
                } else {
                    let step = if key.code == KeyCode::Tab { 1 } else { completions.len() - 1 };
                    *at = (*at + step) % completions.len();
                }
                if let Some(completion) = completions.get(*at) {
                    let word = Language::completed(input.before().trim_end_matches(' '), completion);
                    input.complete(word);
                }
                // One that is alone is taken: Tab then completes what comes behind it.
                if completions.len() == 1 {
                    completions.clear();
                }
            }
            _ => {
                if input.key(key) {
                    completions.clear();
                }
            }
        }
        Typed::Going
    }

    /// How many lines it takes: one, or two while it is typed or something in it makes no sense.
    pub(crate) fn height(&self) -> u16 {
        if self.typing.is_some() || self.terms().iter().any(|term| term.wrong.is_some()) { 2 } else { 1 }
    }

    /// Draws it. `aside` stands at the right: the order, the place in the list.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>, aside: &str) {
        let look = view.look;
        let line = row(area, 0);
        let shown = look.text(aside);
        let right = columns(width(&shown) + 1).min(line.width);
        spans(frame, Rect { x: line.right() - right, width: right, ..line }, look, &[(shown, Tone::Faint)]);
        let left = Rect { width: line.width - right, ..line };
        let head = Rect { x: left.x + 3.min(left.width), width: left.width.saturating_sub(3), ..left };
        let below = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..row(area, 1) };
        if let Some((input, completions, at)) = &self.typing {
            spans(frame, left, look, &[(" / ".to_owned(), Tone::Accent)]);
            input.draw(frame, head, look, Tone::Plain);
            return spans(frame, below, look, &self.hints(input, completions, *at, view));
        }
        if self.text.is_empty() {
            return spans(frame, left, look, &[(" / ".to_owned(), Tone::Faint), ("everything".to_owned(), Tone::Faint)]);
        }
        let terms = self.terms();
        let mut parts = vec![(" / ".to_owned(), Tone::Accent)];
        for term in &terms {
            let tone = if term.wrong.is_some() { Tone::Bad } else { Tone::Accent };
            let mark = if term.wrong.is_some() { "!" } else { "" };
            // What isn't understood stands there as it was typed.
            let typed = self.text.get(term.span.0..term.span.1).unwrap_or(&term.value);
            let word = match term.key {
                Some(key) => format!("{mark}{key}:{} ", term.value),
                None => format!("{mark}{typed} "),
            };
            parts.push((look.text(&word), tone));
        }
        spans(frame, left, look, &parts);
        if let Some(wrong) = terms.iter().find_map(|term| term.wrong.as_deref()) {
            spans(frame, below, look, &[(look.text(&format!("! {wrong}; that word narrows nothing")), Tone::Warn)]);
        }
    }

    /// What stands below while it is typed: what is wrong, the completions, or the keys that there are.
    fn hints(&self, input: &Input, completions: &[String], at: usize, view: &View<'_>) -> Vec<(String, Tone)> {
        let look = view.look;
        if !completions.is_empty() {
            let shown = completions.iter().enumerate().skip(at.saturating_sub(3));
            return shown
                .map(|(n, text)| (format!("{}  ", look.text(text.trim_end())), if n == at { Tone::Accent } else { Tone::Faint }))
                .collect();
        }
        // The word that is being typed isn't wrong yet.
        let terms = self.language.read(&input.text());
        let end = input.before().len();
        if let Some(wrong) = terms.iter().filter(|term| term.span.1 != end).find_map(|term| term.wrong.as_deref()) {
            return vec![(look.text(&format!("! {wrong}")), Tone::Warn)];
        }
        let now = terms.iter().find(|term| term.span.1 == end).and_then(|term| term.key);
        let key = now.and_then(|name| self.language.keys.iter().find(|key| key.name == name));
        match key {
            Some(key) if !key.values.is_empty() => vec![(format!("{}: {}   tab completes", key.about, key.values.join(" ")), Tone::Faint)],
            Some(key) => vec![(format!("{}   tab completes, enter narrows", key.about), Tone::Faint)],
            None => {
                let keys: Vec<String> = self.language.keys.iter().map(|key| format!("{}:", key.name)).collect();
                vec![(format!("{}   tab completes, enter narrows", keys.join(" ")), Tone::Faint)]
            }
        }
    }
}
