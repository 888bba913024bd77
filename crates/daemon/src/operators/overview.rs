//! `/api/v1/admin/overview`: what an operator looks at first.
//!
//! Nothing here is counted more often than it is worth: screens ask again and again, and several may be open.

use api::admin::overview::{Attention, Ended, HOURS, Hour, Living, MAIL_WAITS_LONG_SECONDS, Overview};
use store::Broken;
use tokio::sync::Mutex;
use vault::Timestamp;
use vault::lifetime::{days_left, stage};

use super::entrance::Reads;
use super::health::disk;
use crate::appliance::Appliance;
use crate::http::answer::{Reply, json};
use crate::http::asked::Asked;

/// For how long the same numbers are told again, at the least, in milliseconds.
const KEPT: i64 = 2_000;

/// Counting takes at most one part in so many of the time.
const SHARE_OF_TIME: i64 = 20;

/// What was counted last. Whoever asks while it is counted waits for that.
#[derive(Default)]
pub struct Kept(Mutex<Option<Counted>>);

#[derive(Clone)]
struct Counted {
    at: Timestamp,
    /// For how long it is worth something, in milliseconds.
    kept: i64,
    seen: store::Overview,
}

/// `GET /api/v1/admin/overview`
pub async fn overview(asked: Asked, _reader: Reads) -> Reply {
    let appliance = asked.appliance();
    let clock = asked.call().clock;
    let Counted { at, seen, .. } = counted(appliance, clock).await?;
    let health = asked.store().health(clock).await?;
    let until = appliance.live.now().certificate.until;
    let mut hours = [Hour { from: at, revealed: 0, refused: 0, denied: 0 }; HOURS];
    for (hour, seen) in hours.iter_mut().zip(&seen.hours) {
        *hour = Hour { from: seen.from, revealed: seen.revealed, refused: seen.refused, denied: seen.denied };
    }
    let (living, ended) = (seen.living, seen.ended);
    json(&Overview {
        at,
        links: Living {
            open: living.open,
            waiting: living.waiting,
            frozen: living.frozen,
            locked: living.locked,
            at_least: living.at_least,
        },
        ended: Ended { used_up: ended.used_up, expired: ended.expired, revoked: ended.revoked, burnt: ended.burnt },
        hours,
        attention: Attention {
            locked_links: living.locked,
            reported_shares: seen.reported_shares,
            mail_dead: health.mail_dead,
            mail_waiting_long: seen.mail_waiting_long,
            certificate_days: days_left(until, clock),
            certificate_ends_soon: stage(until, clock).is_some(),
            disk_free_percent: disk(appliance).await.and_then(|disk| disk.free_percent()),
            denials_last_hour: seen.denials_last_hour,
            clock_behind: health.clock_behind,
            journal_dropped: appliance.journal.dropped(),
            backup_age_hours: health.backup_at.map(|at| clock.millis_since(at).unsigned_abs() / 3_600_000),
        },
    })
}

async fn counted(appliance: &Appliance, now: Timestamp) -> Result<Counted, Broken> {
    let mut kept = appliance.overview.0.lock().await;
    // By the clock: one that was set back makes it old as well.
    let young = |kept: &&Counted| (0..kept.kept).contains(&(now.as_millis() - kept.at.as_millis()));
    if let Some(kept) = kept.as_ref().filter(young) {
        return Ok(kept.clone());
    }
    let begun = appliance.clock.now();
    let seen = appliance.store.overview(now, now.plus_seconds(-MAIL_WAITS_LONG_SECONDS)).await?;
    let took = appliance.clock.now().as_millis().saturating_sub(begun.as_millis());
    let lasts = took.saturating_mul(SHARE_OF_TIME).max(KEPT);
    Ok(kept.insert(Counted { at: now, kept: lasts, seen }).clone())
}
