//! What stands in the list of messages: one row for each.
//!
//! Nothing here shows what a message says or carries: the appliance doesn't tell.

use api::admin::mail::Message;
use api::{MessageId, MessageState};

use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::when::{relative, span};
use crate::console::widgets::table::Column;
use crate::console::widgets::window::Row;

impl Row for Message {
    type Key = MessageId;

    fn key(&self) -> MessageId {
        self.message
    }
}

/// The sign and the meaning of a state.
pub(super) fn sign(message: &Message) -> (&'static str, Tone) {
    match message.state {
        MessageState::Waiting if message.attempts > 0 => ("!", Tone::Warn),
        MessageState::Waiting => ("○", Tone::Plain),
        MessageState::Sent => ("✓", Tone::Good),
        MessageState::Dead => ("✗", Tone::Bad),
        MessageState::Withdrawn => ("·", Tone::Faint),
    }
}

/// What a message is about, in words. All but the first three are notices to an owner.
pub(super) fn about(message: &Message) -> &str {
    match message.about.as_str() {
        "token" => "access token",
        "link" => "link",
        "invitation" => "invitation",
        "revealed" => "viewed",
        "used-up" => "used up",
        "locked" => "locked",
        "reported" => "reported",
        "expired-unseen" => "expired unseen",
        "undelivered" | "undelivered-link" => "undelivered",
        "perhaps-delivered" | "perhaps-delivered-link" => "perhaps delivered",
        "dropped" | "dropped-link" => "dropped",
        "unreadable" => "unreadable",
        other => other,
    }
}

/// The columns.
pub(super) const COLUMNS: [Column<Message>; 7] = [
    Column { title: "STATE", least: 11, most: 11, rank: 0, cell: state },
    Column { title: "TO", least: 20, most: 40, rank: 0, cell: |message, _| (message.to.to_string(), Tone::Plain) },
    Column { title: "ABOUT", least: 14, most: 18, rank: 1, cell: |message, _| (about(message).to_owned(), Tone::Plain) },
    Column {
        title: "MADE",
        least: 10,
        most: 12,
        rank: 2,
        cell: |message, view| (format!("{} ago", span(view.now.millis_since(message.created_at) / 1000)), Tone::Faint),
    },
    Column { title: "TRIES", least: 5, most: 5, rank: 4, cell: tries },
    Column { title: "NEXT TRY", least: 9, most: 10, rank: 3, cell: next },
    Column { title: "LAST FAILURE", least: 16, most: 90, rank: 5, cell: failure },
];

fn state(message: &Message, view: &View<'_>) -> (String, Tone) {
    let (sign, tone) = sign(message);
    (format!("{} {}", view.look.sign(sign), message.state.name()), tone)
}

/// How often sending failed: a message that left at once has no number.
fn tries(message: &Message, _view: &View<'_>) -> (String, Tone) {
    (if message.attempts == 0 { String::new() } else { message.attempts.to_string() }, Tone::Plain)
}

fn next(message: &Message, view: &View<'_>) -> (String, Tone) {
    (message.due_at.map(|due| relative(due, view.now)).unwrap_or_default(), Tone::Faint)
}

fn failure(message: &Message, _view: &View<'_>) -> (String, Tone) {
    (message.last_failure.clone().unwrap_or_default(), if message.state == MessageState::Sent { Tone::Faint } else { Tone::Warn })
}
