//! What is told of a mail server: which step failed, its code, and its words as far as they may be kept.
//!
//! A server that has seen a message may repeat it, so its words are not kept from then on. What is kept is short, printable, and
//! holds nothing that looks like an access token.

use std::error::Error as _;

use lettre::transport::smtp::Error;

/// How much of a server's words is kept, in characters.
const LONGEST: usize = 200;

/// How many letters and digits in one word look like an access token.
const TOKEN_LETTERS: usize = 16;

/// What the server was asked for when something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To be there, and to greet.
    Connect,
    /// To turn to TLS.
    Turn,
    /// To believe who we are.
    SignIn,
    /// To take the sender.
    Sender,
    /// To take the recipient.
    Recipient,
    /// To take the message, before it was said.
    Data,
    /// To take the message that was said.
    Message,
}

impl Step {
    /// As a part of a sentence about an answer.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "when greeted",
            Self::Turn => "to STARTTLS",
            Self::SignIn => "to the name and password",
            Self::Sender => "to the sender",
            Self::Recipient => "to the recipient",
            Self::Data => "to DATA",
            Self::Message => "to the message",
        }
    }
}

/// Tells what went wrong. `seen` says whether this server has seen a message over this connection.
pub fn told(step: Step, error: &Error, seen: bool) -> String {
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status() {
        return format!("the mail server answered {} {}", reply(code.into(), &words, seen), step.name());
    }
    if error.is_client() {
        return format!("the mail server can't be talked to {}: {}", step.name(), kept(&words));
    }
    if error.is_response() {
        // What could not be read may be anything; it isn't repeated.
        return format!("the mail server ended the connection, or answered what can't be understood, {}", step.name());
    }
    format!("the connection to the mail server failed {}: {}", step.name(), cause(error))
}

/// A reply as it is kept.
pub fn reply(code: u16, words: &str, seen: bool) -> String {
    let words =
        if seen { words.split_whitespace().next().filter(|word| is_status(word)).unwrap_or_default().to_owned() } else { kept(words) };
    if words.is_empty() { code.to_string() } else { format!("{code} ({words})") }
}

/// The words without what could deceive a reader, look like a token, or be long.
pub fn kept(words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { ' ' }).collect();
    let long = |part: &str| part.chars().filter(char::is_ascii_alphanumeric).count() >= TOKEN_LETTERS;
    // An address is known anyway; in whatever else a sentence's dot or a path's stroke stands, its parts are looked at.
    let tokenlike = |word: &str| !word.contains('@') && word.split(['.', '/', ':', ',', ';']).any(long);
    let words: Vec<&str> = plain.split_whitespace().map(|word| if tokenlike(word) { "..." } else { word }).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// An enhanced status code (RFC 3463): three numbers.
fn is_status(word: &str) -> bool {
    let numbers: Vec<&str> = word.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What went wrong below SMTP: the innermost cause, or why the certificate isn't trusted.
fn cause(error: &Error) -> String {
    let mut at: &dyn std::error::Error = error;
    let mut distrust = None;
    while let Some(cause) = at.source() {
        at = cause;
        distrust = distrust.or_else(|| reason_of_distrust(&at.to_string()));
    }
    let innermost = || kept(&at.to_string());
    distrust.map_or_else(innermost, |reason| distrusted(&reason))
}

/// That a certificate is not trusted, and why.
pub fn distrusted(reason: &str) -> String {
    format!("its certificate is not trusted ({reason}); see mail.server and mail.ca_file")
}

/// OpenSSL tells the reason in parentheses behind a line of its own affairs.
fn reason_of_distrust(told: &str) -> Option<String> {
    let (_, told) = told.split_once("certificate verify failed")?;
    Some(told.strip_suffix(')').and_then(|told| told.rsplit_once('(')).map_or("it can't be verified", |(_, reason)| reason).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_kept_short_and_harmless() {
        assert_eq!(reply(550, "5.1.1 <bob@example.org>: no such user", false), "550 (5.1.1 <bob@example.org>: no such user)");
        assert_eq!(reply(550, "a\u{1b}[2J\r\nb\u{202e}c\0", false), "550 (a [2J b c)");
        assert_eq!(kept(&"word ".repeat(100)).chars().count(), LONGEST);
        assert_eq!(reply(421, "", false), "421");
    }

    #[test]
    fn a_server_that_has_seen_a_message_is_told_of_by_its_codes_alone() {
        assert_eq!(reply(554, "5.7.1 Access token ABCD-EFGH-JKMN-PQRS refused", true), "554 (5.7.1)");
        assert_eq!(reply(554, "ABCD-EFGH-JKMN-PQRS", true), "554");
        assert_eq!(reply(554, "1.2.ABCD", true), "554");
    }

    #[test]
    fn why_a_certificate_is_not_trusted_is_told_in_one_phrase() {
        let told = "error:0A000086:SSL routines:f:certificate verify failed:../ssl/x.c:1: (self-signed certificate in certificate chain)";
        assert_eq!(reason_of_distrust(told).as_deref(), Some("self-signed certificate in certificate chain"));
        assert_eq!(reason_of_distrust("certificate verify failed").as_deref(), Some("it can't be verified"));
        assert_eq!(reason_of_distrust("Connection refused (os error 111)"), None);
    }

    #[test]
    fn what_looks_like_a_token_is_never_kept() {
        for token in ["ABCD-EFGH-JKMN-PQRS", "abcdefghjkmnpqrs", "(AB12-CD34-EF56-GH78)", "ABCD-EFGH-JKMN-PQRS.", "t/ABCD-EFGH-JKMN-PQRS"] {
            assert_eq!(reply(450, &format!("greylisted {token} again"), false), "450 (greylisted ... again)");
        }
    }
}
