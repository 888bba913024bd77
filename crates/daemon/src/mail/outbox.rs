//! The outbox worker: takes messages that are due, renders them, and hands them to the transport.
//!
//! No message is lost: it is marked as sent only after the transport took it. A crash in between sends it once more after
//! [`store::LEASE_SECONDS`], with the same Message-ID, and that it may have been delivered is recorded. No failure here ends the worker.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use lettre::message::{Mailbox, Message as Mail};
use store::{Failed, Failure, Message, Store};
use vault::Timestamp;

use super::backoff::next_try;
use super::key::MailKeys;
use super::letters::Manner;
use super::render::{NotRendered, render};
use super::seal::NotOpened;
use super::transport::{NotSent, Post, Round};
use crate::random::{self, NoRandomness};
use crate::worker::{self, Beat, Stopping};
use crate::{Clock, Config};

/// How long the outbox rests when there was nothing to send.
const REST: Duration = Duration::from_millis(500);

/// How long it rests after the store failed.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How many messages are taken at once.
const AT_ONCE: u32 = 16;

/// The longest that handing one message over may take: well within the lease on it.
const LONGEST: Duration = Duration::from_secs(store::LEASE_SECONDS.unsigned_abs() - 60);

/// The longest that the message in hand may still take once the daemon stops. Most servers answer within a second; after one that doesn't,
/// the message is tried again.
const GRACE: Duration = Duration::from_secs(5);

/// How many rests pass between two looks for keys that can go: about a minute.
const RESTS_BETWEEN_LOOKS: u32 = 120;

