//! One line on its way to the journal, with its fields.
//!
//! Nothing here decides what is told: audit events come as the store kept them.

use log::Level;
use log::kv::{Error, Key, Value, VisitSource};
use vault::Digest;
use vault::event::{Kind, Priority, Record};
use vault::text::deceives;

/// What was logged or told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How loud, as `log` knows it.
    pub level: Level,
    /// The same in a word, for people.
    pub word: &'static str,
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
    /// A line that the program logged. Its key `request` becomes `POSTERN_REQUEST`, and so on.
    pub fn log(record: &log::Record<'_>) -> Self {
        let mut fields = Fields(Vec::new());
        // Only a value that can't be written ends the visit, and then the line is told without it.
        let _ = record.key_values().visit(&mut fields);
        Self {
            level: record.level(),
            word: record.level().as_str(),
            loud: None,
            target: record.target().to_owned(),
            message: record.args().to_string(),
            fields: fields.0,
        }
    }

    /// A warning of the journal's own.
    pub fn warning(message: String) -> Self {
        Self { level: Level::Warn, word: Level::Warn.as_str(), loud: None, target: module_path!().to_owned(), message, fields: Vec::new() }
    }

    /// An audit event: `MESSAGE_ID`, and its fields as `POSTERN_...`.
    pub fn event(record: &Record, hash: Digest) -> Self {
        let entry = Kind::named(&record.event).map(Kind::entry);
        let (level, word, loud) = match entry.map_or(Priority::Notice, |entry| entry.priority) {
            loud @ Priority::Alert => (Level::Error, "ALERT", Some(loud as u8)),
            loud @ Priority::Critical => (Level::Error, "CRITICAL", Some(loud as u8)),
            Priority::Error => (Level::Error, "ERROR", None),
            Priority::Warning => (Level::Warn, "WARN", None),
            // The journal's notice is `log`'s info, its info `log`'s debug.
            Priority::Notice => (Level::Info, "NOTICE", None),
            Priority::Info => (Level::Debug, "INFO", None),
        };
        let hash: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let id = entry.map(|entry| ("MESSAGE_ID".to_owned(), entry.message_id.to_owned()));
        let place = [
            (field("event"), record.event.clone()),
            (field("lane"), record.lane.0.to_string()),
            (field("seq"), record.seq.to_string()),
            (field("at"), record.at.to_string()),
            (field("hash"), hash),
        ];
        let told = record.fields().map(|(name, value)| (field(name), value.to_owned()));
        let fields = id.into_iter().chain(place).chain(told).collect();
        Self { level, word, loud, target: "postern::audit".to_owned(), message: record.message(), fields }
    }

    /// For people at a terminal: an event names its kind and its place behind its sentence, and fields of other lines follow theirs.
    pub fn readable(&self) -> String {
        let value = |name: &str| self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let text = match (value("POSTERN_EVENT"), value("POSTERN_LANE"), value("POSTERN_SEQ"), value("POSTERN_AT")) {
            (Some(event), Some(lane), Some(seq), Some(at)) => format!("{} [{event} {lane}/{seq} {at}]", self.message),
            _ => {
                let fields = self.fields.iter().map(|(name, value)| format!(" {name}={value}"));
                format!("{}{}", self.message, fields.collect::<String>())
            }
        };
        harmless(&text)
    }
}

/// The journal's name for a field of ours.
fn field(name: &str) -> String {
    format!("POSTERN_{}", name.to_ascii_uppercase())
}

/// A terminal does what control characters say, and the eye believes what marks turn around; names and reasons must not speak to them.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if deceives(c) { '\u{fffd}' } else { c }).collect()
}

