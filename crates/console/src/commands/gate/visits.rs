//! Visits: which addresses came to which door, as the audit log tells it, and what would become of them.
//!
//! Nothing here asks for anything; records come in, counts go out.

use std::collections::BTreeMap;
use std::net::IpAddr;

use api::Timestamp;
use serde::Serialize;
use vault::event::Record;
use vault::gate::{Door, Gate, canonical};

/// The most addresses that are counted, so that a scan of everything fills no memory.
const MOST: usize = 100_000;

/// What one address did at one door.
#[derive(Clone, Copy, Debug, Default)]
struct Visits {
    let_in: u64,
    denied: u64,
    last_in: Option<Timestamp>,
    last_denied: Option<Timestamp>,
}

/// Visits by address and door.
#[derive(Debug, Default)]
pub(crate) struct Log {
    visits: BTreeMap<(u8, IpAddr), Visits>,
    /// Addresses that were too many to count.
    pub(crate) uncounted: bool,
}

/// An address whose fate would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Changed {
    pub(crate) door: Door,
    pub(crate) address: IpAddr,
    /// How often it was let in, or denied.
    pub(crate) visits: u64,
    pub(crate) last_seen: Timestamp,
}

/// What would become of the visitors.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    pub(crate) cut_off: Vec<Changed>,
    pub(crate) let_in: Vec<Changed>,
    /// How many addresses would see no difference.
    pub(crate) unchanged: u64,
}

impl Log {
    /// Counts a record, if it tells of a visit at a door.
    pub(crate) fn count(&mut self, record: &Record) {
        let address = record.address.parse::<IpAddr>().map(canonical);
        let (Some((door, denied)), Ok(address)) = (visit(record), address) else { return };
        if address.is_unspecified() {
            return;
        }
        let key = (u8::from(door == Door::Owners), address);
        if self.visits.len() >= MOST && !self.visits.contains_key(&key) {
            self.uncounted = true;
            return;
        }
        // Where many were alike, one record stands for all that were counted.
        let count = record.details.get("count").and_then(|count| count.parse().ok()).unwrap_or(1);
        let visits = self.visits.entry(key).or_default();
        let (sum, last) = if denied { (&mut visits.denied, &mut visits.last_denied) } else { (&mut visits.let_in, &mut visits.last_in) };
        *sum = sum.saturating_add(count);
        *last = (*last).max(Some(record.at));
    }

    /// How many addresses came, each door counted apart.
    pub(crate) fn len(&self) -> usize {
        self.visits.len()
    }

    /// What the proposed gate would change at these doors. What happened to an address last is what it has now.
    pub(crate) fn through(&self, gate: &Gate, doors: &[Door]) -> Outcome {
        let mut outcome = Outcome::default();
        for ((owners, address), visits) in &self.visits {
            let door = if *owners == 1 { Door::Owners } else { Door::Recipients };
            if !doors.contains(&door) {
                continue;
            }
            let (is_in, would_be) = (visits.last_in >= visits.last_denied, gate.decide(door, *address).admit().is_ok());
            let changed =
                |visits, last_seen: Option<Timestamp>| last_seen.map(|last_seen| Changed { door, address: *address, visits, last_seen });
            match (is_in, would_be) {
                (true, false) => outcome.cut_off.extend(changed(visits.let_in, visits.last_in)),
                (false, true) => outcome.let_in.extend(changed(visits.denied, visits.last_denied)),
                _ => outcome.unchanged += 1,
            }
        }
        for list in [&mut outcome.cut_off, &mut outcome.let_in] {
            list.sort_by(|a, b| b.visits.cmp(&a.visits).then(b.last_seen.cmp(&a.last_seen)));
        }
        outcome
    }
}

