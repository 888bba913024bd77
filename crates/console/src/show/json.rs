//! Answers for programs: one JSON value on one line.
//!
//! Nothing here lets a raw control character through, so that even a terminal can be shown it.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use vault::text::deceives;

/// The value on one line.
pub(crate) fn line(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value)?;
    if !text.chars().any(deceives) {
        return Ok(text);
    }
    // Outside its strings JSON is plain ASCII, so whatever deceives stands in a string and may be escaped there.
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if deceives(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_reads_back_as_it_was() {
        for text in ["plain", "\u{1b}[2J", "\u{9b}x\u{202e}y", "\u{e0041}", "line\nend", "李"] {
            let written = line(&text).unwrap();
            assert!(!written.chars().any(deceives), "{written}");
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
