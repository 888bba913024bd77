//! The terminal: taken when the console opens, given back however it ends.
//!
//! Nothing here draws a screen. What could not be given back (a terminal that is gone) is nobody's any more.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::crossterm::{Command, cursor};

use crate::show;

/// The terminal while the console has it. Dropped, it gives it back.
pub(crate) struct Taken;

impl Taken {
    /// Takes the terminal: raw keys, a screen of its own, pastes as one text.
    ///
    /// # Errors
    /// When the terminal doesn't let itself be taken.
    pub(crate) fn take(out: &mut dyn Write) -> io::Result<Self> {
        // A panic on any thread ends the console: half of it can't be trusted to go on, and a terminal in raw mode can't be worked with.
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |told| {
            give_back();
            before(told);
            std::process::exit(i32::from(crate::failure::FAILED));
        }));
        enable_raw_mode()?;
        let taken = Self;
        let mut text = String::new();
        let written = EnterAlternateScreen.write_ansi(&mut text).and_then(|()| EnableBracketedPaste.write_ansi(&mut text));
        written.and_then(|()| cursor::Hide.write_ansi(&mut text)).map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
        // The default one is enough from here on.
        drop(std::panic::take_hook());
    }
}

/// Gives the terminal back. Written past all buffers and locks: whoever holds them may be the one that failed.
fn give_back() {
    let mut text = String::new();
    let _ = DisableMouseCapture.write_ansi(&mut text);
    let _ = DisableBracketedPaste.write_ansi(&mut text);
    let _ = LeaveAlternateScreen.write_ansi(&mut text);
    let _ = cursor::Show.write_ansi(&mut text);
    let mut left = text.as_bytes();
    while let Ok(written @ 1..) = nix::unistd::write(io::stdout(), left) {
        left = left.get(written..).unwrap_or_default();
        if left.is_empty() {
            break;
        }
    }
    let _ = disable_raw_mode();
}

/// Switches the mouse on or off.
pub(crate) fn mouse(out: &mut dyn Write, on: bool) -> io::Result<()> {
    let mut text = String::new();
    let written = if on { EnableMouseCapture.write_ansi(&mut text) } else { DisableMouseCapture.write_ansi(&mut text) };
    written.map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Puts a text into the terminal's clipboard (OSC 52), whether or not the terminal takes it.
pub(crate) fn copy(out: &mut dyn Write, text: &str) -> io::Result<()> {
    write!(out, "\x1b]52;c;{}\x07", STANDARD.encode(show::text::harmless_lines(text)))?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_one_sequence_that_holds_nothing_raw() {
        let mut out = Vec::new();
        copy(&mut out, "posternctl share revoke x\n").unwrap();
        assert_eq!(out, b"\x1b]52;c;cG9zdGVybmN0bCBzaGFyZSByZXZva2UgeAo=\x07");
    }
}
