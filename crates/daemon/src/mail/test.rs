//! A test message: written like all others, in the appliance's language, and sent right now by the configured way.
//!
//! It is in no outbox, is tried once, and carries nothing of anybody.

use std::io;
use std::time::Duration;

use vault::text::Email;
use vault::{MessageId, Timestamp};

use super::letters;
use super::render::write_out;
use super::transport::{NotSent, Post};
use crate::Config;

/// The longest that it may take: whoever asked waits for it.
const LONGEST: Duration = Duration::from_secs(50);

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
    let mail = match write_out(letters::test(config.mail.language), id, now, to, &post.from) {
        Ok(mail) => mail,
        Err(error) => return Ok(Tested::NotSent(NotSent::Refused(error.to_string()))),
    };
    let mut round = post.round();
    let sent = tokio::time::timeout(LONGEST, round.send(&id.to_string(), &mail)).await.unwrap_or_else(|_| Err(round.cut_off()));
    if sent.is_ok() {
        let _ = tokio::time::timeout(Duration::from_secs(2), round.end()).await;
    }
    Ok(sent.map_or_else(Tested::NotSent, Tested::Accepted))
}
