//! Denials, gathered: the first from an address in a minute becomes an event at once, the others one counted event after it.
//!
//! Nobody can fill the audit log from outside: memory and events are bounded, and past the bound all addresses count as one.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};

use ipnet::IpNet;
use vault::event::{Actor, Event, Kind};
use vault::gate::{Door, household};
use vault::{Refusal, Timestamp};

/// The most addresses that are counted apart in one minute.
const MOST: usize = 2000;

const MINUTE_MILLIS: i64 = 60_000;

/// What was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The address is outside a door's networks.
    Denied(Door),
    /// The address is inside, and what it showed as its certificate is none that counts.
    Certificate(Door),
    /// Somebody speaks as a proxy and isn't believed.
    Proxy,
    /// The address has too many connections open.
    Crowded,
    /// The address asked for too much.
    Limited(Door),
    /// A link that doesn't exist, or a wrong knock.
    Unknown(&'static str),
    /// An owner's call without a session that lives.
    NoSession,
}

impl What {
    /// The event that tells of this many.
    pub fn event(self, count: u32, refusal: Refusal, now: Timestamp) -> Event {
        let event = |kind| Event::new(kind, now, Actor::Stranger).refused(refusal).with("count", count);
        match self {
            Self::Denied(door) => event(Kind::GateDenied).with("door", door),
            Self::Certificate(door) => event(Kind::CertificateRefused).with("door", door),
            Self::Proxy => event(Kind::ProxyRefused),
            Self::Crowded => event(Kind::ConnectionsLimited),
            Self::Limited(door) => event(Kind::RequestsLimited).with("door", door),
            Self::Unknown(action) => event(Kind::LinkUnknown).with("action", action),
            Self::NoSession => event(Kind::SessionRefused),
        }
    }

    /// A name of its own for the table of what is counted.
    const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Denied(Door::Recipients) => ("denied", "recipients"),
            Self::Denied(Door::Owners) => ("denied", "owners"),
            Self::Certificate(Door::Recipients) => ("certificate", "recipients"),
            Self::Certificate(Door::Owners) => ("certificate", "owners"),
            Self::Proxy => ("proxy", ""),
            Self::Crowded => ("crowded", ""),
            Self::Limited(Door::Recipients) => ("limited", "recipients"),
            Self::Limited(Door::Owners) => ("limited", "owners"),
            Self::Unknown(action) => ("unknown", action),
            Self::NoSession => ("session", "owners"),
        }
    }
}

/// Denials counted beyond the first, whose minute is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What was denied.
    pub what: What,
    /// Why.
    pub refusal: Refusal,
    /// To whom: the address that was first, or the unspecified one for many together.
    pub address: IpAddr,
    /// How many more there were.
    pub count: u32,
}

/// What was denied in this minute.
#[derive(Default)]
pub struct Denials(Mutex<Table>);

