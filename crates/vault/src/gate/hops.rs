//! Whose address counts when proxies stand in between: the header X-Forwarded-For, read from the right.
//!
//! Nothing here believes anybody who isn't on the list. A trusted proxy is never a visitor itself: where it names nobody, nobody comes in.

use std::net::{IpAddr, SocketAddr};

use super::{Networks, canonical};
use crate::Refusal;

/// The most hops that a chain may have, with the visitor.
pub const MAXIMUM_HOPS: usize = 16;

/// The longest chain, in bytes.
pub const MAXIMUM_CHAIN: usize = 1024;

/// Whose address counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    /// The visitor's address, in canonical form.
    pub address: IpAddr,
    /// The trusted proxies in between, the nearest first.
    pub hops: Vec<IpAddr>,
}

/// Whose address counts for a request over a connection from `connection`, whose chain of addresses is `chain`: every value of the header,
/// in the order in which they came. From somebody who isn't trusted the chain isn't even read. From a trusted proxy it is read from
/// the right, trusted hops are skipped, and the first other address is the visitor's. What stands left of it anybody can have written.
///
/// # Errors
/// [`Refusal::ForwardedUnclear`] when trusted proxies name nobody, or something that is no address, or have too much to say.
pub fn believed<V: AsRef<[u8]>>(connection: IpAddr, chain: &[V], trusted: &Networks) -> Result<Believed, Refusal> {
    let mut address = canonical(connection);
    let mut hops = Vec::new();
    if trusted.holding(address).is_none() {
        return Ok(Believed { address, hops });
    }
    let bytes: usize = chain.iter().map(|value| value.as_ref().len()).sum();
    let length = || chain.iter().flat_map(|value| value.as_ref().split(|byte| *byte == b',')).count();
    if bytes > MAXIMUM_CHAIN || length() > MAXIMUM_HOPS {
        return Err(Refusal::ForwardedUnclear);
    }
    for hop in chain.iter().rev().flat_map(|value| value.as_ref().rsplit(|byte| *byte == b',')) {
        hops.push(address);
        address = read(hop).ok_or(Refusal::ForwardedUnclear)?;
        if trusted.holding(address).is_none() {
            return Ok(Believed { address, hops });
        }
    }
    Err(Refusal::ForwardedUnclear)
}

/// An address as proxies write it: bare, in brackets, with a port or without.
fn read(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim_matches([' ', '\t']);
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|rest| rest.contains(':'));
    let address = bare.unwrap_or(text).parse().or_else(|_| text.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    address.ok().map(canonical)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trusted() -> Networks {
        Networks::read(["10.0.0.2", "10.9.0.0/24", "2001:db8:9::/64"]).unwrap()
    }

    fn seen(connection: &str, chain: &[&str]) -> Result<String, Refusal> {
        believed(connection.parse().unwrap(), chain, &trusted()).map(|believed| believed.address.to_string())
    }

    #[test]
    fn from_who_is_not_trusted_nothing_is_believed() {
        for chain in [&["192.0.2.1"][..], &["nonsense"], &["10.0.0.2"], &[]] {
            assert_eq!(seen("203.0.113.7", chain), Ok("203.0.113.7".into()), "{chain:?}");
        }
        assert_eq!(seen("::ffff:203.0.113.7", &["192.0.2.1"]), Ok("203.0.113.7".into()));
    }

    #[test]
    fn a_chain_is_read_from_the_right_over_trusted_hops_to_the_first_other_address() {
        assert_eq!(seen("10.0.0.2", &["192.0.2.1"]), Ok("192.0.2.1".into()));
        assert_eq!(seen("::ffff:10.0.0.2", &["192.0.2.1"]), Ok("192.0.2.1".into()));
        assert_eq!(seen("10.0.0.2", &["10.20.0.5, 203.0.113.7"]), Ok("203.0.113.7".into()), "what stands left of it is forged");
        assert_eq!(seen("10.0.0.2", &["10.20.0.5, 203.0.113.7 ,10.9.0.1,\t::ffff:10.9.0.2"]), Ok("203.0.113.7".into()));
        assert_eq!(seen("10.0.0.2", &["10.20.0.5", "203.0.113.7", "10.9.0.1"]), Ok("203.0.113.7".into()), "several headers are one chain");
        assert_eq!(seen("10.0.0.2", &["<script>, 203.0.113.7"]), Ok("203.0.113.7".into()), "what isn't needed isn't read");
        let believed = believed("10.0.0.2".parse().unwrap(), &["192.0.2.1, 10.9.0.1"], &trusted()).unwrap();
        assert_eq!(believed.hops, ["10.0.0.2", "10.9.0.1"].map(|hop| hop.parse::<IpAddr>().unwrap()));
    }

    #[test]
    fn an_address_may_bear_a_port_and_brackets_and_comes_out_canonical() {
        for (written, address) in [
            ("192.0.2.1:4711", "192.0.2.1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:DB8:0::1", "2001:db8::1"),
        ] {
            assert_eq!(seen("10.0.0.2", &[written]), Ok(address.into()), "{written}");
        }
    }

    #[test]
    fn a_trusted_proxy_that_names_nobody_clearly_is_refused() {
        let long = vec!["192.0.2.1"; MAXIMUM_HOPS + 1].join(",");
        let wide = format!("{}192.0.2.1", " ".repeat(MAXIMUM_CHAIN));
        for chain in [
            &[][..],
            &[""],
            &["10.9.0.1"],
            &["192.0.2.1,"],
            &["192.0.2.1", ""],
            &["unknown"],
            &["_hidden"],
            &["for=192.0.2.1"],
            &["fe80::1%eth0"],
            &["[192.0.2.1]"],
            &["192.0.2.1 10.9.0.1"],
            &["192.0.2.01"],
            &[long.as_str()],
            &[wide.as_str()],
        ] {
            assert_eq!(seen("10.0.0.2", chain), Err(Refusal::ForwardedUnclear), "{chain:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_visitor_writes_left_of_it_the_proxys_word_counts(forged in "[ -~]{0,300}") {
            let chain = format!("{}, 203.0.113.7", forged.replace(',', ";"));
            prop_assert_eq!(seen("10.0.0.2", &[&chain]), Ok("203.0.113.7".into()));
        }
    }
}