/// At which door a record tells of somebody, and whether the gate denied them.
fn visit(record: &Record) -> Option<(Door, bool)> {
    let door = match record.details.get("door").map(String::as_str) {
        Some("recipients") => Some(Door::Recipients),
        Some("owners") => Some(Door::Owners),
        _ => None,
    };
    match record.event.as_str() {
        "gate.denied" => Some((door?, true)),
        "gate.limited" | "gate.certificate_refused" => Some((door?, false)),
        _ if record.actor == "owner" => Some((Door::Owners, false)),
        event if event.starts_with("link.") => Some((Door::Recipients, false)),
        event if event.starts_with("account.") || event.starts_with("session.") => Some((Door::Owners, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use vault::event::{Actor, Event, Kind, Lane};
    use vault::gate::Networks;
    use vault::{LinkId, Refusal};

    use super::*;

    fn record(kind: Kind, actor: Actor, address: &str, at: i64, details: &[(&'static str, &str)]) -> Record {
        let mut event = Event::new(kind, Timestamp::from_millis(at), actor);
        event.address = Some(address.parse().unwrap());
        details.iter().fold(event, |event, (field, value)| event.with(field, value)).refused(Refusal::OutsideNetworks).record(Lane(1), 1)
    }

    fn recipient() -> Actor {
        Actor::Recipient(LinkId::from_bytes([1; 16]))
    }

    #[test]
    fn who_was_let_in_and_would_not_be_is_cut_off_and_the_other_way_round() {
        let mut log = Log::default();
        for at in [5, 9, 7] {
            log.count(&record(Kind::LinkChecked, recipient(), "10.20.0.5", at, &[]));
        }
        log.count(&record(Kind::LinkChecked, recipient(), "10.30.0.5", 8, &[]));
        log.count(&record(Kind::AccountSignedIn, Actor::Owner("ada".parse().unwrap()), "10.20.0.5", 8, &[("name", "ada")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "10.30.0.9", 6, &[("door", "recipients"), ("count", "1")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "10.30.0.9", 9, &[("door", "recipients"), ("count", "41")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "203.0.113.7", 9, &[("door", "recipients"), ("count", "1")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "0.0.0.0", 9, &[("door", "recipients"), ("count", "999")]));
        let gate = Gate { recipients: Networks::read(["10.30.0.0/16"]).unwrap(), owners: Networks::default() };
        let changed = |address: &str, visits, at| Changed {
            door: Door::Recipients,
            address: address.parse().unwrap(),
            visits,
            last_seen: Timestamp::from_millis(at),
        };
        let outcome = log.through(&gate, &[Door::Recipients]);
        assert_eq!(outcome, Outcome { cut_off: vec![changed("10.20.0.5", 3, 9)], let_in: vec![changed("10.30.0.9", 42, 9)], unchanged: 2 });
        assert_eq!(log.through(&gate, &[Door::Owners]).cut_off.len(), 1);
    }

    #[test]
    fn an_address_is_one_however_it_was_written_and_a_count_stands_for_all_that_were_counted() {
        let mut log = Log::default();
        let checked = |address: &str, at| {
            let mut record = record(Kind::LinkChecked, recipient(), "10.20.0.5", at, &[]);
            address.clone_into(&mut record.address);
            record
        };
        log.count(&checked("10.20.0.5", 1));
        log.count(&checked("::ffff:10.20.0.5", 2));
        log.count(&checked("::ffff:a14:5", 3));
        // Of an IPv6 household the first is told by its address, and the count behind it stands for all of the /64.
        log.count(&record(Kind::GateDenied, Actor::Stranger, "2001:db8::1", 4, &[("door", "recipients"), ("count", "1")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "2001:db8::1", 5, &[("door", "recipients"), ("count", "41")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "2001:DB8:0::1", 6, &[("door", "recipients"), ("count", "1")]));
        log.count(&record(Kind::GateDenied, Actor::Stranger, "::", 6, &[("door", "recipients"), ("count", "9")]));
        let gate = Gate { recipients: Networks::read(["2001:db8::/64"]).unwrap(), owners: Networks::default() };
        let outcome = log.through(&gate, &[Door::Recipients]);
        let rows = |list: &[Changed]| list.iter().map(|row| (row.address.to_string(), row.visits)).collect::<Vec<_>>();
        assert_eq!(rows(&outcome.cut_off), [("10.20.0.5".to_owned(), 3)]);
        assert_eq!(rows(&outcome.let_in), [("2001:db8::1".to_owned(), 43)]);
    }

    #[test]
    fn what_happened_last_is_what_an_address_has_now() {
        let mut log = Log::default();
        log.count(&record(Kind::GateDenied, Actor::Stranger, "10.20.0.5", 5, &[("door", "recipients")]));
        log.count(&record(Kind::LinkChecked, recipient(), "10.20.0.5", 6, &[]));
        let gate = Gate { recipients: Networks::read(["10.0.0.0/8"]).unwrap(), ..Gate::default() };
        assert_eq!(log.through(&gate, &[Door::Recipients]), Outcome { unchanged: 1, ..Outcome::default() });
    }
}
