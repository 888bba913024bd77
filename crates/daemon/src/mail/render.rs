//! Writing messages out: headers, and the same content as text and as HTML.
//!
//! No message carries more than its kind does: a token, a link, an invitation, each in a message of its own; the rest carry nothing.
//! Names, labels and addresses can't become headers, markup or lines of their own.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail, MultiPart, SinglePart};
use store::{About, Message};
use vault::text::Email;
use vault::{MessageId, Timestamp};

use super::fragment::mailable_fragment;
use super::letter::Letter;
use super::letters::Manner;
use super::seal::mailable;
use super::{html, plain};

/// Why a message can't be written. Trying again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRendered {
    /// The token is missing or no token.
    #[error("there is no access token to mail, or what stands there isn't one")]
    NoToken,
    /// The link's secret is missing or none.
    #[error("there is no link to mail, or what stands there isn't a link's secret")]
    NoLink,
    /// The invitation is missing or none.
    #[error("there is no invitation to mail, or what stands there isn't one")]
    NoInvitation,
    /// It is about something that this kind of message isn't about.
    #[error("the message is about something else than its kind says")]
    Mismatched,
    /// An address is not one for the mail library.
    #[error("a mail server would not take the recipient's address")]
    Address,
    /// The mail library or the template engine refused to build it.
    #[error("the message can't be built: {0}")]
    NotBuilt(String),
}

/// Writes a message. `carried` is what it carries, for messages that carry something.
///
/// # Errors
/// [`NotRendered`].
pub(super) fn render(message: &Message, carried: Option<&str>, from: &Mailbox, manner: &Manner) -> Result<Mail, NotRendered> {
    let lawful = |carried: &&str| match message.about {
        About::Link => mailable_fragment(carried),
        about => about.carries() && mailable(carried),
    };
    let letter = manner.letter(message, carried.filter(lawful))?;
    write_out(letter, message.id, message.at, message.to(), from)
}

/// Writes a letter out, as the message with this id.
///
/// # Errors
/// [`NotRendered::Address`], [`NotRendered::NotBuilt`].
pub(super) fn write_out(letter: Letter, id: MessageId, at: Timestamp, to: &Email, from: &Mailbox) -> Result<Mail, NotRendered> {
    let not_built = |error: &dyn std::fmt::Display| NotRendered::NotBuilt(error.to_string());
    let html = html::written(&letter).map_err(|error| not_built(&error))?;
    let written = SystemTime::UNIX_EPOCH + Duration::from_millis(at.as_millis().try_into().unwrap_or(0));
    let both = MultiPart::builder()
        .kind(lettre::message::MultiPartKind::Alternative)
        // The same however often it is sent. Encoded text never holds "=_", so nobody's name can end a part.
        .boundary(format!("=_postern-{id}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &plain::written(&letter)))
        .singlepart(part(ContentType::TEXT_HTML, &html));
    Mail::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address(to)?))
        .subject(letter.subject)
        .date(written)
        // The same however often it is sent, so that a mail program shows a message once that left twice.
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", letter.language.tag()))
        .multipart(both)
        .map_err(|error| not_built(&error))
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(text.to_owned())
}

fn address(email: &Email) -> Result<Address, NotRendered> {
    email.as_str().parse().map_err(|_| NotRendered::Address)
}

/// `Auto-Submitted` (RFC 3834): nobody's out-of-office note answers this. `Content-Language`: RFC 3282.
fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
