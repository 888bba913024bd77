//! One event in full: its sentence, every field, what it means and what to do about it.
//!
//! Nothing here is asked for: what the list has is all that there is.

use api::admin::audit::Entry;
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use vault::event::{Kind, Priority};

use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::screens::loudness;
use crate::console::when::relative;
use crate::console::widgets::lines::{columns, row, spans, wrapped};
use crate::show::record::dated;
use crate::show::time::second;

/// One line of parts with their tones.
type Line = Vec<(String, Tone)>;

/// One event in full.
pub(super) struct Details {
    entry: Entry,
    top: u16,
}

impl Details {
    pub(super) fn new(entry: Entry) -> Self {
        Self { entry, top: 0 }
    }

    pub(super) fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The command that finds everything about the same request in the journal.
    pub(super) fn journal(entry: &Entry) -> Option<String> {
        let request = entry.record.request.as_str();
        let id = !request.is_empty() && request.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        id.then(|| format!("journalctl POSTERN_REQUEST={request}"))
    }

    /// Takes a key that scrolls.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        match key.code {
            KeyCode::Down | KeyCode::Char('j') => self.top = self.top.saturating_add(1),
            KeyCode::Up | KeyCode::Char('k') => self.top = self.top.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.top = self.top.saturating_add(10),
            KeyCode::PageUp => self.top = self.top.saturating_sub(10),
            KeyCode::Home => self.top = 0,
            KeyCode::Enter => {}
            _ => return false,
        }
        // An event is never longer than this on the narrowest screen.
        self.top = self.top.min(60);
        true
    }

    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        let lines = self.lines(usize::from(inner.width), view);
        let top = self.top.min(columns(lines.len()).saturating_sub(inner.height));
        for (n, line) in lines.iter().skip(usize::from(top)).enumerate() {
            spans(frame, row(inner, columns(n)), view.look, line);
        }
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let (record, look) = (&self.entry.record, view.look);
        let kind = Kind::named(&record.event).map(Kind::entry);
        let (sign, tone) = loudness(record);
        let level = kind.map_or("unknown to this release", |kind| word(kind.priority));
        let mut lines = vec![
            vec![(format!("{} ", look.sign(sign)), tone), (look.text(&record.event), Tone::Accent), (format!("  {level}"), Tone::Faint)],
            vec![(format!("{}  ({})", second(record.at, view.zone), relative(record.at, view.now)), Tone::Faint)],
            Vec::new(),
        ];
        let mut paragraph =
            |text: &str, tone: Tone| lines.extend(wrapped(&look.text(text), wide).into_iter().map(|line| vec![(line, tone)]));
        paragraph(&dated(record, view.zone).message(), Tone::Plain);
        paragraph("", Tone::Plain);
        if let Some(kind) = kind {
            paragraph(kind.explanation, Tone::Faint);
            paragraph("", Tone::Plain);
        }
        let place = format!("lane {}, number {}", record.lane.0, record.seq);
        let hash: String = self.entry.hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut field = |name: &str, value: &str, tone: Tone| {
            for (n, line) in wrapped(&look.text(value), wide.saturating_sub(14).max(10)).into_iter().enumerate() {
                let name = if n == 0 { look.text(name) } else { String::new() };
                lines.push(vec![(format!("{name:12}  "), Tone::Faint), (line, tone)]);
            }
        };
        for (name, value) in record.fields() {
            field(name, value, if name == "refusal" { Tone::Warn } else { Tone::Plain });
        }
        if let Some(command) = Self::journal(&self.entry) {
            field("journal", &command, Tone::Faint);
        }
        field("place", &place, Tone::Faint);
        field("hash", &hash, Tone::Faint);
        lines
    }
}

fn word(priority: Priority) -> &'static str {
    match priority {
        Priority::Alert => "alert: somebody must act now",
        Priority::Critical => "critical",
        Priority::Error => "error",
        Priority::Warning => "warning",
        Priority::Notice => "notice",
        Priority::Info => "everyday life",
    }
}
