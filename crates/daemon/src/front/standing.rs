//! How many connections are open, and to how many of them an answer is owed: what a daemon must know to stop without cutting anybody off.
//!
//! Nothing is read or changed on the way through, and nothing here ends a connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

/// For how long after the last connection was taken in clients are given the chance to ask once more, and so to be told that it ends.
const TURN: Duration = Duration::from_millis(250);

/// What is known of all connections together.
#[derive(Clone, Debug)]
pub struct Standing(Arc<Told>);

#[derive(Debug)]
struct Told {
    counts: watch::Sender<Counts>,
    phase: watch::Sender<Phase>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    open: usize,
    owed: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    /// Each answer says that its connection ends.
    Stopping,
    /// Connections end when what is asked is answered.
    Draining,
}

impl Default for Standing {
    fn default() -> Self {
        Self(Arc::new(Told { counts: watch::Sender::new(Counts::default()), phase: watch::Sender::new(Phase::Serving) }))
    }
}

impl Standing {
    /// A connection that was taken in. Its first answer is owed from now on.
    pub fn enter(&self) -> Visit {
        self.0.counts.send_modify(|counts| {
            counts.open += 1;
            counts.owed += 1;
        });
        Visit { standing: self.clone(), owed: true }
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.0.counts.borrow().open
    }

    /// Whether each answer must say that its connection ends.
    pub fn is_stopping(&self) -> bool {
        *self.0.phase.borrow() > Phase::Serving
    }

    /// From now on each answer says that its connection ends.
    pub fn stop(&self) {
        self.0.phase.send_replace(Phase::Stopping);
    }

    /// Waits until nobody is owed an answer, at most as long as `patience`, then lets connections end.
    pub async fn drain(&self, patience: Duration) {
        let answered = async {
            if self.open() > 0 {
                tokio::time::sleep(TURN).await;
            }
            self.until(|counts| counts.owed == 0).await;
        };
        let _ = tokio::time::timeout(patience, answered).await;
        self.0.phase.send_replace(Phase::Draining);
    }

    /// Waits until connections are to end.
    pub async fn draining(&self) {
        let _ = self.0.phase.subscribe().wait_for(|phase| *phase == Phase::Draining).await;
    }

    /// Waits until no connection is open.
    pub async fn empty(&self) {
        self.until(|counts| counts.open == 0).await;
    }

    async fn until(&self, so: impl Fn(&Counts) -> bool) {
        let _ = self.0.counts.subscribe().wait_for(so).await;
    }
}

/// One connection's part in it, until it is dropped.
#[derive(Debug)]
pub struct Visit {
    standing: Standing,
    owed: bool,
}

impl Visit {
    fn owe(&mut self, owed: bool) {
        if self.owed != owed {
            self.owed = owed;
            self.standing.0.counts.send_modify(|counts| counts.owed = if owed { counts.owed + 1 } else { counts.owed.saturating_sub(1) });
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.owe(false);
        self.standing.0.counts.send_modify(|counts| counts.open = counts.open.saturating_sub(1));
    }
}

/// A stream whose comings and goings are noted: what comes in asks, what goes out answers.
#[derive(Debug)]
pub struct Watched<T> {
    /// The stream.
    pub stream: T,
    visit: Visit,
}

impl<T> Watched<T> {
    /// The stream of this connection.
    pub fn new(stream: T, visit: Visit) -> Self {
        Self { stream, visit }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.visit.owe(true);
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.visit.owe(false);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn run(story: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(story);
    }

    #[test]
    fn nobody_is_cut_off_before_they_are_answered() {
        run(async {
            let standing = Standing::default();
            let (mut client, stream) = tokio::io::duplex(64);
            let mut watched = Watched::new(stream, standing.enter());
            standing.stop();
            assert!(standing.is_stopping());
            let draining = tokio::spawn({
                let standing = standing.clone();
                async move { standing.drain(Duration::from_secs(60)).await }
            });
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert!(!draining.is_finished(), "a connection that was just taken in has its first request before it");
            client.write_all(b"GET").await.unwrap();
            watched.read_exact(&mut [0; 3]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert!(!draining.is_finished(), "it has asked");
            watched.write_all(b"200").await.unwrap();
            draining.await.unwrap();
            standing.draining().await;
            drop(watched);
            standing.empty().await;
        });
    }

    #[test]
    fn who_never_asks_does_not_hold_up_the_stop_for_longer_than_the_patience() {
        run(async {
            let standing = Standing::default();
            let _silent = standing.enter();
            standing.stop();
            standing.drain(Duration::from_secs(2)).await;
            standing.draining().await;
            assert_eq!(standing.open(), 1);
        });
    }

    #[test]
    fn without_connections_a_stop_waits_for_nothing() {
        run(async {
            let standing = Standing::default();
            drop(standing.enter());
            standing.drain(Duration::ZERO).await;
            standing.empty().await;
        });
    }
}
