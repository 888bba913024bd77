//! What stands in the list of the audit log: one row for each event, its sentence in as much room as there is.
//!
//! Nothing here judges: how loud an event is stands in vault's table.

use api::admin::audit::Entry;
use jiff::tz::TimeZone;

use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::screens::loudness;
use crate::console::when::moment;
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Row;
use crate::show::record::brief;

/// One event as the list has it.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) entry: Entry,
    /// Its sentence.
    text: String,
    /// Whether it has what is looked for.
    pub(super) hit: bool,
}

impl Told {
    /// An event, and whether it has this text anywhere in it.
    pub(super) fn new(entry: Entry, zone: &TimeZone, text: Option<&str>) -> Self {
        let told = brief(&entry.record, zone);
        let record = &entry.record;
        let hit = text.is_some_and(|text| {
            let has = |part: &str| part.to_lowercase().contains(text);
            has(&told) || has(&record.event) || record.fields().any(|(_, value)| has(value))
        });
        Self { text: told, hit, entry }
    }
}

impl Row for Told {
    type Key = (u32, u64);

    fn key(&self) -> Self::Key {
        (self.entry.record.lane.0, self.entry.record.seq)
    }
}

/// The columns.
pub(super) const COLUMNS: [Column<Told>; 3] = [
    Column {
        title: "TIME",
        least: 8,
        most: 12,
        rank: 0,
        cell: |row, view| (moment(row.entry.record.at, view.now, view.zone), Tone::Faint),
    },
    Column { title: "EVENT", least: 17, most: 30, rank: 0, cell: event },
    Column { title: "WHAT", least: 20, most: 400, rank: 0, cell: what },
];

fn event(row: &Told, view: &View<'_>) -> (String, Tone) {
    let (sign, tone) = loudness(&row.entry.record);
    (format!("{} {}", view.look.sign(sign), row.entry.record.event), tone)
}

fn what(row: &Told, view: &View<'_>) -> (String, Tone) {
    if row.hit { (format!("{} {}", view.look.sign("→"), row.text), Tone::Accent) } else { (row.text.clone(), Tone::Plain) }
}
