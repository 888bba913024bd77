//! How long a connection may stay open for nothing: between an answer and the next request's head, and while an answer isn't taken.
//!
//! HTTP's own limits end with a request's head. Without this, a body that never ends or a second head that never comes would keep a place
//! for good. While a request is worked on nothing is counted here: bodies have a limit of their own.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// How long a connection stays open after its last answer, so that the other end can read it.
const LINGER: Duration = Duration::from_secs(2);

/// How much time each byte of an answer gives its reader, in microseconds: four kibibytes have a second.
const MICROS_A_BYTE: u64 = 244;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Come {
    requests: u64,
    working: bool,
    last: bool,
}

/// How far a connection has come. Its requests tell; it looks.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Come>);

impl Progress {
    /// A request's head is here, and it is worked on until the value is dropped.
    pub fn begin(&self) -> impl Drop + use<'_> {
        self.change(|come| (come.requests, come.working) = (come.requests.wrapping_add(1), true));
        Working(self)
    }

    /// The answer to the present request is the connection's last.
    pub fn end(&self) {
        self.change(|come| come.last = true);
    }

    fn change(&self, change: impl FnOnce(&mut Come)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn come(&self) -> Come {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Working<'a>(&'a Progress);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.change(|come| come.working = false);
    }
}

/// The patience with one connection.
pub struct Patience {
    limit: Duration,
    seen: Come,
    timer: Pin<Box<Sleep>>,
}

impl Patience {
    /// So much of it.
    pub fn new(limit: Duration) -> Self {
        Self { limit, seen: Come::default(), timer: Box::pin(sleep(limit)) }
    }

    /// Looks whether it is at an end, and wakes the connection when it will be.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`]: it is.
    pub fn poll(&mut self, progress: &Progress, context: &mut Context<'_>) -> io::Result<()> {
        let come = progress.come();
        if come.working {
            return Ok(());
        }
        // After the last answer no further request gains time.
        if come != self.seen && !self.seen.last {
            self.timer = Box::pin(sleep(if come.last { LINGER } else { self.limit }));
            self.seen = come;
        }
        match self.timer.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    /// So many bytes of an answer were taken.
    pub fn written(&mut self, bytes: usize) {
        let more = Duration::from_micros(MICROS_A_BYTE.saturating_mul(u64::try_from(bytes).unwrap_or(u64::MAX)));
        if let Some(deadline) = self.timer.deadline().checked_add(more) {
            self.timer.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn over(patience: &mut Patience, progress: &Progress) -> bool {
        patience.poll(progress, &mut Context::from_waker(Waker::noop())).is_err()
    }

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nothing_is_asked_and_begins_anew_with_each_answer() {
        let (mut patience, progress) = (Patience::new(LIMIT), Progress::default());
        pass(19).await;
        assert!(!over(&mut patience, &progress));
        drop(progress.begin());
        assert!(!over(&mut patience, &progress));
        pass(19).await;
        assert!(!over(&mut patience, &progress));
        pass(2).await;
        assert!(over(&mut patience, &progress));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_worked_on_is_waited_for() {
        let (mut patience, progress) = (Patience::new(LIMIT), Progress::default());
        let working = progress.begin();
        pass(3000).await;
        assert!(!over(&mut patience, &progress));
        drop(working);
        assert!(!over(&mut patience, &progress));
        pass(21).await;
        assert!(over(&mut patience, &progress));
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_last_answer_it_is_short_and_further_requests_gain_nothing() {
        let (mut patience, progress) = (Patience::new(LIMIT), Progress::default());
        let working = progress.begin();
        progress.end();
        drop(working);
        assert!(!over(&mut patience, &progress));
        pass(1).await;
        drop(progress.begin());
        assert!(!over(&mut patience, &progress));
        pass(2).await;
        assert!(over(&mut patience, &progress));
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_a_long_answer_slowly_has_time_for_it() {
        let (mut patience, progress) = (Patience::new(LIMIT), Progress::default());
        patience.written(1024 * 1024);
        pass(200).await;
        assert!(!over(&mut patience, &progress));
        pass(100).await;
        assert!(over(&mut patience, &progress));
    }
}
