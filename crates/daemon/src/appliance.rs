//! The appliance: what every handler and worker of one daemon shares.
//!
//! Nothing here is decided; it is only where things are found.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use store::{Call, Store};
use vault::{Refusal, RequestId};

use crate::front::crowd::Crowd;
use crate::gate::denials::{Denials, What};
use crate::gate::limits::Limits;
use crate::journal::Journal;
use crate::keys::Keys;
use crate::live::Live;
use crate::mail::MailKeys;
use crate::operators::overview::Kept;
use crate::worker::Beats;
use crate::{Clock, Config};

/// What every handler and worker of one daemon shares.
pub struct Appliance {
    /// What was configured when the daemon started.
    pub config: Config,
    /// The address at which people reach it, as links carry it.
    pub public_url: String,
    /// Where the time comes from.
    pub clock: Clock,
    /// What is remembered.
    pub store: Store,
    /// What may change while the daemon runs: who is let in where, the certificate, some limits.
    pub live: Live,
    /// How many connections each address holds.
    pub crowd: Crowd<IpNet>,
    /// What was denied in this minute.
    pub denials: Denials,
    /// How much each address has asked for.
    pub limits: Limits,
    /// The keys that stand outside the database.
    pub keys: Keys,
    /// The daily keys of waiting mail.
    pub mail_keys: MailKeys,
    /// The way out for lines and events.
    pub journal: Arc<Journal>,
    /// When each worker last did its round.
    pub beats: Beats,
    /// What was counted for operators last.
    pub overview: Kept,
}

impl Appliance {
    /// One request of somebody's, now.
    pub fn call(&self, address: Option<IpAddr>, request: RequestId) -> Call {
        Call { clock: self.clock.now(), address, request }
    }

    /// Records a denial, or counts it if it isn't the first of its minute.
    pub async fn denied(&self, what: What, refusal: Refusal, call: &Call) {
        let Some(address) = call.address else { return };
        if self.denials.count(what, refusal, address, call.clock)
            && let Err(error) = self.store.record(call, what.event(1, refusal, call.clock)).await
        {
            log::error!(request = call.request.to_string().as_str(); "a denial could not be recorded: {error}");
        }
    }
}
