//! The languages in which messages are written.
//!
//! Nothing here holds words: who writes brings its own catalogue.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language in which messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Portuguese as in Brazil.
    #[serde(rename = "pt-BR")]
    Portuguese,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::Portuguese, Self::Spanish];

    /// Its tag (RFC 5646), which is also its stable name.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Portuguese => "pt-BR",
            Self::Spanish => "es",
        }
    }
}

impl FromStr for Language {
    type Err = &'static str;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|language| language.tag() == tag).ok_or("messages are written in en, pt-BR or es")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_reads_back_from_its_tag_and_others_are_refused() {
        for language in Language::ALL {
            assert_eq!(language.tag().parse(), Ok(language));
        }
        for other in ["", "EN", "pt", "fr"] {
            assert!(other.parse::<Language>().is_err(), "{other}");
        }
    }
}
