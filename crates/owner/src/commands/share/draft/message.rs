//! One draft as a message (RFC 5322): plain text to one recipient, marked as not sent yet.
//!
//! The link stands in it, and no token ever: it isn't given to what is here. No HTML, nothing remote.

use api::text::{Email, FullName};
use api::{LinkId, Timestamp, Views};
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use zeroize::Zeroizing;

use super::words::Words;
use crate::moment;

/// How the recipient comes by the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The appliance mails it.
    Mailed,
    /// The owner hands it over another way.
    ByHand,
    /// The link asks for none.
    None,
}

/// What is the same in all drafts of a share.
pub struct Common<'a> {
    pub words: &'static Words,
    pub sharer: &'a FullName,
    pub email: &'a Email,
    pub written_at: Timestamp,
    /// From when on, where that isn't at once.
    pub starts_at: Option<Timestamp>,
    pub expires_at: Timestamp,
    pub views: Views,
    pub token: Token,
}

impl Common<'_> {
    /// The message with this link to this recipient, its lines ended by CRLF. It has no Message-ID: the mail program gives it one.
    pub fn message(&self, recipient: &Email, link: LinkId, url: &str) -> Zeroizing<Vec<u8>> {
        let text = self.text(url);
        let subject = format!("{} {}", self.words.subject, link.short());
        let headers: [(&str, HeaderType<'_>); 7] = [
            // Mail programs open a message that says so in order to have it sent, not read.
            ("X-Unsent", Text::new("1").into()),
            ("Date", Date::new(self.written_at.as_millis() / 1000).into()),
            ("From", Address::new_address(Some(self.sharer.as_str()), self.email.as_str()).into()),
            ("To", Address::new_address(None::<&str>, recipient.as_str()).into()),
            ("Subject", Text::new(subject).into()),
            ("MIME-Version", Text::new("1.0").into()),
            ("Content-Type", ContentType::new("text/plain").attribute("charset", "utf-8").into()),
        ];
        let headers = headers.into_iter().map(|(name, value)| (name.into(), value)).collect();
        let mut message = Zeroizing::new(Vec::with_capacity(4 * text.len()));
        MimePart { headers, contents: BodyPart::Text(text.as_str().into()) }.write_part(&mut *message);
        message
    }

    /// Paragraphs without breaks of their own: the mail program breaks lines, and breaks no link.
    fn text(&self, url: &str) -> Zeroizing<String> {
        let words = self.words;
        let token = match self.token {
            Token::Mailed => words.token_mailed,
            Token::ByHand => words.token_by_hand,
            Token::None => words.no_token,
        };
        let from = self.starts_at.map(|at| format!("{} {}\n", words.from, moment::exactly(at))).unwrap_or_default();
        let until = format!("{} {}\n", words.until, moment::exactly(self.expires_at));
        let views = match self.views {
            Views::Limited(1) => words.once.to_owned(),
            Views::Limited(views) => format!("{views} {}", words.times),
            Views::Unlimited => words.unlimited.to_owned(),
        };
        let Words { hello, lead, network, page, unexpected, views: viewed, .. } = words;
        Zeroizing::new(format!(
            "{hello}\n\n{lead}\n\n{url}\n\n{token}\n\n{from}{until}{viewed} {views}\n\n{network} {page}\n\n{unexpected}\n\n{}\n",
            self.sharer
        ))
    }
}

#[cfg(test)]
mod tests {
    use api::Language;

    use super::super::words;
    use super::*;

    const URL: &str = "https://postern.example.com/s/0190163d-8694-739b-aea5-966c26f8ad91#AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

    fn written(name: &str, language: Language, token: Token) -> String {
        let (sharer, email) = (name.parse().unwrap(), "ada@example.com".parse().unwrap());
        let common = Common {
            words: words::of(language),
            sharer: &sharer,
            email: &email,
            written_at: Timestamp::from_millis(1_772_373_900_123),
            starts_at: None,
            expires_at: Timestamp::from_millis(1_772_460_300_000),
            views: Views::Limited(3),
            token,
        };
        let message = common.message(&"bob@example.org".parse().unwrap(), LinkId::from_bytes([0xab; 16]), URL);
        String::from_utf8(message.to_vec()).unwrap()
    }

    #[test]
    fn a_draft_is_one_plain_text_in_ascii_with_lines_as_mail_has_them() {
        for language in Language::ALL {
            for token in [Token::Mailed, Token::ByHand, Token::None] {
                let message = written("Zoë Müller-Łukasiewicz 😀", language, token);
                assert!(message.is_ascii() && message.ends_with("\r\n"), "{message}");
                assert_eq!(message.matches('\n').count(), message.matches("\r\n").count());
                assert!(message.lines().all(|line| line.len() <= 78), "{message}");
                assert!(message.starts_with("X-Unsent: 1\r\n") && !message.contains("multipart") && !message.contains("html"), "{message}");
            }
        }
    }

    #[test]
    fn what_somebody_is_called_adds_no_header_and_no_recipient() {
        for name in
            ["Ada\" <eve@example.org>, \"B", "=?utf-8?q?=0D=0ABcc:_eve@example.org?=", "Ada (cc), Eve; x:y", "\\", "ä\u{85}b", "a b "]
        {
            if name.parse::<FullName>().is_err() {
                continue;
            }
            let message = written(name, Language::English, Token::Mailed);
            let (head, _) = message.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> =
                head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).map(|line| line.split_once(": ").unwrap().0).collect();
            let wanted = ["X-Unsent", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
            assert_eq!(names, wanted, "{message}");
            assert!(head.contains("\r\nTo: <bob@example.org>\r\n"), "{head}");
        }
        assert!("Ada\r\nBcc: eve@example.org".parse::<FullName>().is_err());
    }
}
