//! Where lines end up: the systemd journal, or standard error for people.
//!
//! Nothing here waits for anything but the journal itself; only the journal's own threads call it.

use std::io::{self, Write as _};

use env_logger::Logger;
use log::{LevelFilter, Log as _, Record};
use systemd_journal_logger::JournalLog;

use super::line::Line;
use super::native;
use crate::config::journal::To;

/// Where lines end up.
pub enum Sink {
    /// The systemd journal.
    Journal(JournalLog),
    /// Standard error.
    Stderr(Box<Logger>),
    #[cfg(test)]
    Held(std::sync::mpsc::Receiver<()>, std::sync::mpsc::Sender<Line>),
    #[cfg(test)]
    Takes(std::sync::atomic::AtomicUsize),
}

impl Sink {
    /// Opens what the configuration asks for.
    ///
    /// # Errors
    /// There is no journal although the configuration insists on it.
    pub fn open(to: To) -> io::Result<Self> {
        if to == To::Stderr {
            return Ok(Self::stderr());
        }
        // Asked once, at the start: no socket is `NotFound`, one that nobody listens at is `ConnectionRefused`.
        match JournalLog::empty() {
            Ok(journal) => Ok(Self::Journal(journal.with_syslog_identifier("posternd".into()))),
            Err(_) if to == To::Auto => Ok(Self::stderr()),
            Err(error) => {
                let text = format!("there is no systemd journal here ({error}); journal.to = \"stderr\" does without");
                Err(io::Error::new(error.kind(), text))
            }
        }
    }

    /// Which of the two it is, so that another one can be opened to the same place.
    pub fn to(&self) -> To {
        match self {
            Self::Journal(_) => To::Journal,
            _ => To::Stderr,
        }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// The journal did not take it.
    pub fn write(&self, line: &Line) -> io::Result<()> {
        match (self, line.loud) {
            (Self::Journal(_), Some(priority)) => native::send(line, priority),
            (Self::Journal(journal), None) => {
                let fields: Vec<(&str, &str)> = line.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                journal.journal_send(
                    &Record::builder()
                        .level(line.level)
                        .target(&line.target)
                        .key_values(&fields)
                        .args(format_args!("{}", line.message))
                        .build(),
                )
            }
            (Self::Stderr(logger), _) => {
                let text = line.readable();
                logger.log(&Record::builder().level(line.level).target(line.word).args(format_args!("{text}")).build());
                Ok(())
            }
            #[cfg(test)]
            (Self::Held(held, written), _) => {
                // An error means that the other end is gone: held no more.
                let _ = held.recv();
                written.send(line.clone()).map_err(io::Error::other)
            }
            #[cfg(test)]
            (Self::Takes(left), _) => {
                use std::sync::atomic::Ordering;
                let one = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
                one.map(|_| ()).map_err(|_| io::ErrorKind::ConnectionRefused.into())
            }
        }
    }

    fn stderr() -> Self {
        let format = |out: &mut env_logger::fmt::Formatter, record: &Record<'_>| {
            let at = out.timestamp_seconds();
            let style = out.default_level_style(record.level());
            // The word stands where a target would.
            writeln!(out, "{at} {style}{:<6}{style:#} {}", record.target(), record.args())
        };
        // What is told was decided before: audit events are told at any level.
        let logger = env_logger::Builder::new().filter_level(LevelFilter::Trace).format(format).build();
        Self::Stderr(Box::new(logger))
    }

    /// Takes this many lines and no more.
    #[cfg(test)]
    pub const fn takes(lines: usize) -> Self {
        Self::Takes(std::sync::atomic::AtomicUsize::new(lines))
    }

    /// Takes a line for each word from `held`, and any number once the other end is gone.
    #[cfg(test)]
    pub fn held(held: std::sync::mpsc::Receiver<()>) -> (Self, std::sync::mpsc::Receiver<Line>) {
        let (written, read) = std::sync::mpsc::channel();
        (Self::Held(held, written), read)
    }
}
