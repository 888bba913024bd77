//! Commands as a shell takes them.
//!
//! Nothing here runs anything.

/// `posternctl` and these words, each quoted where a shell would take it apart.
pub(crate) fn line(words: &[String]) -> String {
    format!("posternctl {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    // Of an option with its value only the value is quoted, as people write it.
    if let Some((option, value)) = word.split_once('=').filter(|(option, _)| option.starts_with("--")) {
        return format!("{option}={}", quoted(value));
    }
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
