//! What messages say: plain text, for people who may never have heard of Postern.
//!
//! No message carries a link or its secret; only the access token's own message carries the token. Names, labels and addresses
//! can't become headers or lines of their own: lettre builds the message, and the texts were bounded where they came in.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use store::{About, Message};
use vault::text::Email;
use zeroize::Zeroizing;

use super::seal::mailable;
use crate::clock::readable;

/// Why a message can't be written. Trying again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRendered {
    /// The token is missing or no token.
    #[error("there is no access token to mail, or what stands there isn't one")]
    NoToken,
    /// An address is not one for the mail library.
    #[error("a mail server would not take the recipient's address")]
    Address,
    /// The mail library refused to build it.
    #[error("the message can't be built: {0}")]
    NotBuilt(String),
}

/// Writes a message. `token` is the access token, for messages that carry one.
///
/// # Errors
/// [`NotRendered`].
pub fn render(message: &Message, token: Option<&str>, from: &Mailbox) -> Result<Mail, NotRendered> {
    let (subject, body) = match message.about {
        About::Token => access_token(message, token.filter(|token| mailable(token)).ok_or(NotRendered::NoToken)?),
        About::Revealed => revealed(message),
        About::UsedUp => used_up(message),
        About::Locked => locked(message),
        About::Reported => reported(message),
        About::ExpiredUnseen => expired_unseen(message),
        About::Undelivered => undelivered(message),
    };
    let written = SystemTime::UNIX_EPOCH + Duration::from_millis(message.at.as_millis().try_into().unwrap_or(0));
    Mail::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address(message.to())?))
        .subject(subject)
        .date(written)
        // The same however often it is sent, so that a mail program shows a message once that left twice.
        .message_id(Some(format!("<{}@{}>", message.id, from.email.domain())))
        .raw_header(automatic())
        .header(ContentType::TEXT_PLAIN)
        .body(body.to_string())
        .map_err(|error| NotRendered::NotBuilt(error.to_string()))
}

fn address(email: &Email) -> Result<Address, NotRendered> {
    email.as_str().parse().map_err(|_| NotRendered::Address)
}

/// RFC 3834: nobody's out-of-office note answers this.
fn automatic() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

type Written = (String, Zeroizing<String>);

fn access_token(message: &Message, token: &str) -> Written {
    let (owner, email, link) = (&message.owner_name, &message.owner_email, message.link.short());
    let until = readable(message.expires_at);
    let body = format!(
        "Hello,

{owner} ({email}) shares something confidential with you.
You need two things to open it: a link, and this access token:

    {token}

The link is not in this message. {owner} gives it to you another way.
The part of it before the # ends with {link}; if it ends differently,
this token belongs to another link.

It can be opened until {until}. Opening the link's page
costs nothing and shows nothing yet.

If you did not expect this, don't use it, and ask {owner}
in a way that you already know.

This message was sent by Postern on behalf of {owner}.
Please don't answer it.
"
    );
    (format!("Access token from {owner} for link {link}"), Zeroizing::new(body))
}

fn revealed(message: &Message) -> Written {
    let (recipient, link) = (&message.recipient, message.link.short());
    let (at, from, until) = (readable(message.at), place(message), readable(message.expires_at));
    notice(
        message,
        format!("Your link for {recipient} was viewed"),
        &format!(
            "the link {link} for {recipient} was viewed
on {at}{from}.

It can be viewed again until {until}.
"
        ),
        UNEXPECTED,
    )
}

fn used_up(message: &Message) -> Written {
    let (recipient, link) = (&message.recipient, message.link.short());
    let (at, from) = (readable(message.at), place(message));
    notice(
        message,
        format!("Your link for {recipient} was viewed for the last time"),
        &format!(
            "the link {link} for {recipient} was viewed
on {at}{from}.

That was its last view: it can't be opened any more.
"
        ),
        UNEXPECTED,
    )
}

fn locked(message: &Message) -> Written {
    let (recipient, link) = (&message.recipient, message.link.short());
    let (at, from) = (readable(message.at), place(message));
    notice(
        message,
        format!("Your link for {recipient} is locked"),
        &format!(
            "the link {link} for {recipient} was locked
on {at}: ten wrong access tokens were tried,
the last{from}. Nothing was shown to whoever tried.
"
        ),
        "Ask the recipient whether it was they who mistyped. If so, unlock the
link with `postern share unlock`. If not, somebody else has the link:
revoke it with `postern share revoke` and share anew.
",
    )
}

fn reported(message: &Message) -> Written {
    let (recipient, link) = (&message.recipient, message.link.short());
    let (at, from) = (readable(message.at), place(message));
    notice(
        message,
        format!("Alarm: {recipient} says that somebody else opened your link"),
        &format!(
            "whoever holds the link {link} for {recipient} and its access token
said on {at}{from}:
this was not me, somebody else has opened it.

What could still be opened of this share is frozen, for every recipient.
"
        ),
        "Call the recipient, in a way that you already know, and ask what they
saw. Change what was shared: take it as known to somebody else. Then end
the share with `postern share revoke`, and tell your security team.

If it was a mistake, an operator can lift the freeze.
",
    )
}

fn expired_unseen(message: &Message) -> Written {
    let (recipient, link) = (&message.recipient, message.link.short());
    let until = readable(message.expires_at);
    notice(
        message,
        format!("Your link for {recipient} expired unseen"),
        &format!(
            "the link {link} for {recipient} expired
on {until}, and nobody had viewed it.
What it would have shown was deleted from it; your item is untouched.
"
        ),
        "If it is still needed, share anew, and check the recipient's address.
",
    )
}

fn undelivered(message: &Message) -> Written {
    let (recipient, link) = (&message.recipient, message.link.short());
    notice(
        message,
        format!("The access token for {recipient} could not be delivered"),
        &format!(
            "the message with the access token of link {link}
could not be delivered to {recipient},
and is not tried any more. The link can't be opened without it.
"
        ),
        "Check the recipient's address and share anew, or hand link and token
over yourself with `postern share create --by-hand`. Your operators can
see why the mail server refused it.
",
    )
}

const UNEXPECTED: &str = "If you did not expect that, revoke what is left of the share with
`postern share revoke`, change what was shared, and tell your
security team.
";

/// A notice to the owner.
fn notice(message: &Message, subject: String, what: &str, advice: &str) -> Written {
    let (owner, share) = (&message.owner_name, message.share.short());
    let share = match &message.label {
        Some(label) => format!("It belongs to share {share}, which you called\n\"{label}\"."),
        None => format!("It belongs to share {share}."),
    };
    let body = format!("Hello {owner},\n\n{what}\n{share}\n\n{advice}\nThis message was sent by Postern. Please don't answer it.\n");
    (subject, Zeroizing::new(body))
}

fn place(message: &Message) -> String {
    match message.address.as_str() {
        "" => String::new(),
        address => format!(" from {address}"),
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
