//! One event in full: its sentence, every field, what it means and what to do about it.
//!
//! Nothing here is asked for: what the list has is all that there is.

use api::admin::audit::Entry;
use vault::event::{Kind, Priority};

use super::columns::Told;
use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::screens::loudness;
use crate::console::when::relative;
use crate::console::widgets::lines::{Line, wrapped};
use crate::console::widgets::listed;
use crate::show::record::dated;
use crate::show::time::second;

/// One event in full.
pub(super) struct Details(Told);

impl Details {
    /// The command that finds everything about the same request in the journal.
    pub(super) fn journal(entry: &Entry) -> Option<String> {
        let request = entry.record.request.as_str();
        let id = !request.is_empty() && request.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        id.then(|| format!("journalctl POSTERN_REQUEST={request}"))
    }
}

impl listed::Details for Details {
    type Row = Told;

    fn new(row: Told) -> Self {
        Self(row)
    }

    fn row(&self) -> &Told {
        &self.0
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let (record, look) = (&self.0.entry.record, view.look);
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
        let hash: String = self.0.entry.hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut field = |name: &str, value: &str, tone: Tone| {
            for (n, line) in wrapped(&look.text(value), wide.saturating_sub(14).max(10)).into_iter().enumerate() {
                let name = if n == 0 { look.text(name) } else { String::new() };
                lines.push(vec![(format!("{name:12}  "), Tone::Faint), (line, tone)]);
            }
        };
        for (name, value) in record.fields() {
            field(name, value, if name == "refusal" { Tone::Warn } else { Tone::Plain });
        }
        if let Some(command) = Self::journal(&self.0.entry) {
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
