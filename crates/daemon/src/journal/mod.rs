//! The journal: log lines on their way out through a bounded queue, and audit events through the mirror, each on a thread of its own.
//!
//! No request ever waits here: a journal that stands still costs lines, which are counted, and delays events, which are not lost.

mod line;
mod mirror;
mod native;
mod sink;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use log::{Level, LevelFilter, Log, Metadata};

use crate::config::journal as config;
use line::Line;
pub use mirror::Mirror;
use sink::Sink;

/// How long the last lines may take to leave when the daemon stops.
const LAST_LINES: Duration = Duration::from_secs(2);

/// How often there is a look for room in a full queue when the daemon stops.
const LOOK: Duration = Duration::from_millis(10);

/// The way out for lines.
pub struct Journal {
    queue: SyncSender<Waiting>,
    dropped: Arc<AtomicU64>,
    level: LevelFilter,
    to: config::To,
}

enum Waiting {
    Line(Line),
    /// Answered when everything before it was written.
    Flush(SyncSender<()>),
}

impl Journal {
    /// Starts the thread that writes. [`Journal::install`] makes it the process's own.
    ///
    /// # Errors
    /// There is no journal although the configuration insists on it.
    pub fn start(config: &config::Journal) -> io::Result<Arc<Self>> {
        Self::into_sink(config, Sink::open(config.to)?)
    }

    fn into_sink(config: &config::Journal, sink: Sink) -> io::Result<Arc<Self>> {
        let (queue, waiting) = sync_channel(config.queue);
        let dropped = Arc::new(AtomicU64::new(0));
        let (counted, to) = (Arc::clone(&dropped), sink.to());
        std::thread::Builder::new().name("journal".into()).spawn(move || write(&sink, &waiting, &counted))?;
        Ok(Arc::new(Self { queue, dropped, level: config.level.into(), to }))
    }

    /// Makes this the place where the whole process logs. Only the first journal of a process can be that.
    pub fn install(self: &Arc<Self>) {
        if log::set_boxed_logger(Box::new(Installed(Arc::clone(self)))).is_ok() {
            log::set_max_level(self.level);
        }
    }

    /// How many lines were dropped because the journal did not keep up.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was logged before is written, at the daemon's end; a journal that stands still is not waited for longer than
    /// two seconds. It blocks. Answers whether everything was written.
    pub fn flush(&self) -> bool {
        let (done, written) = sync_channel(1);
        let mut waiting = Waiting::Flush(done);
        for _ in 0..LAST_LINES.as_millis() / LOOK.as_millis() {
            match self.queue.try_send(waiting) {
                Ok(()) => return written.recv_timeout(LAST_LINES).is_ok(),
                Err(TrySendError::Full(back)) => waiting = back,
                Err(TrySendError::Disconnected(_)) => return false,
            }
            std::thread::sleep(LOOK);
        }
        false
    }

    fn line(&self, line: Line) {
        if self.queue.try_send(Waiting::Line(line)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn write(sink: &Sink, waiting: &Receiver<Waiting>, dropped: &AtomicU64) {
    let mut told = 0;
    for one in waiting {
        match one {
            Waiting::Line(line) if sink.write(&line).is_err() => {
                dropped.fetch_add(1, Ordering::Relaxed);
            }
            Waiting::Line(_) => {}
            Waiting::Flush(done) => {
                // Nobody may be waiting any more.
                let _ = done.try_send(());
            }
        }
        let missing = dropped.load(Ordering::Relaxed);
        if missing > told {
            let warning = Line::warning(format!("{} log lines were dropped: the journal did not keep up", missing - told));
            if sink.write(&warning).is_ok() {
                told = missing;
            }
        }
    }
}

/// What the libraries tell of their everyday life is for whoever asks for `debug`.
fn ours(target: &str) -> bool {
    let crate_name = target.split("::").next().unwrap_or_default();
    ["daemon", "posternd", "store", "vault", "web"].contains(&crate_name)
}

/// Lines about what callers send. To a library nonsense is an error, and anybody could fill the journal with it.
fn about_callers(target: &str) -> bool {
    ["actix_http", "actix_tls"].contains(&target.split("::").next().unwrap_or_default())
}

struct Installed(Arc<Journal>);

impl Log for Installed {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let asked_for = self.0.level > LevelFilter::Info;
        let wrong = metadata.level() <= Level::Warn && !about_callers(metadata.target());
        metadata.level() <= self.0.level && (ours(metadata.target()) || wrong || asked_for)
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.line(Line::log(record));
        }
    }

    fn flush(&self) {
        self.0.flush();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn sixteen() -> config::Journal {
        config::Journal { queue: 16, ..Default::default() }
    }

    #[test]
    fn a_journal_that_stands_still_drops_lines_counts_them_and_blocks_nobody() {
        let (release, held) = channel();
        let (sink, written) = Sink::held(held);
        let journal = Journal::into_sink(&sixteen(), sink).unwrap();
        for n in 0..100 {
            journal.line(Line::warning(format!("line {n}")));
        }
        // One line may be in the thread's hands, 16 wait, and the rest are gone.
        let dropped = journal.dropped();
        assert!((83..=84).contains(&dropped), "{dropped}");
        drop(release);
        assert!(journal.flush());
        let written: Vec<String> = written.try_iter().map(|line| line.message).collect();
        assert!(written.iter().any(|line| line.contains("log lines were dropped")), "{written:?}");
        assert_eq!(written.iter().filter(|line| line.starts_with("line ")).count() as u64, 100 - dropped);
        assert_eq!(journal.dropped(), dropped);
    }

    #[test]
    fn libraries_tell_what_looks_wrong_and_more_only_to_whoever_asks_for_it() {
        let enabled = |config_level, level, target| {
            let config = config::Journal { level: config_level, ..Default::default() };
            let installed = Installed(Journal::into_sink(&config, Sink::takes(0)).unwrap());
            installed.enabled(&Metadata::builder().level(level).target(target).build())
        };
        use config::Level::{Debug, Error, Info};
        assert!(enabled(Info, Level::Info, "daemon::mail::outbox") && enabled(Info, Level::Warn, "actix_server::worker"));
        assert!(!enabled(Info, Level::Info, "actix_server::worker") && !enabled(Error, Level::Warn, "daemon::sweeper"));
        assert!(!enabled(Info, Level::Error, "actix_http::h1::dispatcher") && enabled(Debug, Level::Error, "actix_http::h1::dispatcher"));
        assert!(enabled(Debug, Level::Debug, "actix_server::worker") && !enabled(Debug, Level::Trace, "actix_server::worker"));
    }

    #[test]
    fn everything_logged_before_the_end_is_written() {
        let (sink, written) = Sink::held(channel().1);
        let journal = Journal::into_sink(&sixteen(), sink).unwrap();
        for n in 0..10 {
            journal.line(Line::warning(format!("line {n}")));
        }
        assert!(journal.flush());
        assert_eq!(written.try_iter().count(), 10);
    }

    #[test]
    fn a_line_that_the_journal_did_not_take_is_counted() {
        let journal = Journal::into_sink(&sixteen(), Sink::takes(0)).unwrap();
        journal.line(Line::warning("lost".to_owned()));
        assert!(journal.flush());
        assert_eq!(journal.dropped(), 1);
    }
}
