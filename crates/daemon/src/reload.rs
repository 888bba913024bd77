//! Reading the configuration anew while the daemon runs (SIGHUP): all of it is taken, or none.
//!
//! What changes is written down first and counts then. A connection that is open goes on, and its next request meets the new rules.

mod changes;

use vault::event::{Actor, Event, Kind};

use crate::appliance::Appliance;
use crate::config::NotConfigured;
use crate::live::Rules;
use crate::{Config, worker};
use changes::Changes;

/// Takes a configuration, or refuses it and says why. What went wrong beyond that is logged, and the old one counts.
pub async fn reload(appliance: &Appliance, read: Result<Config, NotConfigured>) {
    let now = appliance.clock.now();
    let rules = read.map_err(|error| error.to_string()).and_then(|config| Rules::read(config, now).map_err(|error| error.to_string()));
    let done = match rules {
        Ok(rules) => take(appliance, rules).await,
        Err(why) => tell(appliance, Kind::DaemonReloadRefused, &[("why", why)]).await,
    };
    if let Err(error) = done {
        log::error!("the new configuration could not be taken: {error}; the old one counts on");
    }
}

async fn take(appliance: &Appliance, rules: Rules) -> Result<(), String> {
    let before = appliance.live.now();
    let mut changes = Changes::between(&before.config, &rules.config, &appliance.config);
    if before.certificate.fingerprint != rules.certificate.fingerprint {
        changes.changed.push(format!("the certificate: now {}", rules.certificate.fingerprint));
    }
    if let (Some(before), Some(now)) = (&before.authorities, &rules.authorities)
        && before != now
    {
        changes.changed.push("tls.client_authority: another content".to_owned());
    }
    let fields = [("changed", changes.changed()), ("restart", changes.restart())];
    tell(appliance, Kind::DaemonReloaded, &fields).await?;
    appliance.limits.set(&rules.config.limits);
    rules.tell_notes();
    appliance.live.set(rules);
    Ok(())
}

async fn tell(appliance: &Appliance, kind: Kind, fields: &[(&'static str, String)]) -> Result<(), String> {
    let call = worker::call(&appliance.clock).map_err(|error| error.to_string())?;
    let event = Event::new(kind, call.clock, Actor::Appliance);
    let event = fields.iter().fold(event, |event, (field, value)| event.with(field, changes::bounded(value)));
    appliance.store.record(&call, event).await.map_err(|error| error.to_string())
}
