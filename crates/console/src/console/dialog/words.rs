//! A text to read: help, one event in full, why something did not work. It scrolls.
//!
//! Nothing here acts.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::{Dialog, Turn, room};
use crate::console::look::Tone;
use crate::console::screen::{Context, Reaction, View, Wish};
use crate::console::widgets::lines::{Line, columns, width, wrapped};
use crate::console::widgets::scroll::{Scroll, over};

/// One paragraph: what stands before it, its text, and what it means. The text is wrapped behind what stands before it.
pub(crate) type Paragraph = (String, String, Tone);

/// A text to read.
pub(crate) struct Words {
    title: String,
    paragraphs: Vec<Paragraph>,
    /// What `y` copies: an id or a command.
    copies: Option<String>,
    scroll: Scroll,
}

impl Words {
    /// A text under this title.
    pub(crate) fn new(title: impl Into<String>, paragraphs: Vec<Paragraph>) -> Self {
        Self { title: title.into(), paragraphs, copies: None, scroll: Scroll::default() }
    }

    /// `y` copies this: an id or a command, and nothing else ever.
    pub(crate) fn copies(mut self, text: impl Into<String>) -> Self {
        self.copies = Some(text.into());
        self
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let head = self.paragraphs.iter().map(|(head, ..)| width(head)).max().unwrap_or_default().min(wide / 2);
        let aside = if head == 0 { 0 } else { head + 2 };
        let paragraph = |(before, text, tone): &Paragraph| -> Vec<Line> {
            // A paragraph with nothing before it takes the whole width.
            let aside = if before.is_empty() { 0 } else { aside };
            let lines = wrapped(&view.look.text(text), wide.saturating_sub(aside));
            let first = std::iter::once(before.as_str()).chain(std::iter::repeat(""));
            let pad = |before: &str| format!("{before}{}", " ".repeat(aside.saturating_sub(width(before))));
            lines.into_iter().zip(first).map(|(line, before)| vec![(pad(&view.look.text(before)), Tone::Accent), (line, *tone)]).collect()
        };
        self.paragraphs.iter().flat_map(paragraph).collect()
    }
}

impl Dialog for Words {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        let copy = self.copies.is_some().then_some(("y", "copy"));
        [("esc", "close"), ("↑↓", "scroll")].into_iter().chain(copy).collect()
    }

    fn key(&mut self, key: KeyEvent, ctx: &mut Context<'_>) -> Turn {
        match key.code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | '?') => return Turn::Close(Reaction::new()),
            KeyCode::Char('y') => return Turn::Stay(self.copies.clone().map(Wish::Copy).into_iter().collect()),
            _ => {
                let view = ctx.view();
                let (wide, high) = self.size(room(ctx.body), &view);
                self.scroll.key(key, over(self.lines(usize::from(wide), &view).len(), high));
            }
        }
        Turn::Stay(Reaction::new())
    }

    fn size(&self, most: (u16, u16), view: &View<'_>) -> (u16, u16) {
        let wide = most.0.min(72);
        (wide, columns(self.lines(usize::from(wide), view).len()).min(most.1))
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.scroll.draw(frame, area, view.look, &self.lines(usize::from(area.width), view));
    }
}
