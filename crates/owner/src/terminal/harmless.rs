//! Text from elsewhere, made harmless for a terminal: names, notes, sentences from the network.
//!
//! Nothing is lost that a person could read: what would steer the terminal is shown as its code.

use std::fmt::Write as _;

/// One line: every control character is shown as its code.
pub fn harmless(text: &str) -> String {
    shown(text, |_| false)
}

/// Several lines: line ends and tabs stay.
pub fn harmless_lines(text: &str) -> String {
    shown(text, |c| matches!(c, '\n' | '\t'))
}

fn shown(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if deceives(c) && !stays(c) {
            let _ = write!(out, "<{:02X}>", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Control characters, and what turns writing direction around or has no width: the eye would be told something else. The same as the
/// vault's rule, on which this program must not depend; a test compares the two.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_as_its_code() {
        assert_eq!(harmless("a\u{1b}[2Jb\nc\rd"), "a<1B>[2Jb<0A>c<0D>d");
        assert_eq!(harmless("abc\u{202e}def\u{9b}"), "abc<202E>def<9B>");
        assert_eq!(harmless("a\u{61c}\u{180e}\u{e0041}b"), "a<61C><180E><E0041>b");
        assert_eq!(harmless_lines("a\n\tb\r\n"), "a\n\tb<0D>\n");
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["Zürich – Büro 3", "密码", "كلمة السر", "🔑", ""] {
            assert_eq!(harmless(text), text);
        }
    }
}
