//! Settling: counted denials are recorded when their minute is over, and a clock that has fallen behind is told.
//!
//! No failure here ends the worker. What was counted and can't be recorded is at least logged.

use std::time::Duration;

use actix_web::web::Data;
use store::Call;
use vault::event::{Actor, Event, Kind};

use crate::appliance::Appliance;
use crate::worker::{self, Beat, Stopping};

/// How long it rests between two rounds.
const REST: Duration = Duration::from_secs(2);

/// Works until it is told to stop, then records what was counted up to there.
pub async fn run(appliance: Data<Appliance>, beat: Beat, mut stopping: Stopping) {
    let mut behind = false;
    loop {
        settle(&appliance, false).await;
        behind = watch_clock(&appliance, behind).await;
        beat.done(true);
        if stopping.within(REST).await {
            return settle(&appliance, true).await;
        }
    }
}

async fn settle(appliance: &Appliance, everything: bool) {
    for counted in appliance.denials.settle(appliance.clock.now(), everything) {
        let Ok(call) = worker::call(&appliance.clock) else { return };
        let call = Call { address: Some(counted.address), ..call };
        let event = counted.what.event(counted.count, counted.refusal, call.clock);
        if let Err(error) = appliance.store.record(&call, event).await {
            log::error!("{} denials of {} could not be recorded: {error}", counted.count, counted.address);
        }
    }
}

/// Tells once when the clock falls behind, and again only after it was right in between.
async fn watch_clock(appliance: &Appliance, told: bool) -> bool {
    let Ok(call) = worker::call(&appliance.clock) else { return told };
    let health = match appliance.store.health(call.clock).await {
        Ok(health) => health,
        Err(_) => return told,
    };
    if health.clock_behind && !told {
        let seconds = health.latest.seconds_left(call.clock);
        let event = Event::new(Kind::ClockBehind, call.clock, Actor::Appliance).with("seconds", seconds);
        if let Err(error) = appliance.store.record(&call, event).await {
            log::error!("the clock is {seconds} seconds behind, and that can't be recorded: {error}");
            return false;
        }
    }
    health.clock_behind
}
