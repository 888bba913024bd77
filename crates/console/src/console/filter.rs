//! The filter language: `owner:ada state:open "two words"`, the same on every screen, each with its own keys.
//!
//! Nothing typed is ever lost or guessed away: what makes no sense is marked where it stands, with a word about it.

/// A key of a screen's filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// What stands before the colon: the name of the command's option.
    pub(crate) name: &'static str,
    /// What it narrows by, in a few words.
    pub(crate) about: &'static str,
    /// The values that there are; none where anything may stand there.
    pub(crate) values: &'static [&'static str],
    /// Why a value makes no sense.
    pub(crate) wrong: fn(&str) -> Option<String>,
}

/// What a screen can be narrowed by.
#[derive(Clone, Copy)]
pub(crate) struct Language {
    /// Its keys.
    pub(crate) keys: &'static [Key],
    /// The key that a word without one most likely means.
    pub(crate) guess: fn(&str) -> Option<&'static str>,
}

/// One word of a filter, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// The key; nothing where it is none of the screen's.
    pub(crate) key: Option<&'static str>,
    /// The value, without quotes.
    pub(crate) value: String,
    /// From which byte of the text to which.
    pub(crate) span: (usize, usize),
    /// Why it makes no sense.
    pub(crate) wrong: Option<String>,
}

impl Language {
    /// Takes a text apart. A key that is given twice counts as given last, and the first is marked.
    pub(crate) fn read(&self, text: &str) -> Vec<Term> {
        let mut terms: Vec<Term> = words(text).into_iter().map(|(word, span)| self.term(&word, span)).collect();
        for n in 0..terms.len() {
            let key = terms.get(n).and_then(|term| term.key);
            let again = key.is_some() && terms.iter().skip(n + 1).any(|later| later.key == key);
            if let (true, Some(term)) = (again, terms.get_mut(n)) {
                term.wrong = Some(format!("{}: stands twice; the last one counts", key.unwrap_or_default()));
            }
        }
        terms
    }

    fn term(&self, word: &str, span: (usize, usize)) -> Term {
        let (name, value) = match word.split_once(':') {
            Some((name, value)) if !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase()) => (Some(name), value),
            _ => (None, word),
        };
        let value = value.trim_matches('"').to_owned();
        let known = |name: &str| self.keys.iter().find(|key| key.name == name);
        let key = match name {
            Some(name) => known(name),
            None => (self.guess)(&value).and_then(known),
        };
        let wrong = match (key, name) {
            (Some(key), _) if value.is_empty() => Some(format!("{}: what comes behind the colon?", key.name)),
            (Some(key), _) => (key.wrong)(&value),
            (None, Some(name)) => Some(format!("there is no {name}: here; there are {}", self.names())),
            (None, None) => Some(format!("say by what: {}", self.names())),
        };
        Term { key: key.map(|key| key.name), value, span, wrong }
    }

    fn names(&self) -> String {
        self.keys.iter().map(|key| format!("{}:", key.name)).collect::<Vec<_>>().join(" ")
    }

    /// What Tab can put in the place of the word before the cursor: keys first, then values, those that a screen knows of included.
    pub(crate) fn completions(&self, before: &str, known: &dyn Fn(&str) -> Vec<String>) -> Vec<String> {
        let word = before.rsplit(' ').next().unwrap_or_default();
        let Some((name, begun)) = word.split_once(':') else {
            return self.keys.iter().filter(|key| key.name.starts_with(word)).map(|key| format!("{}:", key.name)).collect();
        };
        let Some(key) = self.keys.iter().find(|key| key.name == name) else { return Vec::new() };
        let mut values: Vec<String> = key.values.iter().map(|value| (*value).to_owned()).chain(known(name)).collect();
        // An id is known to people by its end.
        values.retain(|value| value.starts_with(begun) || (begun.len() >= 4 && value.contains(begun)));
        values.sort();
        values.dedup();
        values.into_iter().map(|value| format!("{name}:{value} ")).collect()
    }

    /// The text before the cursor with its last word replaced.
    pub(crate) fn completed(before: &str, completion: &str) -> String {
        let kept = before.rfind(' ').and_then(|at| before.get(..=at)).unwrap_or_default();
        format!("{kept}{completion}")
    }
}