/// What is counted apart: what was denied, by which rule, and to which household.
type Apart = ((&'static str, &'static str), &'static str, IpNet);

#[derive(Default)]
struct Table {
    counting: HashMap<Apart, (i64, Counted)>,
    over: Vec<Counted>,
}

impl Denials {
    /// Counts a denial. True for the first of its minute, which is to be recorded at once.
    pub fn count(&self, what: What, refusal: Refusal, address: IpAddr, now: Timestamp) -> bool {
        let minute = now.as_millis().div_euclid(MINUTE_MILLIS);
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (what.name(), refusal.name(), household(address));
        let mut address = address;
        if table.counting.len() >= MOST && !table.counting.contains_key(&key) {
            address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            key.2 = household(address);
        }
        let begun = (minute, Counted { what, refusal, address, count: 0 });
        match table.counting.get_mut(&key) {
            Some((since, counted)) if *since == minute => {
                counted.count = counted.count.saturating_add(1);
                false
            }
            _ => {
                let earlier = table.counting.insert(key, begun);
                table.over.extend(earlier.map(|(_, counted)| counted).filter(|counted| counted.count > 0));
                true
            }
        }
    }

    /// Takes what was counted in minutes that are over. With `everything`, also in this one: the daemon is stopping.
    pub fn settle(&self, now: Timestamp, everything: bool) -> Vec<Counted> {
        let minute = now.as_millis().div_euclid(MINUTE_MILLIS);
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut over = std::mem::take(&mut table.over);
        table.counting.retain(|_, (since, counted)| {
            let stays = *since == minute && !everything;
            if !stays && counted.count > 0 {
                over.push(*counted);
            }
            stays
        });
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_040_000);
    const WHAT: What = What::Denied(Door::Owners);

    fn count(denials: &Denials, address: &str, now: Timestamp) -> bool {
        denials.count(WHAT, Refusal::OutsideNetworks, address.parse().unwrap(), now)
    }

    #[test]
    fn the_first_denial_of_a_minute_is_told_at_once_and_the_rest_together() {
        let denials = Denials::default();
        assert!(count(&denials, "203.0.113.7", NOW));
        for _ in 0..41 {
            assert!(!count(&denials, "203.0.113.7", NOW));
        }
        assert!(count(&denials, "203.0.113.8", NOW), "another address is told apart");
        assert_eq!(denials.settle(NOW.plus_seconds(10), false), []);
        let counted = denials.settle(NOW.plus_seconds(60), false);
        assert_eq!(
            counted,
            [Counted { what: WHAT, refusal: Refusal::OutsideNetworks, address: "203.0.113.7".parse().unwrap(), count: 41 }]
        );
        assert_eq!(denials.settle(NOW.plus_seconds(60), false), []);
    }

    #[test]
    fn a_minute_that_nobody_settled_is_not_lost() {
        let denials = Denials::default();
        count(&denials, "203.0.113.7", NOW);
        count(&denials, "203.0.113.7", NOW);
        assert!(count(&denials, "203.0.113.7", NOW.plus_seconds(60)));
        assert_eq!(denials.settle(NOW.plus_seconds(60), false).first().map(|counted| counted.count), Some(1));
    }

    #[test]
    fn what_is_counted_when_the_daemon_stops_is_told() {
        let denials = Denials::default();
        count(&denials, "203.0.113.7", NOW);
        count(&denials, "203.0.113.7", NOW);
        assert_eq!(denials.settle(NOW, true).len(), 1);
    }

    #[test]
    fn a_household_is_one_and_each_denial_has_its_own_count() {
        let denials = Denials::default();
        assert!(count(&denials, "2001:db8::1", NOW));
        assert!(!count(&denials, "2001:db8::2", NOW));
        let address = "2001:db8::1".parse().unwrap();
        assert!(denials.count(What::Unknown("knock"), Refusal::UnknownLink, address, NOW));
        assert!(denials.count(What::Denied(Door::Recipients), Refusal::OutsideNetworks, address, NOW));
    }

    #[test]
    fn each_rule_is_told_in_its_own_name_with_its_own_count() {
        let denials = Denials::default();
        let address = "203.0.113.7".parse().unwrap();
        let count = |refusal| denials.count(What::Certificate(Door::Owners), refusal, address, NOW);
        assert!(count(Refusal::CertificateRequired));
        assert!(count(Refusal::CertificateNotValid), "another rule is told at once");
        assert!(!count(Refusal::CertificateNotValid) && !count(Refusal::CertificateNotValid) && !count(Refusal::CertificateRequired));
        let mut counted: Vec<_> = denials.settle(NOW, true).iter().map(|counted| (counted.refusal.name(), counted.count)).collect();
        counted.sort_unstable();
        assert_eq!(counted, [("certificate-not-valid", 2), ("certificate-required", 1)]);
        let limited = |retry_seconds| denials.count(What::Limited(Door::Owners), Refusal::TooManyRequests { retry_seconds }, address, NOW);
        assert!(limited(1) && !limited(2), "how long to wait makes no other rule of it");
    }

    #[test]
    fn a_flood_from_everywhere_is_few_events() {
        let denials = Denials::default();
        let first = (0..10_000_u32).filter(|n| count(&denials, &Ipv4Addr::from(*n).to_string(), NOW)).count();
        assert!(first <= MOST + 1, "{first}");
        let counted: u32 = denials.settle(NOW.plus_seconds(60), false).iter().map(|counted| counted.count).sum();
        assert_eq!(usize::try_from(counted).unwrap() + first, 10_000);
    }
}
