//! What is done with messages: tried again, dropped, tested.
//!
//! Nothing here brings back what a message carried: that goes when it is given up or dropped.

use api::MessageId;
use api::admin::mail::Message;
use api::text::Email;

use super::columns::about;
use crate::console::call::Call;
use crate::console::dialog::act::Act;
use crate::console::dialog::field::{Field, Given};

/// Tries the marked messages again at once, or this one where none is marked.
pub(super) fn retry(message: &Message, marked: &[MessageId]) -> Act {
    let messages = if marked.is_empty() { vec![message.message] } else { marked.to_vec() };
    let title = match messages.as_slice() {
        [one] => format!("Try message {} again", one.short()),
        several => format!("Try {} messages again", several.len()),
    };
    let says = [
        "It is handed to the mail server at once instead of at its next try.",
        "What carried a token, a link or an invitation and was given up has lost it and can't be tried; that is said.",
    ];
    Act::new(title, &says, Box::new(move |_| Ok(messages.iter().copied().map(Call::RetryMessage).collect())))
}

/// Tries everything again that was given up.
pub(super) fn retry_dead() -> Act {
    let says = [
        "Every message that was given up is handed to the mail server again: do it once what stopped them is mended.",
        "Those that carried a token, a link or an invitation have lost it and can't be tried; they are counted.",
    ];
    Act::new("Try all given-up messages again", &says, Box::new(|_| Ok(vec![Call::RetryDead])))
}

/// Takes the marked messages out of the outbox, or this one where none is marked.
pub(super) fn drop(message: &Message, marked: &[MessageId]) -> Act {
    let messages = if marked.is_empty() { vec![message.message] } else { marked.to_vec() };
    let (title, confirm) = match messages.as_slice() {
        [one] => (format!("Drop message {}", one.short()), one.short()),
        several => (format!("Drop {} messages", several.len()), several.len().to_string()),
    };
    let what = match messages.as_slice() {
        [one] if *one == message.message => format!("The message for {} ({}) will never be sent.", message.to, about(message)),
        _ => "None of the marked messages will ever be sent.".to_owned(),
    };
    let says = [
        what.as_str(),
        "What it carries is deleted. Without its access token a link can't be opened, and a link that was to follow is not mailed. The owner is told.",
    ];
    Act::new(title, &says, Box::new(move |_| Ok(messages.iter().copied().map(Call::DropMessage).collect()))).confirmed_by(confirm)
}

/// Sends a test message.
pub(super) fn test() -> Act {
    let says = [
        "It takes the configured way, is tried once, and the mail server's answer is shown. Nothing waits for it: the outbox is not touched.",
        "At most ten leave in an hour, whoever asks; each is recorded with its address.",
    ];
    let make = |given: &Given<'_>| given.read::<Email>(0).map(|to| vec![Call::TestMail(to)]);
    Act::new("Send a test message", &says, Box::new(make)).field(Field::text("To", "an address that you can read"))
}