/// The value of a key, where it stands and makes sense; the last one counts.
pub(crate) fn value(terms: &[Term], key: &str) -> Option<String> {
    terms.iter().rev().find(|term| term.key == Some(key)).filter(|term| term.wrong.is_none()).map(|term| term.value.clone())
}

/// What anything may stand for.
pub(crate) fn anything(_value: &str) -> Option<String> {
    None
}

/// Why a text can't be read as what it should be.
pub(crate) fn unreadable<T: std::str::FromStr<Err: std::fmt::Display>>(value: &str) -> Option<String> {
    value.parse::<T>().err().map(|error| error.to_string())
}

/// The words of a text and where they stand; within quotes a space doesn't part them.
fn words(text: &str) -> Vec<(String, (usize, usize))> {
    let mut words = Vec::new();
    let (mut from, mut quoted) = (None, false);
    for (at, letter) in text.char_indices() {
        if letter == '"' {
            quoted = !quoted;
        }
        match (from, letter == ' ' && !quoted) {
            (None, false) => from = Some(at),
            (Some(begin), true) => {
                words.extend(text.get(begin..at).map(|word| (word.to_owned(), (begin, at))));
                from = None;
            }
            _ => {}
        }
    }
    words.extend(from.and_then(|begin| text.get(begin..).map(|word| (word.to_owned(), (begin, text.len())))));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGE: Language = Language {
        keys: &[
            Key { name: "owner", about: "who shares", values: &[], wrong: anything },
            Key { name: "state", about: "what it is like", values: &["open", "used-up"], wrong: anything },
            Key { name: "share", about: "which", values: &[], wrong: unreadable::<api::ShareId> },
        ],
        guess: |word| word.starts_with('@').then_some("owner"),
    };

    #[test]
    fn words_have_keys_and_quotes_hold_a_value_together() {
        let terms = LANGUAGE.read("owner:ada  state:\"two words\"");
        assert_eq!((value(&terms, "owner"), value(&terms, "state")), (Some("ada".into()), Some("two words".into())));
        assert_eq!(terms.iter().map(|term| term.span).collect::<Vec<_>>(), [(0, 9), (11, 28)]);
    }

    #[test]
    fn what_makes_no_sense_is_marked_with_a_word_and_counts_for_nothing() {
        let terms = LANGUAGE.read("colour:red bob share:12 state: owner:ada owner:bob @eve");
        let wrong: Vec<Option<&str>> = terms.iter().map(|term| term.wrong.as_deref()).collect();
        assert!(wrong[0].is_some_and(|why| why.contains("there is no colour:") && why.contains("owner: state: share:")));
        assert!(wrong[1].is_some_and(|why| why.contains("say by what")));
        assert!(wrong[2].is_some_and(|why| why.contains("not an id")));
        assert!(wrong[3].is_some_and(|why| why.contains("behind the colon")));
        assert!(wrong[4].is_some() && wrong[5].is_some() && wrong[6].is_none());
        assert_eq!((value(&terms, "owner"), value(&terms, "share")), (Some("@eve".into()), None));
    }

    #[test]
    fn tab_completes_keys_and_values_also_by_the_end_of_an_id() {
        let known = |key: &str| if key == "share" { vec!["0190163d-26f8ad91".to_owned()] } else { Vec::new() };
        let completed = |before: &str| LANGUAGE.completions(before, &known);
        assert_eq!(completed("state:open s"), ["state:", "share:"]);
        assert_eq!(completed("owner:ada state:u"), ["state:used-up "]);
        assert_eq!(completed("share:ad91"), ["share:0190163d-26f8ad91 "]);
        assert!(completed("colour:r").is_empty());
        assert_eq!(Language::completed("owner:ada st", "state:"), "owner:ada state:");
    }

    #[test]
    fn no_text_breaks_it() {
        for text in ["", "   ", "\"", ":", "::", "owner:\"", "é:ü \"李", "\"a b\" c"] {
            for term in LANGUAGE.read(text) {
                assert!(text.get(term.span.0..term.span.1).is_some(), "{text:?}");
            }
        }
    }
}
