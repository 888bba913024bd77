//! How long a connection may stay open for nothing: between an answer and the next request's head, and while an answer isn't taken.
//!
//! HTTP's own limits end with a request's head. Without this, a body that never ends or a second head that never comes would keep a place
//! for good. While a request is worked on, and while its answer is still being made, nothing is counted here: bodies have a limit of their own.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// How long a connection stays open after its last answer, so that the other end can read it.
const LINGER: Duration = Duration::from_secs(2);

/// How much time each byte of an answer gives its reader, in microseconds: four kibibytes have a second.
const MICROS_A_BYTE: u64 = 244;

/// How much of an answer may be on its way between the daemon and its reader, in bytes: the kernel's largest buffer, rounded up. For more
/// than that nobody has time in store, however much was read before.
const MOST_UNDER_WAY: u64 = 4 * 1024 * 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Come {
    requests: u64,
    pieces: u64,
    working: bool,
    last: bool,
}

/// How far a connection has come. Its requests tell; it looks.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Come>);

impl Progress {
    /// A request's head is here, and it is worked on until the value is dropped.
    pub fn begin(self: &Arc<Self>) -> Working {
        self.change(|come| (come.requests, come.working) = (come.requests.wrapping_add(1), true));
        Working(Arc::clone(self))
    }

    /// A further piece of the present request's answer is worked on until the value is dropped.
    pub fn make(self: &Arc<Self>) -> Working {
        self.change(|come| (come.pieces, come.working) = (come.pieces.wrapping_add(1), true));
        Working(Arc::clone(self))
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

/// That something is worked on, as long as this lives.
#[derive(Debug)]
pub struct Working(Arc<Progress>);

impl Drop for Working {
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
            let fresh = sleep(if come.last { LINGER } else { self.limit });
            // What of this answer is on its way already keeps its time.
            let same = come.requests == self.seen.requests && !come.last;
            if !same || self.timer.deadline() < fresh.deadline() {
                self.timer = Box::pin(fresh);
            }
            self.seen = come;
        }
        match self.timer.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    /// So many bytes of an answer were taken.
    pub fn written(&mut self, bytes: usize) {
        let time = |bytes: u64| Duration::from_micros(MICROS_A_BYTE.saturating_mul(bytes));
        let most = sleep(self.limit.saturating_add(time(MOST_UNDER_WAY))).deadline();
        let more = self.timer.deadline().checked_add(time(u64::try_from(bytes).unwrap_or(u64::MAX)));
        self.timer.as_mut().reset(more.map_or(most, |more| more.min(most)));
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
        let (mut patience, progress) = (Patience::new(LIMIT), Arc::<Progress>::default());
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
        let (mut patience, progress) = (Patience::new(LIMIT), Arc::<Progress>::default());
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
        let (mut patience, progress) = (Patience::new(LIMIT), Arc::<Progress>::default());
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
        let (mut patience, progress) = (Patience::new(LIMIT), Arc::<Progress>::default());
        patience.written(1024 * 1024);
        pass(200).await;
        assert!(!over(&mut patience, &progress));
        pass(100).await;
        assert!(over(&mut patience, &progress));
    }
    #[tokio::test(start_paused = true)]
    async fn who_read_much_in_a_moment_has_no_hours_in_store() {
        let (mut patience, progress) = (Patience::new(LIMIT), Arc::<Progress>::default());
        for _ in 0..1024 {
            patience.written(1024 * 1024);
        }
        pass(1000).await;
        assert!(!over(&mut patience, &progress), "a full buffer's time is theirs");
        pass(100).await;
        assert!(over(&mut patience, &progress));
    }

    #[tokio::test(start_paused = true)]
    async fn a_further_piece_of_an_answer_takes_no_time_from_what_is_on_its_way() {
        let (mut patience, progress) = (Patience::new(LIMIT), Arc::<Progress>::default());
        drop(progress.begin());
        assert!(!over(&mut patience, &progress));
        patience.written(1024 * 1024);
        drop(progress.make());
        assert!(!over(&mut patience, &progress));
        pass(200).await;
        assert!(!over(&mut patience, &progress));
        drop(progress.begin());
        assert!(!over(&mut patience, &progress), "the next answer begins with the plain limit");
        pass(21).await;
        assert!(over(&mut patience, &progress));
    }
}
