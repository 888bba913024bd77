//! Short texts that people write: names, addresses, labels, reasons. Each is bounded and free of control characters.
//!
//! Nothing here is a secret, and nothing here is sealed: the appliance reads these, and shows them to operators.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text was not taken, in words for the person who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotTaken(&'static str);

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $read:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotTaken;

            fn from_str(text: &str) -> Result<Self, NotTaken> {
                let read: fn(&str) -> Result<String, NotTaken> = $read;
                read(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

text!(
    /// The name that an owner signs in with: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit.
    /// Read in any case and kept in lower case, so that there are no two names that look alike.
    UserName,
    |text| {
        let name = text.trim().to_ascii_lowercase();
        let lawful = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
        let begins = name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if name.len() <= 64 && begins && name.bytes().all(lawful) {
            Ok(name)
        } else {
            Err(NotTaken("a user name is 1 to 64 of the characters a-z 0-9 . _ - and begins with a letter or a digit"))
        }
    }
);

text!(
    /// A person's full name, 1 to 200 characters.
    FullName,
    |text| plain(text, 200, "a full name is 1 to 200 characters on one line, without control characters")
);

text!(
    /// An email address (RFC 5321 lengths; only what every mail server takes). The domain is kept in lower case.
    Email,
    |text| {
        const ADVICE: NotTaken = NotTaken("an email address looks like ada@example.com");
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(ADVICE)?;
        let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        let dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
        let local_ok = (1..=64).contains(&local.len()) && local.bytes().all(atom) && !dots(local);
        let label = |l: &str| {
            (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-') && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let domain_ok = domain.len() <= 189 && domain.split('.').all(label);
        if local_ok && domain_ok { Ok(format!("{local}@{}", domain.to_ascii_lowercase())) } else { Err(ADVICE) }
    }
);

text!(
    /// What an owner calls a share where the appliance may read it, 1 to 100 characters.
    Label,
    |text| plain(text, 100, "a label is 1 to 100 characters on one line, without control characters")
);

text!(
    /// Why an operator did something, 1 to 500 characters.
    Reason,
    |text| plain(text, 500, "a reason is 1 to 500 characters on one line, without control characters")
);

impl Reason {
    /// Why a freeze was placed that no operator placed: a recipient says that an opening wasn't theirs.
    pub fn reported() -> Self {
        Self("the recipient says: this was not me".to_owned())
    }
}

/// Whether a character would tell the eye something else than what is there, or command a terminal: control characters, marks that turn
/// writing around, and what has no width. The joiners that some scripts are written with (U+200C, U+200D) are not among them.
pub fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Trims, and refuses what could deceive or break a line.
fn plain(text: &str, most: usize, advice: &'static str) -> Result<String, NotTaken> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > most || text.chars().any(deceives) { Err(NotTaken(advice)) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_read_in_any_case_and_are_one() {
        assert_eq!("Ada.Lovelace".parse::<UserName>().unwrap().as_str(), "ada.lovelace");
        for wrong in ["", ".ada", "ada lovelace", "adá", &"a".repeat(65), "ada\n"] {
            let taken = wrong.parse::<UserName>();
            assert!(taken.is_err() || wrong == "ada\n", "{wrong:?} was taken");
        }
    }

    #[test]
    fn email_addresses_that_no_server_takes_are_refused() {
        assert_eq!("Ada@Example.COM".parse::<Email>().unwrap().as_str(), "Ada@example.com");
        assert!("root@localhost".parse::<Email>().is_ok());
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@-x.com",
            "a b@example.com",
            "ada@ex..com",
            ".ada@example.com",
            "ada@example.com\r\nBcc: x@y.z",
        ] {
            assert!(wrong.parse::<Email>().is_err(), "{wrong:?} was taken");
        }
    }

    #[test]
    fn texts_on_screens_carry_no_control_characters() {
        assert!("press \u{1b}[2J".parse::<Label>().is_err());
        assert!("abc\u{202e}def".parse::<Reason>().is_err());
        for unseen in ['\u{61c}', '\u{180e}', '\u{200b}', '\u{ad}', '\u{2060}', '\u{e0000}', '\u{e0041}', '\u{e007f}', '\u{fff9}'] {
            assert!(format!("a{unseen}b").parse::<FullName>().is_err(), "{unseen:?}");
        }
        assert!("می\u{200c}خواهم 👩\u{200d}🚀".parse::<Label>().is_ok(), "some scripts are written with joiners");
        assert!("é".repeat(101).parse::<Label>().is_err());
        assert_eq!(Reason::reported().as_str().parse(), Ok(Reason::reported()), "what the appliance says reads back like what people say");
        assert_eq!("  Wi-Fi, ground floor ".parse::<Label>().unwrap().as_str(), "Wi-Fi, ground floor");
    }
}
