//! Where lines end up: the systemd journal, or standard error for people.
//!
//! Nothing here waits for anything but the journal itself; only the journal's own thread calls it.

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
    Held(std::sync::mpsc::Receiver<()>, std::sync::mpsc::Sender<String>),
    #[cfg(test)]
    Broken,
}

impl Sink {
    /// Opens what the configuration asks for.
    ///
    /// # Errors
    /// There is no journal although the configuration insists on it.
    pub fn open(to: To) -> io::Result<Self> {
        match (to, JournalLog::empty()) {
            (To::Stderr, _) => Ok(Self::stderr()),
            (_, Ok(journal)) => Ok(Self::Journal(journal.with_syslog_identifier("posternd".into()))),
            (To::Auto, Err(_)) => Ok(Self::stderr()),
            (To::Journal, Err(error)) => Err(io::Error::new(error.kind(), format!("there is no systemd journal here: {error}"))),
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
                let message = harmless(&line.message);
                logger.log(&Record::builder().level(line.level).target(&line.target).args(format_args!("{message}")).build());
                Ok(())
            }
            #[cfg(test)]
            (Self::Held(held, written), _) => {
                // An error means that the other end is gone: held no more.
                let _ = held.recv();
                written.send(line.message.clone()).map_err(io::Error::other)
            }
            #[cfg(test)]
            (Self::Broken, _) => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }

    fn stderr() -> Self {
        let format = |out: &mut env_logger::fmt::Formatter, record: &Record<'_>| {
            let at = out.timestamp_seconds();
            let style = out.default_level_style(record.level());
            // An event's level here says how loud it is; that it is one shows in its place.
            writeln!(out, "{at} {style}{:<5}{style:#} {}", record.level(), record.args())
        };
        let logger = env_logger::Builder::new().filter_level(LevelFilter::Trace).format(format).build();
        Self::Stderr(Box::new(logger))
    }

    #[cfg(test)]
    pub fn held(held: std::sync::mpsc::Receiver<()>) -> (Self, std::sync::mpsc::Receiver<String>) {
        let (written, read) = std::sync::mpsc::channel();
        (Self::Held(held, written), read)
    }
}

/// A terminal does what control characters say; names and reasons must not speak to it.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }
}
