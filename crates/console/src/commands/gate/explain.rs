//! `posternctl gate explain`
//!
//! Nothing here tries the door: the gate's own decision is asked for.

use std::net::IpAddr;

use api::admin::gate::{Decided, Explained};
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
}

impl Explain {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let explained = client.explain_gate(&self.address.to_string())?;
        if terminal.json { terminal.json(&explained) } else { terminal.lines(lines(&explained)) }
    }
}

fn lines(explained: &Explained) -> Vec<String> {
    let doors = explained.doors.iter().flat_map(|door| wrapped(&sentence(door), "  "));
    std::iter::once(explained.address.clone()).chain(doors).collect()
}

fn sentence(decided: &Decided) -> String {
    match &decided.matched {
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
        let inside = Decided { door: Door::Recipients, matched: Some("10.20.0.0/16".to_owned()), networks: networks.clone() };
        let outside = Decided { door: Door::Owners, matched: None, networks };
        let nothing = Decided { networks: Vec::new(), ..outside.clone() };
        let explained = Explained { address: "10.20.0.5".to_owned(), doors: vec![inside, outside, nothing] };
        insta::assert_snapshot!(lines(&explained).join("\n"));
    }
}
