//! A message as plain text, at most 72 columns wide where nothing has to stay whole.
//!
//! Only what is to be copied stands indented by four on a line of its own; no name or label can take such a line.

use zeroize::Zeroizing;

use super::letter::{Block, Letter};
use super::words::FIRM;

const COLUMNS: usize = 72;

/// The message's text.
pub(super) fn written(letter: &Letter) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    for block in &letter.blocks {
        match block {
            Block::Say(words) | Block::Note(words) => push(&mut text, &wrapped(words, 0, 0)),
            Block::Code(code) => push(&mut text, &[&format!("    {}", **code)]),
            Block::Command(command) => push(&mut text, &[&format!("    {command}")]),
            Block::Open { url, .. } => push(&mut text, &[&format!("    {}", **url)]),
            Block::Facts(facts) => {
                let names = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
                for (name, value) in facts {
                    let begin = format!("  {name:names$}  ");
                    let mut lines = wrapped(value, names + 4, names + 4);
                    if let Some(first) = lines.first_mut() {
                        *first = format!("{begin}{}", first.trim_start());
                    }
                    for line in lines {
                        text.push_str(&line);
                        text.push('\n');
                    }
                }
                text.push('\n');
            }
        }
    }
    push(&mut text, &wrapped(&letter.footer, 0, 0));
    text.pop();
    text
}

/// Adds lines and an empty one.
fn push(text: &mut String, lines: &[impl AsRef<str>]) {
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text.push('\n');
}

/// Words in lines. Firm spaces are no place to break at, and are plain spaces afterwards.
fn wrapped(words: &str, first: usize, then: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), " ".repeat(first), 0);
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if used > 0 && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            lines.push(std::mem::replace(&mut line, " ".repeat(then)));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
        }
        line.push_str(word);
        used += 1;
    }
    lines.push(line);
    lines.iter().map(|line| line.replace(FIRM, " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_what_is_firm_stays_together() {
        let name = format!("Ada{FIRM}Lovelace");
        let words = format!("{} {name} and {}", "x".repeat(60), "y".repeat(80));
        assert_eq!(wrapped(&words, 0, 2), ["x".repeat(60), "  Ada Lovelace and".to_owned(), format!("  {}", "y".repeat(80))]);
        assert_eq!(wrapped("", 0, 0), [""]);
    }
}
