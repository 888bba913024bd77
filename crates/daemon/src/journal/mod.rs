//! The journal: log lines and audit events on their way out, through a bounded queue on a thread of its own.
//!
//! No request ever waits here: a journal that stands still costs lines, which are counted, and delays events, which are not lost.

mod line;
mod native;
mod sink;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use log::{LevelFilter, Log, Metadata};
use tokio::sync::oneshot;
use vault::Digest;
use vault::event::Record;

use crate::config;
use line::Line;
use sink::Sink;

/// How long the last lines may take to leave when the daemon stops.
const LAST_LINES: Duration = Duration::from_secs(2);

/// The way out for lines and events.
pub struct Journal {
    queue: SyncSender<Waiting>,
    dropped: Arc<AtomicU64>,
    level: LevelFilter,
    ended: Mutex<Receiver<()>>,
}

enum Waiting {
    Line(Line),
    Event(Box<Line>, oneshot::Sender<io::Result<()>>),
    End,
}

impl Journal {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// There is no journal although the configuration insists on it.
    pub fn start(config: &config::journal::Journal) -> io::Result<Arc<Self>> {
        Self::into_sink(config, Sink::open(config.to)?)
    }

    fn into_sink(config: &config::journal::Journal, sink: Sink) -> io::Result<Arc<Self>> {
        let (queue, waiting) = sync_channel(config.queue);
        let (end, ended) = channel();
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&dropped);
        std::thread::Builder::new().name("journal".into()).spawn(move || write(&sink, &waiting, &counted, &end))?;
        Ok(Arc::new(Self { queue, dropped, level: config.level.into(), ended: Mutex::new(ended) }))
    }

    /// Makes this the place where the whole process logs. Only the first journal of a process can be that.
    pub fn install(self: &Arc<Self>) {
        if log::set_boxed_logger(Box::new(Installed(Arc::clone(self)))).is_ok() {
            log::set_max_level(self.level);
        }
    }

    /// Tells an audit event and waits until the journal has taken it.
    ///
    /// # Errors
    /// It was not taken, or nobody knows: tell it again later.
    pub async fn tell(&self, record: &Record, hash: Digest) -> io::Result<()> {
        let (taken, answer) = oneshot::channel();
        let waiting = Waiting::Event(Box::new(Line::event(record, hash)), taken);
        self.queue.try_send(waiting).map_err(|_| io::Error::from(io::ErrorKind::WouldBlock))?;
        answer.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
    }

    /// How many lines were dropped because the journal did not keep up.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Writes what waits and ends the thread; a journal that stands still is not waited for longer than two seconds.
    pub fn end(&self) {
        if self.queue.try_send(Waiting::End).is_ok()
            && let Ok(ended) = self.ended.lock()
        {
            let _ = ended.recv_timeout(LAST_LINES);
        }
    }

    fn line(&self, line: Line) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(Waiting::Line(line)) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn write(sink: &Sink, waiting: &Receiver<Waiting>, dropped: &AtomicU64, end: &Sender<()>) {
    let mut told = 0;
    for one in waiting {
        match one {
            Waiting::Line(line) => {
                let _ = sink.write(&line);
            }
            Waiting::Event(line, taken) => {
                let _ = taken.send(sink.write(&line));
            }
            Waiting::End => break,
        }
        let missing = dropped.load(Ordering::Relaxed);
        if missing > told && sink.write(&Line::warning(format!("{} log lines were dropped: the journal did not keep up", missing - told))).is_ok()
        {
            told = missing;
        }
    }
    let _ = end.send(());
}

struct Installed(Arc<Journal>);

impl Log for Installed {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= self.0.level
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.line(Line::log(record));
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use vault::Timestamp;
    use vault::event::{Actor, Event, Kind, Lane};

    use super::*;

    fn event() -> Record {
        Event::new(Kind::DaemonStarted, Timestamp::from_millis(1), Actor::Appliance).with("version", "1").record(Lane(0), 1)
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn a_journal_that_stands_still_drops_lines_counts_them_and_blocks_nobody() {
        let (release, held) = channel();
        let (sink, written) = Sink::held(held);
        let config = config::journal::Journal { queue: 16, ..Default::default() };
        let journal = Journal::into_sink(&config, sink).unwrap();
        for n in 0..100 {
            journal.line(Line::warning(format!("line {n}")));
        }
        // One line may be in the thread's hands, 16 wait, and the rest are gone.
        let dropped = journal.dropped();
        assert!((83..=84).contains(&dropped), "{dropped}");
        assert!(runtime().block_on(journal.tell(&event(), Digest::of(&[]))).is_err(), "an event is not taken then, and told again later");
        drop(release);
        journal.end();
        let written: Vec<String> = written.try_iter().collect();
        assert!(written.iter().any(|line| line.contains(&format!("{dropped} log lines were dropped"))), "{written:?}");
    }

    #[test]
    fn an_event_is_told_only_when_the_journal_has_taken_it() {
        let (sink, written) = Sink::held(channel().1);
        let journal = Journal::into_sink(&config::journal::Journal::default(), sink).unwrap();
        runtime().block_on(journal.tell(&event(), Digest::of(&[]))).unwrap();
        assert_eq!(written.try_recv().unwrap(), "posternd 1 started");
        let journal = Journal::into_sink(&config::journal::Journal::default(), Sink::Broken).unwrap();
        assert!(runtime().block_on(journal.tell(&event(), Digest::of(&[]))).is_err());
    }
}
