//! `/api/v1/admin/health` and `/api/v1/admin/clock/accept`: how the appliance is, and which time counts.

use api::admin::health::{ClockAccepted, Health};

use vault::lifetime::{days_left, stage};

use super::entrance::{Acts, Reads};
use crate::http::answer::{Reply, json};
use crate::http::asked::Asked;

/// `GET /api/v1/admin/health`
pub async fn health(asked: Asked, _reader: Reads) -> Reply {
    let clock = asked.call().clock;
    let health = asked.store().health(clock).await?;
    let until = asked.appliance().live.now().certificate.until;
    json(&Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: health.database.to_owned(),
        clock,
        latest: health.latest,
        clock_behind: health.clock_behind,
        mail_waiting: health.mail_waiting,
        mail_dead: health.mail_dead,
        certificate_until: until,
        certificate_days: days_left(until, clock),
        certificate_ends_soon: stage(until, clock).is_some(),
        journal_dropped: asked.appliance().journal.dropped(),
    })
}

/// `POST /api/v1/admin/clock/accept`
pub async fn accept_clock(asked: Asked, operator: Acts) -> Reply {
    let (from, to) = asked.store().accept_clock(&asked.call(), &operator.0).await?;
    json(&ClockAccepted { from, to })
}
