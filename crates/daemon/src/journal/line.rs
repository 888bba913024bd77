//! One line on its way to the journal, with its fields.
//!
//! Nothing here decides what is told: audit events come as the store kept them.

use log::Level;
use log::kv::{Error, Key, Value, VisitSource};
use vault::Digest;
use vault::event::{Kind, Priority, Record};

/// What was logged or told.
pub struct Line {
    /// How loud, as `log` knows it.
    pub level: Level,
    /// Louder than `log` knows: journald's `PRIORITY=` for alerts and critical events.
    pub loud: Option<u8>,
    /// From where in the program.
    pub target: String,
    /// The sentence.
    pub message: String,
    /// Fields, named as journald names them.
    pub fields: Vec<(String, String)>,
}

impl Line {
    /// A line that the program logged.
    pub fn log(record: &log::Record<'_>) -> Self {
        let mut fields = Fields(Vec::new());
        let _ = record.key_values().visit(&mut fields);
        Self {
            level: record.level(),
            loud: None,
            target: record.target().to_owned(),
            message: record.args().to_string(),
            fields: fields.0,
        }
    }

    /// A warning of the journal's own.
    pub fn warning(message: String) -> Self {
        Self { level: Level::Warn, loud: None, target: module_path!().to_owned(), message, fields: Vec::new() }
    }

    /// An audit event: `MESSAGE_ID`, and its fields as `POSTERN_...`.
    pub fn event(record: &Record, hash: Digest) -> Self {
        let entry = Kind::named(&record.event).map(Kind::entry);
        let (level, loud) = match entry.map_or(Priority::Notice, |entry| entry.priority) {
            loud @ (Priority::Alert | Priority::Critical) => (Level::Error, Some(loud as u8)),
            Priority::Error => (Level::Error, None),
            Priority::Warning => (Level::Warn, None),
            // The journal's notice is `log`'s info, its info `log`'s debug.
            Priority::Notice => (Level::Info, None),
            Priority::Info => (Level::Debug, None),
        };
        let hash: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut fields: Vec<(String, String)> = entry.map(|entry| ("MESSAGE_ID".to_owned(), entry.message_id.to_owned())).into_iter().collect();
        fields.extend([
            ("POSTERN_EVENT".to_owned(), record.event.clone()),
            ("POSTERN_LANE".to_owned(), record.lane.0.to_string()),
            ("POSTERN_SEQ".to_owned(), record.seq.to_string()),
            ("POSTERN_AT".to_owned(), record.at.as_millis().to_string()),
            ("POSTERN_HASH".to_owned(), hash),
        ]);
        fields.extend(record.fields().map(|(name, value)| (format!("POSTERN_{}", name.to_ascii_uppercase()), value.to_owned())));
        Self { level, loud, target: "postern::audit".to_owned(), message: record.message(), fields }
    }
}

struct Fields(Vec<(String, String)>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        self.0.push((key.as_str().to_ascii_uppercase(), value.to_string()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use vault::event::{Actor, Event, Lane, Subject};
    use vault::{LinkId, Refusal, Timestamp};

    use super::*;

    #[test]
    fn an_event_bears_its_message_id_its_place_and_its_fields() {
        let link = LinkId::from_bytes([7; 16]);
        let mut event = Event::new(Kind::LinkRefused, Timestamp::from_millis(5), Actor::Recipient(link))
            .on(Subject { link: Some(link), ..Subject::default() })
            .refused(Refusal::UsedUp)
            .with("action", "reveal");
        event.address = Some("10.20.0.5".parse().unwrap());
        let line = Line::event(&event.record(Lane(2), 9), Digest::from_bytes([0xab; 32]));
        let field = |name: &str| line.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(field("MESSAGE_ID"), Some(Kind::LinkRefused.entry().message_id));
        assert_eq!(field("POSTERN_EVENT"), Some("link.refused"));
        assert_eq!((field("POSTERN_LANE"), field("POSTERN_SEQ"), field("POSTERN_AT")), (Some("2"), Some("9"), Some("5")));
        assert_eq!((field("POSTERN_ADDRESS"), field("POSTERN_REFUSAL")), (Some("10.20.0.5"), Some("used-up")));
        assert_eq!(field("POSTERN_ACTION"), Some("reveal"));
        assert_eq!(field("POSTERN_HASH").map(str::len), Some(64));
        assert_eq!(line.level, Level::Warn);
    }

    #[test]
    fn an_alert_is_louder_than_any_log_line() {
        let record = Event::new(Kind::LinkLocked, Timestamp::from_millis(5), Actor::Stranger).record(Lane(1), 1);
        assert_eq!(Line::event(&record, Digest::of(&[])).loud, Some(1));
    }
}
