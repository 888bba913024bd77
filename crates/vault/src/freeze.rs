//! Freezes: an operator, or a recipient's report, stops a selection of links while somebody looks into it.
//!
//! Nothing here ends a link before its time: what is frozen comes back as it was when the freeze is lifted. An operator's freeze that
//! nobody lifts in time ends what it holds; a report's doesn't, because nobody decided it.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::gate;
use crate::text::{Email, Reason};
use crate::{FreezeId, ItemId, LinkId, Refusal, ShareId, Timestamp, UserId};

/// For how long an operator's freeze can be lifted, in seconds (24 hours). What it still holds then is burnt.
pub const LIFT_SECONDS: i64 = 24 * 3600;

/// Which links a freeze takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", try_from = "Said")]
pub enum Selection {
    /// One link.
    Link(LinkId),
    /// Every link of one share.
    Share(ShareId),
    /// Every link of one owner.
    Owner(UserId),
    /// Every link of one item.
    Item(ItemId),
    /// Every link sent to one recipient.
    Recipient(Email),
    /// Every link that was checked or revealed from an address in this network.
    Network(IpNet),
    /// Every link that was made in this time.
    Made {
        /// From when on.
        from: Timestamp,
        /// Until when, itself not included. It lies after `from`.
        until: Timestamp,
    },
}

/// A selection that makes no sense, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotASelection(String);

impl Selection {
    /// The links checked or revealed from a network like `10.20.0.0/16`, `2001:db8::/32` or a single address.
    ///
    /// # Errors
    /// As [`gate::Networks::read`].
    pub fn network(text: &str) -> Result<Self, NotASelection> {
        let networks = gate::Networks::read([text]).map_err(|why| NotASelection(why.to_string()))?;
        networks.iter().next().copied().map(Self::Network).ok_or_else(|| NotASelection("name a network".to_owned()))
    }

    /// The links made from one time on until another.
    ///
    /// # Errors
    /// The end doesn't lie after the beginning, or one of them in no year from 1970 to 9999.
    pub fn made(from: Timestamp, until: Timestamp) -> Result<Self, NotASelection> {
        if !(from.is_tellable() && until.is_tellable()) {
            return Err(NotASelection("a time must lie in the years 1970 to 9999".to_owned()));
        }
        if from < until {
            return Ok(Self::Made { from, until });
        }
        Err(NotASelection(format!("the time ends at {until}, which is not after its beginning, {from}")))
    }

    /// What it selects by, as audit and journal say it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Share(_) => "share",
            Self::Owner(_) => "owner",
            Self::Item(_) => "item",
            Self::Recipient(_) => "recipient",
            Self::Network(_) => "network",
            Self::Made { .. } => "made",
        }
    }

    /// The selected thing as text. A time is its beginning and its end with a slash between them (ISO 8601-1, 5.5.1), each in milliseconds of UTC.
    pub fn value(&self) -> String {
        match self {
            Self::Link(id) => id.to_string(),
            Self::Share(id) => id.to_string(),
            Self::Owner(id) => id.to_string(),
            Self::Item(id) => id.to_string(),
            Self::Recipient(email) => email.to_string(),
            Self::Network(network) => network.to_string(),
            Self::Made { from, until } => format!("{from}/{until}"),
        }
    }

    /// The selection whose [`Selection::kind`] and [`Selection::value`] these are; nothing if there is none.
    pub fn read(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "link" => value.parse().ok().map(Self::Link),
            "share" => value.parse().ok().map(Self::Share),
            "owner" => value.parse().ok().map(Self::Owner),
            "item" => value.parse().ok().map(Self::Item),
            "recipient" => value.parse().ok().map(Self::Recipient),
            "network" => Self::network(value).ok(),
            "made" => {
                let (from, until) = value.split_once('/')?;
                // What is kept is read, whatever may be asked for by now.
                let read = |text: &str| text.parse().ok().or_else(|| text.parse().ok().map(Timestamp::from_millis));
                let (from, until) = (read(from)?, read(until)?);
                (from < until).then_some(Self::Made { from, until })
            }
            _ => None,
        }
    }
}

/// A selection as it comes in, before it is known to make sense.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Link(LinkId),
    Share(ShareId),
    Owner(UserId),
    Item(ItemId),
    Recipient(Email),
    Network(String),
    #[serde(rename_all = "kebab-case")]
    Made {
        from: Timestamp,
        until: Timestamp,
    },
}

