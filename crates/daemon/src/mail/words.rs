//! What messages say, by language: one catalogue in `words/mail.json`, with `[[name]]` where values go.
//!
//! A value is put in once and never looked into, so what somebody is called can't name another value.

use std::collections::HashMap;
use std::sync::LazyLock;

use vault::Language;
use vault::text::deceives;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| serde_json::from_str(include_str!("../../words/mail.json")).unwrap_or_default());

type Catalogue = HashMap<String, HashMap<String, String>>;

/// The longest that a value may be, in characters: what is longer is cut, since it could push everything else out of sight.
const LONGEST: usize = 60;

/// A space that no line is broken at. It stands for itself only until a message is laid out.
pub(super) const FIRM: char = '\u{a0}';

/// One language's words, and what they speak of.
pub(super) struct Words {
    pub language: Language,
    values: Vec<(&'static str, String)>,
}

impl Words {
    pub fn new(language: Language) -> Self {
        Self { language, values: Vec::new() }
    }

    /// Names a value. However it was written, it is one line, can't be broken, and doesn't turn the writing around.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, harmless(&value.to_string())));
        self
    }

    /// The words with this key; nothing if there are none, which a test excludes.
    pub fn say(&self, key: &str) -> String {
        let words = CATALOGUE.get(self.language.tag()).and_then(|words| words.get(key)).map(String::as_str).unwrap_or_default();
        let mut said = String::new();
        for (at, part) in words.split("[[").enumerate() {
            match part.split_once("]]").filter(|_| at > 0) {
                Some((name, rest)) => {
                    said.push_str(self.value(name));
                    said.push_str(rest);
                }
                None => said.push_str(part),
            }
        }
        said
    }

    /// A value by itself.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// A value as it may stand in a message: spaces are firm, what can't be seen or turns the writing around is gone.
pub(super) fn harmless(value: &str) -> String {
    // Between backticks stand commands.
    let plain = |c: char| if c == '`' { '\'' } else { c };
    let words: Vec<String> = value.split_whitespace().map(|word| word.chars().filter(|c| !deceives(*c)).map(plain).collect()).collect();
    let whole = words.join(&FIRM.to_string());
    if whole.chars().count() <= LONGEST || whole.contains('@') && !whole.contains(FIRM) {
        return whole;
    }
    whole.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(words: &str) -> BTreeSet<&str> {
        words.split("[[").skip(1).filter_map(|part| part.split_once("]]")).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        let english = &CATALOGUE["en"];
        assert!(english.len() > 60);
        for language in Language::ALL {
            let words = &CATALOGUE[language.tag()];
            assert_eq!(words.keys().collect::<BTreeSet<_>>(), english.keys().collect(), "{language:?}");
            for (key, said) in words {
                assert_eq!(names(said), names(&english[key]), "{language:?} {key}");
                assert!(!said.trim().is_empty() && !said.contains(['<', '\n', FIRM]), "{language:?} {key}");
            }
        }
        assert_eq!(CATALOGUE.len(), Language::ALL.len());
    }

    #[test]
    fn a_value_that_names_another_stays_as_it_is() {
        let words = Words::new(Language::English).with("owner", "[[link]]").with("link", "aaaa1111");
        assert!(words.say("link.subject").ends_with("aaaa1111 from [[link]]"));
    }

    #[test]
    fn a_value_is_one_line_of_bounded_length_that_turns_nothing_around() {
        assert_eq!(harmless(" a\r\nBcc:\t b\u{202e}\u{200b}c\0\u{2028}d "), "a\u{a0}Bcc:\u{a0}bc\u{a0}d");
        assert_eq!(harmless("a\u{61c}\u{180e}\u{e0000}\u{e0041}\u{e007f}\u{ad}b"), "ab");
        assert_eq!(harmless(&"x".repeat(200)).chars().count(), LONGEST);
        let address = format!("{}@example.org", "x".repeat(64));
        assert_eq!(harmless(&address), address, "an address that is cut is another address");
    }
}
