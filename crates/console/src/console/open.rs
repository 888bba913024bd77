//! Opens the console on this terminal, if it is one, and tells with which exit code it ended.
//!
//! Nothing is opened where it makes no sense: without a terminal, or without a daemon to ask, a clear word says what to do.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use client::{Error, Trouble};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::look::Surroundings;
use super::quiet::Quiet;
use super::runner::Runner;
use super::{Console, clock, tty};
use crate::failure::Failure;

/// Opens the console and stays in it until it ends.
///
/// # Errors
/// Why it can't be opened, or that the terminal could not be written to.
pub(crate) fn open(socket: &Path, theme: Option<&str>, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "the console needs a terminal. Without one use the commands (`posternctl --help` lists them), or `posternctl --plain`, which takes them line by line".to_owned(),
        ));
    }
    reachable(socket)?;
    let look = Surroundings::of_process().look(theme);
    let taken = tty::Taken::take(out)?;
    let ended = run(socket, look, out);
    drop(taken);
    match ended {
        Ok((code, words)) => {
            if let Some(words) = words {
                // Nobody is left to be told when standard error doesn't take it.
                let _ = writeln!(err, "posternctl: {}", crate::show::text::harmless(&words));
            }
            Ok(code)
        }
        Err(error) => Err(Failure::Output(error)),
    }
}

fn run(socket: &Path, look: super::Look, out: &mut dyn Write) -> io::Result<super::runner::Ended> {
    let mut terminal = Terminal::new(Quiet::new(CrosstermBackend::new(BufWriter::with_capacity(16 * 1024, out))))?;
    let size = terminal.size()?;
    let runner = Runner::start(socket)?;
    let mut console = Console::new(look, TimeZone::system(), (size.width, size.height), clock::now());
    let ended = runner.run(&mut console, &mut terminal);
    // Dropped, it would show the cursor, and panic where standard error is gone together with the terminal. `Taken` gives the cursor back.
    std::mem::forget(terminal);
    ended
}

/// Whether anybody could answer at the socket: that is told before the screen is taken, where it can still be read afterwards.
fn reachable(socket: &Path) -> Result<(), Failure> {
    let trouble = match UnixStream::connect(socket) {
        Ok(_) => return Ok(()),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound => Trouble::NoSocket,
            io::ErrorKind::PermissionDenied => Trouble::Permission,
            io::ErrorKind::ConnectionRefused => Trouble::Refused,
            _ => Trouble::Broken(error.to_string()),
        },
    };
    Err(Failure::of(Error::Unreachable { whom: socket.display().to_string(), trouble, sent: false }, socket))
}
