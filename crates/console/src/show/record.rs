//! Audit records as people read them.
//!
//! Nothing here changes what is kept or hashed: it is the shown copy alone.

use api::Timestamp;
use jiff::tz::TimeZone;
use vault::event::Record;

use super::time::minute;

/// The fields of events that hold a time.
const TIMES: [&str; 3] = ["expires", "from", "to"];

/// The record with its times as people read them; in the log they are in UTC, to the millisecond.
pub(crate) fn dated(record: &Record, zone: &TimeZone) -> Record {
    let mut record = record.clone();
    for (name, value) in &mut record.details {
        if let (true, Ok(at)) = (TIMES.contains(&name.as_str()), value.parse::<jiff::Timestamp>()) {
            *value = minute(Timestamp::from_millis(at.as_millisecond()), zone);
        }
    }
    record
}

/// The record's sentence with its times as people read them, and long ids told by their ends, as lists do.
pub(crate) fn brief(record: &Record, zone: &TimeZone) -> String {
    let ids = [&record.share, &record.link, &record.item, &record.user];
    let short = |text: String, id: &&String| match id.get(28..) {
        Some(end) if id.len() == 36 => text.replace(id.as_str(), end),
        _ => text,
    };
    ids.iter().fold(dated(record, zone).message(), short)
}
