//! The life of a thing as a line in time: when, a sign, a sentence; the days as headings.
//!
//! Nothing here fetches or sorts: what comes in is in order.

use api::Timestamp;
use jiff::tz::TimeZone;

use super::lines::{Line, wrapped};
use crate::console::look::{Look, Tone};

/// One thing that happened.
pub(crate) struct Moment {
    /// When.
    pub(crate) at: Timestamp,
    /// Its sign, one column wide.
    pub(crate) sign: &'static str,
    /// What it means.
    pub(crate) tone: Tone,
    /// The sentence.
    pub(crate) text: String,
}

/// The lines of a timeline, each of parts with their tones, at most so many columns wide.
pub(crate) fn lines(moments: &[Moment], zone: &TimeZone, columns: usize, look: &Look) -> Vec<Line> {
    let mut out = Vec::new();
    let mut day = String::new();
    for (n, moment) in moments.iter().enumerate() {
        let (date, time) = shown(moment.at, zone);
        if date != day {
            out.push(vec![(date.clone(), Tone::Faint)]);
            day = date;
        }
        let last = n + 1 == moments.len();
        let joint = if last { " " } else { look.sign("│") };
        for (row, text) in wrapped(&look.text(&moment.text), columns.saturating_sub(13)).into_iter().enumerate() {
            let text_tone = if moment.tone == Tone::Bad || moment.tone == Tone::Warn { moment.tone } else { Tone::Plain };
            let head = if row == 0 {
                [(format!("{time:8}  "), Tone::Faint), (look.sign(moment.sign).to_owned(), moment.tone)]
            } else {
                [(" ".repeat(10), Tone::Faint), (joint.to_owned(), Tone::Faint)]
            };
            out.push(head.into_iter().chain([("  ".to_owned(), Tone::Plain), (text, text_tone)]).collect());
        }
    }
    out
}

fn shown(at: Timestamp, zone: &TimeZone) -> (String, String) {
    jiff::Timestamp::from_millisecond(at.as_millis()).map_or_else(
        |_| (format!("{} ms", at.as_millis()), String::new()),
        |time| {
            let time = time.to_zoned(zone.clone());
            (time.strftime("%A, %-d %B %Y (%:z)").to_string(), time.strftime("%H:%M:%S").to_string())
        },
    )
}
