//! What is different between two configurations, in words: which keys, and how.
//!
//! Nothing here is secret: a configuration names files, not what they hold.

use serde_json::Value;

use crate::Config;

/// Keys, and beginnings of keys, whose change counts without a restart.
const LIVE: &[&str] = &[
    "gate.",
    "tls.certificate",
    "tls.key",
    "tls.client_certificates",
    "tls.client_authority",
    "limits.handshake_seconds",
    "limits.body_seconds",
    "limits.body_bytes",
    "limits.requests_per_minute",
    "limits.requests_at_once",
    "limits.connections_per_address",
];

/// The longest text that an event is given of this.
const MOST: usize = 2000;

/// What is different.
pub struct Changes {
    /// What counts from now on.
    pub changed: Vec<String>,
    /// Keys whose change waits for a restart.
    waiting: Vec<String>,
}

impl Changes {
    /// What is different from the configuration before, and, of what waits for a restart, from the one at the start.
    pub fn between(before: &Config, now: &Config, at_start: &Config) -> Self {
        let [before, now, at_start] = [before, now, at_start].map(keys);
        let live = |key: &str| LIVE.iter().any(|live| if live.ends_with('.') { key.starts_with(live) } else { key == *live });
        let differ = |old: &[(String, Value)], alive: bool| -> Vec<(String, Value, Value)> {
            let both = old.iter().zip(&now).filter(|((key, old), (_, new))| old != new && live(key) == alive);
            both.map(|((key, old), (_, new))| (key.clone(), old.clone(), new.clone())).collect()
        };
        let changed = differ(&before, true).iter().map(|(key, old, new)| sentence(key, old, new)).collect();
        Self { changed, waiting: differ(&at_start, false).into_iter().map(|(key, ..)| key).collect() }
    }

    /// What counts from now on.
    pub fn changed(&self) -> String {
        if self.changed.is_empty() { "nothing".to_owned() } else { self.changed.join("; ") }
    }

    /// What waits for a restart.
    pub fn restart(&self) -> String {
        self.waiting.join(", ")
    }
}

/// Every key with its full name. Both configurations have the same ones, in the same order.
fn keys(config: &Config) -> Vec<(String, Value)> {
    let sections = match serde_json::to_value(config) {
        Ok(Value::Object(sections)) => sections,
        _ => return Vec::new(),
    };
    let keys = sections.into_iter().flat_map(|(section, keys)| match keys {
        Value::Object(keys) => keys.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)).collect(),
        value => vec![(section, value)],
    });
    keys.collect()
}

fn sentence(key: &str, old: &Value, new: &Value) -> String {
    let (Value::Array(old), Value::Array(new)) = (old, new) else {
        return format!("{key}: {new}, was {old}");
    };
    let without = |these: &[Value], those: &[Value]| -> Vec<String> {
        these.iter().filter(|value| !those.contains(value)).filter_map(|value| Some(value.as_str()?.to_owned())).collect()
    };
    let told = [("added", without(new, old)), ("removed", without(old, new))];
    let told: Vec<String> =
        told.into_iter().filter(|(_, values)| !values.is_empty()).map(|(what, values)| format!("{what} {}", values.join(", "))).collect();
    if told.is_empty() { format!("{key}: in another order") } else { format!("{key}: {}", told.join(", ")) }
}

/// A text within the bound.
pub fn bounded(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use vault::gate::Networks;

    use super::*;

    #[test]
    fn what_changed_is_told_by_key_and_what_waits_for_a_restart_apart() {
        let start = Config::default();
        let mut now = start.clone();
        now.gate.recipients = Networks::read(["10.30.0.0/16", "::1/128"]).unwrap();
        now.gate.hint = "Join Castle.".into();
        now.limits.body_seconds = 30;
        now.limits.connections = 99;
        now.limits.headers_seconds = 6;
        now.limits.keep_alive_seconds = 7;
        now.policy.maximum_recipients = 3;
        let changes = Changes::between(&start, &now, &start);
        let changed = changes.changed();
        for part in [
            "gate.recipients: added 10.30.0.0/16, removed 127.0.0.0/8",
            "gate.hint: \"Join Castle.\", was \"Connect",
            "limits.body_seconds: 30, was 20",
        ] {
            assert!(changed.contains(part), "{changed}");
        }
        let waiting = "limits.connections, limits.headers_seconds, limits.keep_alive_seconds, policy.maximum_recipients";
        assert_eq!(changes.restart(), waiting);
        let again = Changes::between(&now, &now, &start);
        assert_eq!((again.changed().as_str(), again.restart().as_str()), ("nothing", waiting));
    }

    #[test]
    fn the_packaged_configuration_names_exactly_the_keys_that_need_no_restart() {
        let text = include_str!("../../../../config/postern.toml");
        let begin = text.find("# These keys count anew on SIGHUP").unwrap();
        let list = text[begin..].split("# Every other key waits").next().unwrap().replace("all of [gate]", "gate.");
        let mut named: Vec<&str> = list
            .split(|c: char| !(c.is_ascii_lowercase() || c == '_' || c == '.'))
            .filter(|word| ["gate.", "tls.", "limits."].iter().any(|section| word.starts_with(section)))
            .collect();
        let mut live = LIVE.to_vec();
        named.sort_unstable();
        live.sort_unstable();
        assert_eq!(named, live);
    }

    #[test]
    fn every_key_that_may_change_is_one_that_there_is() {
        let keys: Vec<String> = keys(&Config::default()).into_iter().map(|(key, _)| key).collect();
        for live in LIVE {
            assert!(keys.iter().any(|key| key.starts_with(live)), "{live}");
        }
    }
}
