//! What can happen to the console: keys, answers, time. One channel brings all of it.
//!
//! Nothing here reads a key or a clock.

use api::Timestamp;
use ratatui::crossterm::event::{KeyEvent, MouseEvent};

use super::call::{Call, Outcome, Ticket};

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// The terminal's own paste, as one text.
    Paste(String),
    /// The mouse, where somebody switched it on.
    Mouse(MouseEvent),
    /// The terminal has another size: columns and lines.
    Resize(u16, u16),
    /// A call came back.
    Answered {
        /// Which one.
        ticket: Ticket,
        /// What was asked, boxed since calls are large.
        call: Box<Call>,
        /// What came of it.
        outcome: Box<Outcome>,
    },
    /// Something that whoever sits here should know, though it stopped nothing.
    Remark(String),
    /// Time that somebody asked to be told of.
    Tick,
    /// The terminal is gone, or somebody asks the process to end.
    Hangup,
}

/// Something that happened, and when.
#[derive(Debug)]
pub(crate) struct Happened {
    /// What.
    pub(crate) event: Event,
    /// When, on the daemon's clock as far as it is known.
    pub(crate) at: Timestamp,
}
