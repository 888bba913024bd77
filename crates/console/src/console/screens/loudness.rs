//! How loud an audit event is, as a sign and a tone: the same wherever events are listed.
//!
//! Nothing here judges: the priorities are vault's.

use vault::event::{Kind, Priority, Record};

use crate::console::look::Tone;

/// The sign and the meaning of an event of this kind.
pub(super) fn loudness(record: &Record) -> (&'static str, Tone) {
    match Kind::named(&record.event).map(|kind| kind.entry().priority) {
        Some(Priority::Alert | Priority::Critical | Priority::Error) => ("!", Tone::Bad),
        Some(Priority::Warning) => ("!", Tone::Warn),
        Some(Priority::Notice) => ("●", Tone::Accent),
        _ => ("○", Tone::Faint),
    }
}
