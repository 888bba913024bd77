//! Text that a terminal can be trusted with, and its width there.
//!
//! Nothing here lets a control character, a change of writing direction or an invisible mark through.

use vault::text::deceives;

/// How many columns every answer fits, as far as its words allow.
pub(crate) const COLUMNS: usize = 80;

/// The text with what could deceive written out, as in `\u{1b}`.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        if deceives(letter) {
            out.extend(letter.escape_unicode())
        } else {
            out.push(letter)
        }
        out
    })
}

/// The same for text of several lines, whose line ends stay.
pub(crate) fn harmless_lines(text: &str) -> String {
    text.split('\n').map(harmless).collect::<Vec<_>>().join("\n")
}

/// How many columns a text takes, once it is harmless.
pub(crate) fn width(text: &str) -> usize {
    harmless(text).chars().map(columns).sum()
}

/// The text, filled with spaces to a width.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Breaks a text at its spaces into lines that begin with `indent`. A word that is too long has a line of its own.
pub(crate) fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && width(indent) + width(&line) + 1 + width(word) > COLUMNS {
            lines.push(format!("{indent}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(format!("{indent}{line}"));
    }
    lines
}

/// Columns of one character: the wide blocks of Unicode's annex 11 take two, marks that combine take none. Near enough for alignment.
fn columns(letter: char) -> usize {
    match u32::from(letter) {
        0x200C | 0x200D | 0x300..=0x36F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F => 0,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F => 2,
        0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F900..=0x1F9FF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// What a command says behind its name, as a sentence that stands by itself.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if words.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_turned_writing_are_written_out() {
        assert_eq!(harmless("\u{1b}[31mred\u{202e}"), "\\u{1b}[31mred\\u{202e}");
        assert_eq!(harmless("a\r\nb\t\u{7f}\u{9b}"), "a\\u{d}\\u{a}b\\u{9}\\u{7f}\\u{9b}");
        assert_eq!(harmless("a\u{61c}\u{180e}\u{e0041}b"), "a\\u{61c}\\u{180e}\\u{e0041}b");
        assert_eq!(harmless("Zoë 李 “ok”"), "Zoë 李 “ok”");
        assert_eq!(harmless_lines("a\nb\u{1b}"), "a\nb\\u{1b}");
    }

    #[test]
    fn wide_and_combining_characters_are_counted_as_a_terminal_does() {
        assert_eq!((width("李"), width("e\u{301}"), width("ada"), width("\u{1b}")), (2, 1, 3, 6));
    }

    #[test]
    fn no_wrapped_line_is_wider_than_the_screen() {
        let lines = wrapped(&"word ".repeat(60), "    ");
        assert!(lines.len() > 3 && lines.iter().all(|line| width(line) <= COLUMNS && line.starts_with("    word")));
        assert_eq!(lines.concat().matches("word").count(), 60);
    }

    #[test]
    fn what_a_command_says_can_stand_by_itself() {
        assert_eq!(sentence("there is no admin socket"), "There is no admin socket.");
        assert_eq!((sentence("élan!"), sentence("")), ("Élan!".to_owned(), String::new()));
    }
}
