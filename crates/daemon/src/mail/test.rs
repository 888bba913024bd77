//! A test message: plain, harmless, sent right now by the configured way.
//!
//! It is in no outbox, is tried once, and carries nothing of anybody.

use std::io;
use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Mail};
use vault::text::Email;
use vault::{MessageId, Timestamp};

use super::transport::{NotSent, Post};
use crate::Config;

/// The longest that it may take: whoever asked waits for it.
const LONGEST: Duration = Duration::from_secs(50);

const WORDS: &str = "Hello,

an operator of Postern tries whether its messages arrive.
This one did. There is nothing to do.

This message was sent by Postern. Please don't answer it.
";

/// What became of it.
pub enum Tested {
    /// It was taken, with this answer.
    Accepted(String),
    /// It was not, or nobody knows.
    NotSent(NotSent),
    /// No message leaves from here: `mail.transport` is `none`.
    NoWay,
}

/// Sends a test message to this address.
///
/// # Errors
/// The configuration can't be used.
pub async fn test(config: &Config, id: MessageId, now: Timestamp, to: &Email) -> io::Result<Tested> {
    let Some(post) = Post::open(config)? else { return Ok(Tested::NoWay) };
    let invalid = |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidInput, error.to_string());
    let Ok(address) = to.as_str().parse::<Address>() else {
        return Ok(Tested::NotSent(NotSent::Refused("a mail server would not take the address".to_owned())));
    };
    let written = SystemTime::UNIX_EPOCH + Duration::from_millis(now.as_millis().try_into().unwrap_or(0));
    let mail = Mail::builder()
        .from(post.from.clone())
        .to(Mailbox::new(None, address))
        .subject("Postern: a test message")
        .date(written)
        .message_id(Some(format!("<{id}@{}>", post.from.email.domain())))
        .header(ContentType::TEXT_PLAIN)
        .body(WORDS.to_owned())
        .map_err(|error| invalid(&error))?;
    let mut round = post.round();
    let sent = tokio::time::timeout(LONGEST, round.send(&id.to_string(), &mail)).await.unwrap_or_else(|_| Err(round.cut_off()));
    if sent.is_ok() {
        let _ = tokio::time::timeout(Duration::from_secs(2), round.end()).await;
    }
    Ok(sent.map_or_else(Tested::NotSent, Tested::Accepted))
}
