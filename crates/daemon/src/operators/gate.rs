//! `/api/v1/admin/gate` and `/api/v1/admin/gate/explain`: the rules that hold, and what the gate would decide about an address by them.

use std::net::IpAddr;

use api::admin::gate::{Decided, Explained, Hop, Networks as Rules};
use serde::Deserialize;
use vault::gate::{Door, Networks, canonical, hops};

use super::entrance::Reads;
use crate::http::answer::{No, Reply, json};
use crate::http::asked::{Asked, Query};

/// Which address is asked about, and over which hops it comes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    address: String,
    via: Option<String>,
}

/// `GET /api/v1/admin/gate`
pub async fn rules(asked: Asked, _reader: Reads) -> Reply {
    let live = asked.appliance().live.now();
    let told = |networks: &Networks| networks.iter().map(ToString::to_string).collect();
    json(&Rules {
        recipients: told(&live.gate.recipients),
        owners: told(&live.gate.owners),
        trusted_proxies: told(&live.config.gate.trusted_proxies),
        client_certificates: live.config.tls.client_certificates.name().to_owned(),
        hint: live.config.gate.hint.clone(),
        loaded_at: live.since,
    })
}

/// `GET /api/v1/admin/gate/explain`
pub async fn explain(asked: Asked, _reader: Reads, about: Query<About>) -> Reply {
    let read = |text: &str, name| text.parse::<IpAddr>().map(canonical).map_err(|_| No::senseless(wrong(name)));
    let visitor = read(&about.0.address, "address=")?;
    let via = about.0.via.iter().flat_map(|via| via.split(',')).map(|hop| read(hop, "via=")).collect::<Result<Vec<_>, _>>()?;
    let live = asked.appliance().live.now();
    let trusted = &live.config.gate.trusted_proxies;
    // What the appliance's neighbour would send: everybody before it, the visitor first.
    let (connection, chain) = match via.split_last() {
        Some((neighbour, before)) => (*neighbour, std::iter::once(&visitor).chain(before).map(ToString::to_string).collect()),
        None => (visitor, Vec::new()),
    };
    let believed = hops::believed(connection, &chain, trusted);
    let address = believed.as_ref().map_or(visitor, |believed| believed.address);
    let decided = |door| {
        let networks = match door {
            Door::Recipients => &live.gate.recipients,
            Door::Owners => &live.gate.owners,
        };
        let matched = live.gate.decide(door, address).matched.map(|network| network.to_string());
        let certificate = live.config.tls.client_certificates.asked_at(door);
        Decided { door, matched, networks: networks.iter().map(ToString::to_string).collect(), certificate }
    };
    json(&Explained {
        address: address.to_string(),
        hops: heard(&via, trusted),
        refusal: believed.err().map(|refusal| refusal.name().to_owned()),
        doors: [Door::Recipients, Door::Owners].map(decided).into(),
    })
}

/// The hops from the appliance's neighbour on, up to the first whose word doesn't count.
fn heard(via: &[IpAddr], trusted: &Networks) -> Vec<Hop> {
    let mut hops = Vec::new();
    for hop in via.iter().rev() {
        let trusted = trusted.holding(*hop).map(|network| network.to_string());
        let last = trusted.is_none();
        hops.push(Hop { address: hop.to_string(), trusted });
        if last {
            break;
        }
    }
    hops
}

fn wrong(name: &str) -> String {
    format!("{name} takes an address like 10.20.0.5 or 2001:db8::5")
}
