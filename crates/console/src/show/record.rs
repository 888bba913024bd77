//! Audit records as people read them.
//!
//! Nothing here changes what is kept or hashed: it is the shown copy alone.

use api::Timestamp;
use jiff::tz::TimeZone;
use vault::event::Record;

use super::time::minute;

/// The fields of events that hold a time.
const TIMES: [&str; 4] = ["expires", "from", "to", "made"];

/// The fields of events that hold an id.
const IDS: [&str; 2] = ["message", "freeze"];

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
    let ids = [&record.share, &record.link, &record.item, &record.user]
        .into_iter()
        .chain(IDS.iter().filter_map(|name| record.details.get(*name)));
    let short = |text: String, id: &String| match id.get(28..) {
        Some(end) if id.len() == 36 => text.replace(id.as_str(), end),
        _ => text,
    };
    ids.fold(dated(record, zone).message(), short)
}

#[cfg(test)]
mod tests {
    use vault::event::{Actor, Event, Kind, Lane};

    use super::*;

    #[test]
    fn a_row_spends_its_room_on_what_happened_and_not_on_ids() {
        let event = Event::new(Kind::MailSent, Timestamp::from_millis(0), Actor::Appliance);
        let record = event.with("message", "01a1fd94-5a47-7a6b-b629-1aa7e320b253").with("about", "token").record(Lane(1), 1);
        assert_eq!(brief(&record, &TimeZone::UTC), "Message e320b253 (token) was handed to the mail server");
    }
}