impl TryFrom<Said> for Selection {
    type Error = NotASelection;

    fn try_from(said: Said) -> Result<Self, NotASelection> {
        Ok(match said {
            Said::Link(id) => Self::Link(id),
            Said::Share(id) => Self::Share(id),
            Said::Owner(id) => Self::Owner(id),
            Said::Item(id) => Self::Item(id),
            Said::Recipient(email) => Self::Recipient(email),
            Said::Network(text) => Self::network(&text)?,
            Said::Made { from, until } => Self::made(from, until)?,
        })
    }
}

/// An address in a form whose order is that of networks: every network is one range of it. The family stands in front, so that no network
/// of one family holds an address of the other.
pub fn sortable(address: IpAddr) -> Vec<u8> {
    match gate::canonical(address) {
        IpAddr::V4(v4) => [&[4], v4.octets().as_slice()].concat(),
        IpAddr::V6(v6) => [&[6], v6.octets().as_slice()].concat(),
    }
}

/// The first and the last address of a network, each as [`sortable`] gives it.
pub fn range(network: IpNet) -> (Vec<u8>, Vec<u8>) {
    (sortable(network.network()), sortable(network.broadcast()))
}

/// A freeze that holds, or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Which it is.
    pub id: FreezeId,
    /// What it took.
    pub selection: Selection,
    /// Why.
    pub reason: Reason,
    /// Which link's recipient caused it by a report; nothing where an operator placed it.
    pub reported_by: Option<LinkId>,
    /// When it was placed; by which operator is told in audit.
    pub placed_at: Timestamp,
    /// When it was lifted, if it was.
    pub lifted_at: Option<Timestamp>,
    /// When it burns what it still holds, as it was said when it was placed. Nothing where a report placed it, or where it was placed before
    /// freezes burnt.
    pub burns_at: Option<Timestamp>,
    /// When it began to burn what it held, if it did.
    pub burnt_at: Option<Timestamp>,
}

/// When a freeze that is placed now burns what it holds then: a day later, unless it is lifted. One that a report places never does.
pub fn burns_at(reported_by: Option<LinkId>, now: Timestamp) -> Option<Timestamp> {
    reported_by.is_none().then(|| now.plus_seconds(LIFT_SECONDS))
}

impl Freeze {
    /// Whether it burns what it holds now.
    pub fn burns(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && (self.burnt_at.is_some() || self.burns_at.is_some_and(|at| at <= now))
    }

    /// Whether lifting it frees anything: not a second time.
    ///
    /// # Errors
    /// [`Refusal::FreezeBurnt`] once its time is over, whether the sweeper has come by or not.
    pub fn lift(&self, now: Timestamp) -> Result<bool, Refusal> {
        match self.lifted_at {
            Some(_) => Ok(false),
            None if self.burns(now) => Err(Refusal::FreezeBurnt),
            None => Ok(true),
        }
    }

