//! `/api/v1/admin/health` and `/api/v1/admin/clock/accept`: how the appliance is, and which time counts.

use actix_web::web;
use api::admin::health::{ClockAccepted, Disk, Health, Worker};
use nix::sys::statvfs::statvfs;
use vault::Timestamp;
use vault::lifetime::{days_left, stage};

use super::entrance::{Acts, Reads};
use crate::appliance::Appliance;
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
        mirror_behind: health.mirror_behind,
        disk: disk(asked.appliance()).await,
        workers: asked.appliance().beats.told(clock).into_iter().map(beat).collect(),
        backup_at: health.backup_at,
        schema: health.schema,
    })
}

fn beat((name, last_at, ok): (&'static str, Option<Timestamp>, bool)) -> Worker {
    Worker { name: name.to_owned(), last_at, ok }
}

/// The disk that holds the state folder. What the kernel keeps for root is not counted as free.
pub async fn disk(appliance: &Appliance) -> Option<Disk> {
    let folder = appliance.config.state.folder.clone();
    // A disk that hangs hangs whoever asks it: not on an async thread.
    let asked = web::block(move || statvfs(&folder)).await.ok()?.ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(asked.fragment_size());
    Some(Disk { free_bytes: bytes(asked.blocks_available()), total_bytes: bytes(asked.blocks()) })
}

/// `POST /api/v1/admin/clock/accept`
pub async fn accept_clock(asked: Asked, operator: Acts) -> Reply {
    let (from, to) = asked.store().accept_clock(&asked.call(), &operator.0).await?;
    json(&ClockAccepted { from, to })
}