/// The outbox worker of one daemon.
pub struct Outbox {
    store: Store,
    clock: Clock,
    keys: MailKeys,
    post: Option<Post>,
    manner: Manner,
    /// How long the message in hand may still take when the daemon stops.
    grace: Duration,
}

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
enum Undelivered {
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    #[error(transparent)]
    NotRendered(#[from] NotRendered),
    #[error(transparent)]
    NotSent(#[from] NotSent),
    #[error("sending it ended unexpectedly; please report this")]
    Panicked,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error(transparent)]
    Store(#[from] Failure),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error(transparent)]
    Keys(#[from] io::Error),
}

impl Outbox {
    /// Opens the configured transport. Where there is none, messages wait, and only keys are looked after.
    ///
    /// # Errors
    /// Which folder can't be made.
    pub(crate) fn open(config: &Config, store: Store, clock: Clock, keys: MailKeys, manner: Manner) -> io::Result<Self> {
        let grace = GRACE.min(Duration::from_secs(config.limits.stop_seconds));
        Ok(Self { manner, store, clock, keys, post: Post::open(config)?, grace })
    }

    /// Works until it is told to stop; the message in hand has a little time left to be finished.
    pub async fn run(self, beat: Beat, mut stopping: Stopping) {
        let mut rests: u32 = 0;
        loop {
            let worked = match self.send_due(&stopping).await {
                Ok(()) if rests.is_multiple_of(RESTS_BETWEEN_LOOKS) => self.erase_keys().await,
                worked => worked,
            };
            beat.done(worked.is_ok());
            let rest = match worked {
                Ok(()) => REST,
                Err(error) => {
                    log::error!("the outbox rests for {} seconds: {error}", REST_AFTER_FAILURE.as_secs());
                    REST_AFTER_FAILURE
                }
            };
            rests = rests.wrapping_add(1);
            if stopping.within(rest).await {
                return;
            }
        }
    }

    /// Sends what is due now.
    async fn send_due(&self, stopping: &Stopping) -> Result<(), Interrupted> {
        let Some(post) = &self.post else { return Ok(()) };
        loop {
            let messages = self.store.due_messages(&worker::call(&self.clock)?, AT_ONCE).await?;
            let more = u32::try_from(messages.len()).is_ok_and(|found| found == AT_ONCE);
            let mut round = post.round();
            let mut worked = Ok(());
            for message in messages {
                if stopping.is_due() {
                    break;
                }
                worked = self.send(post, &mut round, message, stopping).await;
                if worked.is_err() {
                    break;
                }
            }
            round.end().await;
            worked?;
            if !more || stopping.is_due() {
                return Ok(());
            }
        }
    }

    async fn send(&self, post: &Post, round: &mut Round<'_>, message: Message, stopping: &Stopping) -> Result<(), Interrupted> {
        let (id, attempts) = (message.id, message.attempts);
        // A token is of no use once its link has ended, and so is the link; and an invitation that has lapsed.
        let until = message.about.carries().then(|| message.expires_at());
        let begun = worker::call(&self.clock)?;
        if !self.store.message_leaves(&begun, &message).await? {
            return Ok(());
        }
        let sent = match self.written(message, &post.from).await {
            Ok(mail) => {
                let sent = unless_cut_off(round.send(&id.to_string(), &mail), stopping.clone(), self.grace).await;
                sent.unwrap_or_else(|| Err(round.cut_off())).map_err(Undelivered::from)
            }
            Err(error) => Err(error),
        };
        let call = worker::call(&self.clock)?;
        match sent {
            Ok(_) => self.store.message_sent(&call, id).await?,
            Err(error) => {
                let next_try = again(&error, call.clock, attempts, until)?;
                let after = if next_try.is_some() { "will be tried again" } else { "is given up" };
                log::warn!("message {id} was not delivered and {after}: {error}");
                let uncertain = matches!(error, Undelivered::NotSent(NotSent::Uncertain(_)));
                self.store.message_failed(&call, id, Failed { why: error.to_string(), next_try, uncertain }).await?;
            }
        }
        Ok(())
    }

    /// Opens and renders a message. Keys are files: not on a thread that others need.
    async fn written(&self, message: Message, from: &Mailbox) -> Result<Mail, Undelivered> {
        let (keys, from, manner) = (self.keys.clone(), from.clone(), self.manner.clone());
        tokio::task::spawn_blocking(move || write(&keys, &message, &from, &manner)).await.unwrap_or(Err(Undelivered::Panicked))
    }

    /// Erases keys whose day is over and under which nothing waits.
    async fn erase_keys(&self) -> Result<(), Interrupted> {
        let now = self.clock.now();
        if self.keys.any_lapsed(now)? {
            let oldest = self.store.oldest_payload().await.map_err(Failure::from)?;
            let erased = self.keys.erase(now, oldest)?;
            if erased > 0 {
                log::info!("{erased} daily mail keys were erased: nothing waits under them");
            }
        }
        Ok(())
    }
}

/// When to try again; nothing where that would change nothing, or come too late.
fn again(error: &Undelivered, now: Timestamp, attempts: u32, until: Option<Timestamp>) -> Result<Option<Timestamp>, NoRandomness> {
    match error {
        // What is wrong with the message itself stays wrong, and so does a server's last word about it.
        Undelivered::NotRendered(_) | Undelivered::NotOpened(NotOpened::Changed) | Undelivered::NotSent(NotSent::Refused(_)) => Ok(None),
        // Another daemon on the same database may have the key, or its folder comes back.
        Undelivered::NotOpened(NotOpened::NoKey { .. }) | Undelivered::NotSent(_) | Undelivered::Panicked => {
            let next = next_try(now, attempts, u16::from_be_bytes(random::bytes()?));
            Ok(next.filter(|next| until.is_none_or(|until| *next < until)))
        }
    }
}

/// Opens and renders one message.
fn write(keys: &MailKeys, message: &Message, from: &Mailbox, manner: &Manner) -> Result<Mail, Undelivered> {
    let carried = match &message.payload {
        Some(sealed) if message.about.carries() => Some(keys.open_payload(message.id, message.to(), sealed)?),
        _ => None,
    };
    // Bytes that are no text are no token either; `render` says so.
    let carried: Option<&str> = carried.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    Ok(render(message, carried, from, manner)?)
}

/// Waits for work, but not longer than [`LONGEST`], and once the daemon stops no longer than its grace.
async fn unless_cut_off<T>(work: impl Future<Output = T>, mut stopping: Stopping, grace: Duration) -> Option<T> {
    let mut work = pin!(work);
    let mut over = pin!(stopping.within(LONGEST));
    let done = poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => over.as_mut().poll(cx).map(Err),
    });
    match done.await {
        Ok(done) => Some(done),
        Err(true) => tokio::time::timeout(grace, work).await.ok(),
        Err(false) => None,
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