    /// Until when it can be lifted; nothing where it can be at any time, or not any more.
    pub fn liftable_until(&self) -> Option<Timestamp> {
        self.burns_at.filter(|_| self.lifted_at.is_none() && self.burnt_at.is_none())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    #[test]
    fn a_time_of_no_year_of_people_is_not_frozen_by_and_one_that_is_kept_is_read() {
        for (from, until) in
            [(-1, 1), (i64::MIN, 1), (1, i64::MAX)].map(|(from, until)| (Timestamp::from_millis(from), Timestamp::from_millis(until)))
        {
            assert!(Selection::made(from, until).unwrap_err().to_string().contains("1970 to 9999"));
            let kept = Selection::Made { from, until };
            assert_eq!(Selection::read(kept.kind(), &kept.value()), Some(kept));
        }
    }

    fn freeze(reported_by: Option<LinkId>) -> Freeze {
        Freeze {
            id: FreezeId::from_bytes([1; 16]),
            selection: Selection::Link(LinkId::from_bytes([2; 16])),
            reason: Reason::reported(),
            reported_by,
            placed_at: NOON,
            lifted_at: None,
            burns_at: burns_at(reported_by, NOON),
            burnt_at: None,
        }
    }

    #[test]
    fn an_operators_freeze_can_be_lifted_for_a_day_and_not_a_moment_longer() {
        let placed = freeze(None);
        let end = NOON.plus_seconds(LIFT_SECONDS);
        assert_eq!(
            (placed.liftable_until(), placed.lift(end.plus_millis(-1)), placed.burns(end.plus_millis(-1))),
            (Some(end), Ok(true), false)
        );
        assert_eq!((placed.lift(end), placed.burns(end)), (Err(Refusal::FreezeBurnt), true));
    }

    #[test]
    fn what_was_lifted_never_burns_and_lifting_again_frees_nothing() {
        let lifted = Freeze { lifted_at: Some(NOON), ..freeze(None) };
        assert_eq!((lifted.lift(NOON.plus_seconds(LIFT_SECONDS)), lifted.burns(NOON.plus_seconds(LIFT_SECONDS))), (Ok(false), false));
        assert_eq!(lifted.liftable_until(), None);
    }

    #[test]
    fn a_report_can_be_lifted_at_any_time_and_is_not_burnt_by_any() {
        let reported = freeze(Some(LinkId::from_bytes([3; 16])));
        let late = NOON.plus_seconds(100 * LIFT_SECONDS);
        assert_eq!((reported.burns_at, reported.lift(late), reported.burns(late)), (None, Ok(true), false));
    }

    #[test]
    fn a_freeze_that_began_to_burn_goes_on_also_when_the_clock_is_set_back() {
        let begun = Freeze { burnt_at: Some(NOON.plus_seconds(LIFT_SECONDS)), ..freeze(None) };
        assert_eq!((begun.lift(NOON), begun.burns(NOON)), (Err(Refusal::FreezeBurnt), true));
    }

    #[test]
    fn every_selection_reads_back_from_its_words_and_from_json() {
        let selections = [
            Selection::Link(LinkId::from_bytes([1; 16])),
            Selection::Share(ShareId::from_bytes([2; 16])),
            Selection::Owner(UserId::from_bytes([3; 16])),
            Selection::Item(ItemId::from_bytes([4; 16])),
            Selection::Recipient("bob@example.org".parse().unwrap()),
            Selection::network("10.20.0.0/16").unwrap(),
            Selection::network("2001:db8::1").unwrap(),
            Selection::made(NOON, NOON.plus_millis(1)).unwrap(),
        ];
        for written in selections {
            assert_eq!(Selection::read(written.kind(), &written.value()), Some(written.clone()));
            let json = serde_json::to_string(&written).unwrap();
            assert_eq!(serde_json::from_str::<Selection>(&json).unwrap(), written, "{json}");
            assert!((3..=254).contains(&written.value().len()), "a column holds it");
        }
        assert_eq!(
            serde_json::to_string(&Selection::made(NOON, NOON.plus_millis(1)).unwrap()).unwrap(),
            r#"{"made":{"from":1790000000000,"until":1790000000001}}"#
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        for (json, why) in [
            (r#"{"network":"10.20.0.5/16"}"#, "did you mean 10.20.0.0/16?"),
            (r#"{"network":"::ffff:10.0.0.0/104"}"#, "IPv4-mapped"),
            (r#"{"network":"everywhere"}"#, "is not a network"),
            (r#"{"made":{"from":5,"until":5}}"#, "not after its beginning"),
            (r#"{"made":{"from":5}}"#, "until"),
        ] {
            let said = serde_json::from_str::<Selection>(json).unwrap_err().to_string();
            assert!(said.contains(why), "{json}: {said}");
        }
        assert_eq!(Selection::read("made", "2026-03-01T14:05:00.123Z"), None);
        assert_eq!(Selection::read("everything", ""), None);
    }

    fn address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)]
    }

    proptest! {
        #[test]
        fn an_address_lies_in_a_networks_range_exactly_if_it_lies_in_the_network(
            (base, near) in (address(), any::<u8>()).prop_map(|(base, near)| match base {
                IpAddr::V4(v4) => (base, IpAddr::from((u32::from(v4) ^ u32::from(near)).to_be_bytes())),
                IpAddr::V6(v6) => (base, IpAddr::from((u128::from(v6) ^ u128::from(near)).to_be_bytes())),
            }),
            other in address(),
            length in 0_u8..=128,
        ) {
            let base = gate::canonical(base);
            let most = if base.is_ipv4() { 32 } else { 128 };
            let network = IpNet::new(base, length % (most + 1)).unwrap().trunc();
            let (first, last) = range(network);
            for address in [base, near, other] {
                let within = network.contains(&gate::canonical(address));
                prop_assert_eq!((first.as_slice()..=last.as_slice()).contains(&sortable(address).as_slice()), within, "{} {}", network, address);
            }
        }
    }
}
