//! The network gate: from which addresses a door opens, and why.
//!
//! Nothing here opens a socket or believes a header: an address comes in, a decision with its reason goes out.

pub mod hops;
pub mod proxy;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// The most networks that one list may hold, so that a decision stays cheap.
pub const MAXIMUM_NETWORKS: usize = 256;

/// An address as the gate sees it: an IPv4 client on a dual-stack listener arrives as `::ffff:a.b.c.d` and is that IPv4 address.
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// What one person may stand behind: an IPv4 address, or the /64 that an IPv6 household shares. Limits are counted by this.
pub fn household(address: IpAddr) -> IpNet {
    let (address, length) = match canonical(address) {
        address @ IpAddr::V4(_) => (address, 32),
        address @ IpAddr::V6(_) => (address, 64),
    };
    // Both lengths are lawful for their family; the fallback is there so that no panic can be.
    IpNet::new(address, length).map_or_else(|_| IpNet::from(address), |network| network.trunc())
}

/// A list of networks in CIDR notation (RFC 4632, RFC 4291), IPv4 and IPv6 mixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Networks(Vec<IpNet>);

/// Why a list of networks was not taken, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotNetworks(String);

impl Networks {
    /// Reads networks like `10.20.0.0/16`, `2001:db8::/32` or a single address.
    ///
    /// # Errors
    /// A text that is no network, one with bits set past its prefix, an IPv4-mapped IPv6 network, or too many of them.
    pub fn read<I: IntoIterator<Item = S>, S: AsRef<str>>(texts: I) -> Result<Self, NotNetworks> {
        let networks = texts.into_iter().map(|text| network(text.as_ref())).collect::<Result<Vec<_>, _>>()?;
        if networks.len() > MAXIMUM_NETWORKS {
            return Err(NotNetworks(format!("{} networks are named; at most {MAXIMUM_NETWORKS} are allowed", networks.len())));
        }
        Ok(Self(networks))
    }

    /// The first network that holds this address.
    pub fn holding(&self, address: IpAddr) -> Option<IpNet> {
        let address = canonical(address);
        self.0.iter().copied().find(|network| network.contains(&address))
    }

    /// Whether no network is listed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The networks, in the order they were written.
    pub fn iter(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter()
    }
}

impl TryFrom<Vec<String>> for Networks {
    type Error = NotNetworks;

    fn try_from(texts: Vec<String>) -> Result<Self, NotNetworks> {
        Self::read(texts)
    }
}

impl From<Networks> for Vec<String> {
    fn from(networks: Networks) -> Self {
        networks.0.iter().map(ToString::to_string).collect()
    }
}

/// Who is let in where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// Networks from which recipients may open links.
    pub recipients: Networks,
    /// Networks from which owners may sign in and work.
    pub owners: Networks,
}

/// The two doors in the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// Where links are opened.
    Recipients,
    /// Where owners sign in and work.
    Owners,
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recipients => "recipients",
            Self::Owners => "owners",
        })
    }
}

/// What the gate decided about one address at one door, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The address, in canonical form.
    pub address: IpAddr,
    /// The door.
    pub door: Door,
    /// The network that let it in; nothing means that the door stays shut.
    pub matched: Option<IpNet>,
}

impl Gate {
    /// Decides about an address: what no network holds stays outside, and an empty list lets nobody in.
    pub fn decide(&self, door: Door, address: IpAddr) -> Decision {
        let networks = match door {
            Door::Recipients => &self.recipients,
            Door::Owners => &self.owners,
        };
        Decision { address: canonical(address), door, matched: networks.holding(address) }
    }
}

impl Decision {
    /// The decision as a rule's answer.
    ///
    /// # Errors
    /// [`Refusal::OutsideNetworks`] when no network matched.
    pub fn admit(&self) -> Result<(), Refusal> {
        self.matched.map(|_| ()).ok_or(Refusal::OutsideNetworks)
    }
}

fn network(text: &str) -> Result<IpNet, NotNetworks> {
    let text = text.trim();
    let network = IpNet::from_str(text)
        .or_else(|_| IpAddr::from_str(text).map(IpNet::from))
        .map_err(|_| NotNetworks(format!("{text:?} is not a network: write it like 10.20.0.0/16 or 2001:db8::/32")))?;
    if network != network.trunc() {
        return Err(NotNetworks(format!("{text} has bits set behind its prefix: did you mean {}?", network.trunc())));
    }
    match network {
        IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some() => {
            Err(NotNetworks(format!("{text} is an IPv4-mapped network: write the IPv4 network itself")))
        }
        _ => Ok(network),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate { recipients: Networks::read(["10.20.0.0/16", "2001:db8::/32"]).unwrap(), owners: Networks::read(["10.20.1.0/24"]).unwrap() }
    }

    #[test]
    fn an_address_is_let_in_by_the_first_network_that_holds_it_and_only_at_that_door() {
        let decision = gate().decide(Door::Recipients, "10.20.9.9".parse().unwrap());
        assert_eq!(decision.matched, Some("10.20.0.0/16".parse().unwrap()));
        assert_eq!(gate().decide(Door::Owners, "10.20.9.9".parse().unwrap()).admit(), Err(Refusal::OutsideNetworks));
        assert_eq!(gate().decide(Door::Recipients, "2001:db8:1::1".parse().unwrap()).admit(), Ok(()));
        assert_eq!(gate().decide(Door::Recipients, "203.0.113.7".parse().unwrap()).admit(), Err(Refusal::OutsideNetworks));
    }

    #[test]
    fn an_ipv4_client_of_a_dual_stack_listener_is_that_ipv4_client() {
        let decision = gate().decide(Door::Recipients, "::ffff:10.20.0.5".parse().unwrap());
        assert_eq!((decision.address.to_string().as_str(), decision.admit()), ("10.20.0.5", Ok(())));
    }

    #[test]
    fn an_empty_list_lets_nobody_in() {
        assert_eq!(Gate::default().decide(Door::Owners, "127.0.0.1".parse().unwrap()).admit(), Err(Refusal::OutsideNetworks));
    }

    #[test]
    fn networks_that_mean_something_else_than_they_seem_are_refused() {
        for wrong in ["10.20.0.1/16", "::ffff:10.0.0.0/104", "10.20.0.0/33", "intranet", ""] {
            assert!(Networks::read([wrong]).is_err(), "{wrong} was taken");
        }
        assert!(Networks::read(["10.20.0.1/16"]).unwrap_err().to_string().contains("10.20.0.0/16"));
        assert!(Networks::read(vec!["10.0.0.0/8"; MAXIMUM_NETWORKS + 1]).is_err());
    }

    #[test]
    fn an_ipv6_household_is_one_and_an_ipv4_address_is_one() {
        assert_eq!(household("2001:db8::1".parse().unwrap()), household("2001:db8::ffff".parse().unwrap()));
        assert_ne!(household("10.0.0.1".parse().unwrap()), household("10.0.0.2".parse().unwrap()));
        assert_eq!(household("::ffff:10.0.0.1".parse().unwrap()), household("10.0.0.1".parse().unwrap()));
    }
}
