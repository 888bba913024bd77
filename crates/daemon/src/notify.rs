//! Telling the service manager how the daemon is (sd_notify(3)).
//!
//! Nothing here fails a start: without a manager nobody is told. No word of it is secret: everybody on the machine may read them.

use std::time::Duration;

use sd_notify::NotifyState;

/// The daemon serves, or serves by its new configuration. `status` is a sentence for whoever asks `systemctl status`.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// The configuration is read anew; [`ready`] ends it.
pub fn reloading() {
    // The manager compares the time with that of the signal.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => log::warn!("the service manager can't be told of the reload: {error}"),
    }
}

/// The daemon stops, and may take so long.
pub fn stopping(within: Duration, status: &str) {
    tell(&[NotifyState::Stopping, longer(within), NotifyState::Status(status)]);
}

/// What is under way takes so much longer.
pub fn busy(further: Duration, status: &str) {
    tell(&[longer(further), NotifyState::Status(status)]);
}

/// The daemon is alive.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How long the manager waits for [`alive`] before it ends this process; nothing if it doesn't.
pub fn patience() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|patience| !patience.is_zero())
}

fn longer(time: Duration) -> NotifyState<'static> {
    NotifyState::ExtendTimeoutUsec(u32::try_from(time.as_micros()).unwrap_or(u32::MAX))
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        log::warn!("the service manager can't be told how the daemon is: {error}");
    }
}
