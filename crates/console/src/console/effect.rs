//! What the console wants done outside of itself. The runner does it; nothing here does anything.

use std::time::Duration;

use super::call::{Call, Ticket};

/// Something to be done.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    /// Ask the daemon.
    Ask {
        /// The answer will bear it.
        ticket: Ticket,
        /// What to ask.
        call: Box<Call>,
    },
    /// Put a text into the terminal's clipboard (OSC 52). Only ids and commands ever are.
    Copy(String),
    /// One `Tick` after this time.
    Wake(Duration),
    /// Switch the mouse on or off.
    Mouse(bool),
    /// Draw everything anew, whatever stands on the screen.
    Redraw,
    /// End, with this exit code and a word for standard error.
    Quit {
        /// What the shell is told.
        code: u8,
        /// What the person is told, once the terminal is theirs again.
        words: Option<String>,
    },
}
