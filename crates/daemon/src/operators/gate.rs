//! `/api/v1/admin/gate/explain`: what the gate would decide about an address, and by which network.

use std::net::IpAddr;

use api::admin::gate::{Decided, Explained};
use serde::Deserialize;
use vault::gate::{Door, canonical};

use super::entrance::Reads;
use crate::http::answer::{No, Reply, json};
use crate::http::asked::{Asked, Query};

/// Which address is asked about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    address: String,
}

/// `GET /api/v1/admin/gate/explain`
pub async fn explain(asked: Asked, _reader: Reads, about: Query<About>) -> Reply {
    let address: IpAddr = about.0.address.parse().map_err(|_| No::senseless("address= takes an address like 10.20.0.5 or 2001:db8::5"))?;
    let live = asked.appliance().live.now();
    let gate = &live.gate;
    let decided = |door| {
        let networks = match door {
            Door::Recipients => &gate.recipients,
            Door::Owners => &gate.owners,
        };
        let matched = gate.decide(door, address).matched.map(|network| network.to_string());
        Decided { door, matched, networks: networks.iter().map(ToString::to_string).collect() }
    };
    json(&Explained { address: canonical(address).to_string(), doors: [Door::Recipients, Door::Owners].map(decided).into() })
}