struct Fields(Vec<(String, String)>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        self.0.push((field(key.as_str()), value.to_string()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use vault::event::{Actor, Event, Lane, Subject};
    use vault::{ItemId, LinkId, Refusal, RequestId, ShareId, UserId};

    use vault::Timestamp;

    use super::*;

    fn refused() -> Line {
        let link = LinkId::from_bytes([7; 16]);
        let subject = Subject {
            user: Some(UserId::from_bytes([4; 16])),
            item: Some(ItemId::from_bytes([5; 16])),
            share: Some(ShareId::from_bytes([6; 16])),
            link: Some(link),
        };
        let mut event = Event::new(Kind::LinkRefused, Timestamp::from_millis(1_772_373_900_005), Actor::Recipient(link))
            .on(subject)
            .refused(Refusal::UsedUp)
            .with("action", "reveal");
        event.address = Some("10.20.0.5".parse().unwrap());
        event.request = Some(RequestId::from_bytes([9; 16]));
        Line::event(&event.record(Lane(2), 9), Digest::from_bytes([0xab; 32]))
    }

    #[test]
    fn an_event_bears_its_message_id_its_place_and_its_fields() {
        let line = refused();
        let fields: Vec<(&str, &str)> = line.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            fields,
            [
                ("MESSAGE_ID", "119c706d86364ebeae37bed352cb3dfa"),
                ("POSTERN_EVENT", "link.refused"),
                ("POSTERN_LANE", "2"),
                ("POSTERN_SEQ", "9"),
                ("POSTERN_AT", "2026-03-01T14:05:00.005Z"),
                ("POSTERN_HASH", &"ab".repeat(32)),
                ("POSTERN_ACTOR", "recipient"),
                ("POSTERN_WHO", "07070707-0707-0707-0707-070707070707"),
                ("POSTERN_ADDRESS", "10.20.0.5"),
                ("POSTERN_REQUEST", "09090909-0909-0909-0909-090909090909"),
                ("POSTERN_USER", "04040404-0404-0404-0404-040404040404"),
                ("POSTERN_ITEM", "05050505-0505-0505-0505-050505050505"),
                ("POSTERN_SHARE", "06060606-0606-0606-0606-060606060606"),
                ("POSTERN_LINK", "07070707-0707-0707-0707-070707070707"),
                ("POSTERN_REFUSAL", "used-up"),
                ("POSTERN_ACTION", "reveal"),
            ]
        );
        assert_eq!((line.level, line.loud), (Level::Warn, None));
        assert!(line.message.contains("was refused: used-up"), "{}", line.message);
    }

    #[test]
    fn a_person_at_a_terminal_reads_one_line_for_an_event() {
        let text = refused().readable();
        assert!(text.ends_with(" was refused: used-up [link.refused 2/9 2026-03-01T14:05:00.005Z]"), "{text}");
    }

    #[test]
    fn priorities_are_those_of_the_table() {
        for kind in Kind::ALL {
            let line = Line::event(&Event::new(*kind, Timestamp::from_millis(5), Actor::Stranger).record(Lane(1), 1), Digest::of(&[]));
            // What systemd-journal-logger makes of the levels.
            let mapped = match line.level {
                Level::Error => 3,
                Level::Warn => 4,
                Level::Info => 5,
                Level::Debug => 6,
                Level::Trace => 7,
            };
            assert_eq!(line.loud.unwrap_or(mapped), kind.entry().priority as u8, "{}", kind.entry().name);
            assert!(format!("{:?}", kind.entry().priority).to_uppercase().starts_with(line.word), "{}", kind.entry().name);
        }
    }

    #[test]
    fn no_field_of_an_event_takes_the_name_of_another_and_every_name_is_one_for_journald() {
        for detail in Kind::ALL.iter().flat_map(|kind| kind.entry().details) {
            assert!(!["event", "lane", "seq", "at", "hash"].contains(detail), "{detail}");
            let name = field(detail);
            assert!(name.len() <= 64 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'), "{name}");
        }
    }

    #[test]
    fn an_event_of_a_later_version_is_told_by_its_name() {
        let mut record = Event::new(Kind::DaemonStopped, Timestamp::from_millis(5), Actor::Appliance).record(Lane(1), 1);
        record.event = "moon.risen".to_owned();
        let line = Line::event(&record, Digest::of(&[]));
        assert_eq!((line.message.as_str(), line.level), ("moon.risen", Level::Info));
        assert!(line.fields.iter().all(|(name, _)| name != "MESSAGE_ID"));
    }

    #[test]
    fn the_lines_about_one_request_bear_its_id_in_the_field_of_its_events() {
        let record = log::Record::builder().key_values(&("request", "0190")).args(format_args!("it failed")).build();
        let line = Line::log(&record);
        assert_eq!(line.fields, [("POSTERN_REQUEST".to_owned(), "0190".to_owned())]);
        assert_eq!(line.readable(), "it failed POSTERN_REQUEST=0190");
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(Line::warning("a\u{1b}[2Jb\n".to_owned()).readable(), "a\u{fffd}[2Jb\u{fffd}");
    }
}
