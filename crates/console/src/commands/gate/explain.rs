//! `posternctl gate explain`
//!
//! Nothing here tries the door: the gate's own decision is asked for.

use std::net::IpAddr;

use api::admin::gate::{Decided, Explained, Hop};
use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// Say whether an address may open links or sign in, and which network decides it
///
/// The networks stand in posternd's configuration. What no network holds stays outside.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// An IPv4 or IPv6 address
    address: IpAddr,

    /// A proxy over which it comes; several are named in the order in which a request passes them
    ///
    /// Says whether the proxy's word about the address would be believed. Nobody's is but that of gate.trusted_proxies.
    #[arg(long, value_name = "HOP")]
    via: Vec<IpAddr>,
}

impl Explain {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let explained = client.explain_gate(&self.address.to_string(), &self.via.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        if terminal.json { terminal.json(&explained) } else { terminal.lines(lines(&explained)) }
    }
}

fn lines(explained: &Explained) -> Vec<String> {
    std::iter::once(explained.address.clone()).chain(sentences(explained).iter().flat_map(|line| wrapped(line, "  "))).collect()
}

/// What the gate would do about the address, sentence by sentence: the hops first, then each door.
pub(crate) fn sentences(explained: &Explained) -> Vec<String> {
    let hops = explained.hops.iter().map(believed);
    let said: Vec<String> = match &explained.refusal {
        Some(refusal) => {
            vec![format!("refused at every door ({refusal}): no trusted proxy names anybody else, and a proxy is never a visitor")]
        }
        None => explained.doors.iter().map(|decided| sentence(decided, explained.hops.iter().any(|hop| hop.trusted.is_some()))).collect(),
    };
    hops.chain(said).collect()
}

fn believed(hop: &Hop) -> String {
    match &hop.trusted {
        Some(network) => format!("via {}: believed, a trusted proxy by {network}", hop.address),
        None => format!("via {}: not believed, no trusted proxy; its own address counts", hop.address),
    }
}

fn sentence(decided: &Decided, proxied: bool) -> String {
    match &decided.matched {
        Some(network) if decided.certificate && proxied => {
            format!(
                "{}: let in by {network}, with a certificate that counts; a proxy that forwards by X-Forwarded-For hides it, and nobody behind such a one is let in",
                decided.door
            )
        }
        Some(network) if decided.certificate => format!("{}: let in by {network}, with a certificate that counts", decided.door),
        Some(network) => format!("{}: let in by {network}", decided.door),
        None if decided.networks.is_empty() => format!("{}: stays outside; no network is configured for this door", decided.door),
        None => format!("{}: stays outside; none of its networks holds it: {}", decided.door, decided.networks.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use vault::gate::Door;

    use super::*;

    #[test]
    fn each_door_names_the_network_that_decides() {
        let networks = vec!["10.20.0.0/16".to_owned(), "2001:db8::/32".to_owned()];
        let inside =
            Decided { door: Door::Recipients, matched: Some("10.20.0.0/16".to_owned()), networks: networks.clone(), certificate: false };
        let outside = Decided { door: Door::Owners, matched: None, networks, certificate: false };
        let nothing = Decided { networks: Vec::new(), ..outside.clone() };
        let (hops, refusal) = (Vec::new(), None);
        let explained = Explained { address: "10.20.0.5".to_owned(), hops, refusal, doors: vec![inside, outside, nothing] };
        insta::assert_snapshot!(lines(&explained).join("\n"));
    }

    #[test]
    fn a_hop_is_said_to_be_believed_or_not_and_a_door_to_ask_for_more() {
        let hop = |address: &str, trusted: Option<&str>| Hop { address: address.to_owned(), trusted: trusted.map(str::to_owned) };
        let networks = vec!["10.20.0.0/16".to_owned()];
        let door = Decided { door: Door::Owners, matched: Some("10.20.0.0/16".to_owned()), networks, certificate: true };
        let hops = vec![hop("10.0.0.2", Some("10.0.0.0/30")), hop("192.0.2.9", None)];
        let mut explained = Explained { address: "192.0.2.9".to_owned(), hops, refusal: None, doors: vec![door] };
        let said = lines(&explained).join("\n");
        assert!(said.contains("via 10.0.0.2: believed, a trusted proxy by 10.0.0.0/30"), "{said}");
        assert!(said.contains("via 192.0.2.9: not believed") && said.contains("with a certificate that counts"), "{said}");
        assert!(said.contains("X-Forwarded-For hides it"), "{said}");
        explained.refusal = Some("forwarded-unclear".to_owned());
        let said = lines(&explained).join("\n");
        assert!(said.contains("refused at every door") && !said.contains("let in by"), "{said}");
    }
}
