//! Watching the certificate's end: it is told in time, and again after a restart only if it hasn't been told yet.
//!
//! Nothing here renews anything. When to tell is `vault`'s rule.

use std::time::Duration;

use actix_web::web::Data;
use store::{AuditFilter, Broken};
use vault::Timestamp;
use vault::event::{Actor, Event, Kind};
use vault::lifetime::{Stage, days_left, is_due, stage};

use crate::appliance::Appliance;
use crate::clock::day;
use crate::worker::{self, Beat, Stopping};

/// How long it rests between two looks.
const REST: Duration = Duration::from_secs(60);

/// How many earlier tellings are looked through: other daemons on the same database have certificates of their own.
const EARLIER: u32 = 100;

/// What was told last: of which certificate, when.
type Told = Option<(String, Timestamp)>;

/// Works until it is told to stop.
pub async fn run(appliance: Data<Appliance>, beat: Beat, mut stopping: Stopping) {
    let mut told: Told = None;
    loop {
        look(&appliance, &mut told).await;
        beat.done(true);
        if stopping.within(REST).await {
            return;
        }
    }
}

async fn look(appliance: &Appliance, told: &mut Told) {
    let Ok(call) = worker::call(&appliance.clock) else { return };
    let certificate = appliance.live.now().certificate.clone();
    let Some(stage) = stage(certificate.until, call.clock) else { return };
    if told.as_ref().is_none_or(|(fingerprint, _)| *fingerprint != certificate.fingerprint) {
        match earlier(appliance, &certificate.fingerprint).await {
            Ok(last) => *told = last.map(|last| (certificate.fingerprint.clone(), last)),
            Err(error) => return log::error!("whether the certificate's end was told can't be read: {error}"),
        }
    }
    if !is_due(certificate.until, told.as_ref().map(|(_, last)| *last), call.clock) {
        return;
    }
    let event = match stage {
        Stage::Within(_) => {
            Event::new(Kind::CertificateExpiring, call.clock, Actor::Appliance).with("days", days_left(certificate.until, call.clock))
        }
        Stage::Over(_) => Event::new(Kind::CertificateExpired, call.clock, Actor::Appliance),
    };
    let event = event.with("until", day(certificate.until)).with("fingerprint", &certificate.fingerprint);
    match appliance.store.record(&call, event).await {
        Ok(()) => *told = Some((certificate.fingerprint, call.clock)),
        Err(error) => log::error!("the certificate ends on {}, and that can't be recorded: {error}", day(certificate.until)),
    }
}

/// When the end of this certificate was told last.
async fn earlier(appliance: &Appliance, fingerprint: &str) -> Result<Option<Timestamp>, Broken> {
    let mut last = None;
    for kind in [Kind::CertificateExpiring, Kind::CertificateExpired] {
        let filter = AuditFilter { event: Some(kind.entry().name.to_owned()), ..AuditFilter::default() };
        let entries = appliance.store.audit_entries(filter, None, EARLIER).await?;
        let of_this = |details: &std::collections::BTreeMap<String, String>| details.get("fingerprint").is_some_and(|of| of == fingerprint);
        let found = entries.iter().find(|(record, _)| of_this(&record.details)).map(|(record, _)| record.at);
        last = last.max(found);
    }
    Ok(last)
}
