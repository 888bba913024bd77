//! Fields below each other, one of which is typed in: what dialogs share that ask and look but don't act.
//!
//! Nothing here decides whether a value is right.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::field::{Field, Given, paint};
use crate::console::look::Look;
use crate::console::widgets::lines::{columns, row, width};

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Took {
    /// A field holds something else now.
    Changed,
    /// Nothing changed but perhaps the field where one is.
    Same,
}

/// Fields below each other.
pub(crate) struct Form {
    fields: Vec<Field>,
    at: usize,
}

impl Form {
    /// These fields; the first one is typed in.
    pub(crate) fn new(fields: Vec<Field>) -> Self {
        Self { fields, at: 0 }
    }

    /// The text of the n-th field, without spaces around it.
    pub(crate) fn text(&self, n: usize) -> String {
        Given(&self.fields).text(n)
    }

    /// Puts another text into the n-th field.
    pub(crate) fn put(&mut self, n: usize, text: &str) {
        if let Some(field) = self.fields.get_mut(n) {
            field.hold(text);
        }
    }

    /// Whether the last field is typed in.
    pub(crate) fn last(&self) -> bool {
        self.at + 1 >= self.fields.len()
    }

    /// Takes a key: walks, or types.
    pub(crate) fn key(&mut self, key: KeyEvent) -> Took {
        let count = self.fields.len().max(1);
        match key.code {
            KeyCode::Tab | KeyCode::Down | KeyCode::Enter => self.at = (self.at + 1) % count,
            KeyCode::BackTab | KeyCode::Up => self.at = (self.at + count - 1) % count,
            _ if self.fields.get_mut(self.at).is_some_and(|field| field.key(key)) => return Took::Changed,
            _ => {}
        }
        Took::Same
    }

    /// A paste.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.at) {
            field.paste(text);
        }
    }

    /// How many lines it takes.
    pub(crate) fn height(&self) -> u16 {
        columns(self.fields.len())
    }

    /// Draws the fields; `live`: they can be typed in now.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, live: bool) {
        let labels = self.fields.iter().map(|field| width(field.label)).max().unwrap_or_default();
        for (n, field) in self.fields.iter().enumerate() {
            paint(frame, row(area, columns(n)), look, field, labels, live && n == self.at);
        }
    }
}
