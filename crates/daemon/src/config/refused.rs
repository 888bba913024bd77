//! What is said about a configuration that can't be taken: which key, where it stands, and what was meant perhaps.

use figment::error::{Error, Kind};

/// The configuration can't be taken, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotConfigured(String);

impl NotConfigured {
    /// With this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// Says what figment found, with the key's full name and its source.
pub(super) fn explain(error: &Error) -> NotConfigured {
    let sentences: Vec<String> = error.clone().into_iter().map(|one| sentence(&one)).collect();
    NotConfigured::new(sentences.join("; "))
}

fn sentence(error: &Error) -> String {
    let source = error.metadata.as_ref().map(|metadata| match &metadata.source {
        Some(source) => format!(" (in {source})"),
        None => format!(" (in {})", metadata.name),
    });
    let source = source.unwrap_or_default();
    match &error.kind {
        Kind::UnknownField(key, known) => {
            let parents: Vec<&str> = error.path.iter().map(String::as_str).filter(|part| part != key).collect();
            let name = parents.iter().copied().chain([key.as_str()]).collect::<Vec<_>>().join(".");
            let hint = match nearest(key, known) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("known here are {}", known.join(", ")),
            };
            format!("the key {name} is not known{source}: {hint}")
        }
        kind if error.path.is_empty() => format!("{kind}{source}"),
        kind => format!("{}: {kind}{source}", error.path.join(".")),
    }
}

/// The known key that is spelt most alike, if one is.
fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |name: &str| {
        let mut row: Vec<usize> = (0..=name.chars().count()).collect();
        for (i, a) in key.chars().enumerate() {
            let mut next = vec![i + 1];
            for (j, b) in name.chars().enumerate() {
                let replaced = row.get(j).copied().unwrap_or(usize::MAX - 1) + usize::from(a != b);
                let inserted = next.get(j).copied().unwrap_or(usize::MAX - 1) + 1;
                let deleted = row.get(j + 1).copied().unwrap_or(usize::MAX - 1) + 1;
                next.push(replaced.min(inserted).min(deleted));
            }
            row = next;
        }
        row.last().copied().unwrap_or(usize::MAX)
    };
    known.iter().copied().map(|name| (distance(name), name)).filter(|(far, name)| *far <= name.len() / 3).min().map(|(_, name)| name)
}
