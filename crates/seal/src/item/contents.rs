//! What an item holds, by kind. Every member is always there; what wasn't filled in is empty.
//! Contents have one JSON text each (see [`json`](crate::json)), so unknown kinds and members are refused.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Error, json, padding};

/// How long the JSON text of contents may be, in bytes.
pub const MOST_BYTES: usize = 256 * 1024;

/// The contents of an item. More kinds will follow; a program refuses those that it doesn't know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Contents {
    /// A way to sign in somewhere.
    Account {
        /// What the owner calls it.
        name: String,
        /// Where one signs in.
        url: String,
        /// As whom.
        username: String,
        /// With what.
        password: String,
        /// The key of the second factor: a base32 text or an `otpauth:` URI, as the owner entered it.
        mfa_key: String,
        /// Anything else.
        notes: String,
    },
    /// Text.
    Note {
        /// What the owner calls it.
        name: String,
        /// The text.
        body: String,
    },
    /// What a program signs in with.
    ApiSecret {
        /// What the owner calls it.
        name: String,
        /// Where the application is.
        application_url: String,
        /// The public half, often called key or client id.
        key: String,
        /// The secret half.
        secret: String,
        /// Anything else.
        notes: String,
    },
}

/// Which kind of contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Kind {
    /// [`Contents::Account`].
    Account,
    /// [`Contents::Note`].
    Note,
    /// [`Contents::ApiSecret`].
    ApiSecret,
}

/// What a list shows of an item, sealed apart so that a list needn't fetch any body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Details {
    /// The kind.
    #[zeroize(skip)]
    pub kind: Kind,
    /// The name.
    pub name: String,
}

impl Contents {
    /// The kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Account { .. } => Kind::Account,
            Self::Note { .. } => Kind::Note,
            Self::ApiSecret { .. } => Kind::ApiSecret,
        }
    }

    /// What the owner calls it.
    pub fn name(&self) -> &str {
        match self {
            Self::Account { name, .. } | Self::Note { name, .. } | Self::ApiSecret { name, .. } => name,
        }
    }

    /// What a list shows of it.
    pub fn details(&self) -> Details {
        Details { kind: self.kind(), name: self.name().to_owned() }
    }

    /// The padded JSON text, ready to be sealed.
    pub fn to_padded(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let text = json::write(self)?;
        if text.len() > MOST_BYTES {
            return Err(Error::TooLarge { bytes: text.len(), most: MOST_BYTES });
        }
        padding::pad(&text)
    }

    /// Reads what [`Contents::to_padded`] wrote.
    pub fn from_padded(padded: &[u8]) -> Result<Self, Error> {
        let text = padding::unpad(padded)?;
        if text.len() > MOST_BYTES {
            return Err(Error::TooLarge { bytes: text.len(), most: MOST_BYTES });
        }
        json::read(text)
    }
}

impl Details {
    /// The padded JSON text, ready to be sealed.
    pub fn to_padded(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        padding::pad(&json::write(self)?)
    }

    /// Reads what [`Details::to_padded`] wrote.
    pub fn from_padded(padded: &[u8]) -> Result<Self, Error> {
        json::read(padding::unpad(padded)?)
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({:?}, redacted)", self.kind())
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Details({:?}, redacted)", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Contents, Error> {
        Contents::from_padded(&padding::pad(text.as_bytes()).unwrap())
    }

    #[test]
    fn contents_have_one_text() {
        let note = Contents::Note { name: "Door".into(), body: "1234".into() };
        assert_eq!(read(r#"{"kind":"note","name":"Door","body":"1234"}"#), Ok(note));
        for other in [
            r#"{"kind":"note","name":"Door","body":"1234","colour":"red"}"#,
            r#"{"kind":"note","name":"Door","name":"Door","body":"1234"}"#,
            r#"{"kind":"note","kind":"note","name":"Door","body":"1234"}"#,
            r#"{"name":"Door","kind":"note","body":"1234"}"#,
            r#"{"kind":"note","name":"Door"}"#,
            r#"{"kind":"spell","name":"Door","body":"1234"}"#,
            r#"{"kind":"note","name":"Door","body":1234}"#,
            r#"{"kind":"note","name":"Door","body":null}"#,
            r#"{"name":"Door","body":"1234"}"#,
        ] {
            assert_eq!(read(other), Err(Error::Form), "{other}");
        }
    }

    #[test]
    fn contents_larger_than_the_limit_are_neither_sealed_nor_opened() {
        let note = |length| Contents::Note { name: String::new(), body: "x".repeat(length) };
        let around = r#"{"kind":"note","name":"","body":""}"#.len();
        assert!(note(MOST_BYTES - around).to_padded().is_ok());
        assert!(matches!(note(MOST_BYTES - around + 1).to_padded(), Err(Error::TooLarge { .. })));
        let text = serde_json::to_string(&note(MOST_BYTES)).unwrap();
        assert!(matches!(read(&text), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn debug_output_shows_neither_name_nor_secret() {
        let note = Contents::Note { name: "Door".into(), body: "1234".into() };
        assert_eq!(format!("{note:?} {:?}", note.details()), "Contents(Note, redacted) Details(Note, redacted)");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(a: String, b: String, c: String, d: String, e: String, f: String) {
            for contents in [
                Contents::Account { name: a.clone(), url: b.clone(), username: c.clone(), password: d.clone(), mfa_key: e.clone(), notes: f },
                Contents::Note { name: a.clone(), body: b.clone() },
                Contents::ApiSecret { name: a, application_url: b, key: c, secret: d, notes: e },
            ] {
                prop_assert_eq!(Contents::from_padded(&contents.to_padded().unwrap()), Ok(contents.clone()));
                let details = contents.details();
                prop_assert_eq!(Details::from_padded(&details.to_padded().unwrap()), Ok(details));
            }
        }
    }
}
