//! Text in its place: cut with a sign where it doesn't fit, wrapped where it may, never wider than it says.
//!
//! Nothing here lets a text out of its area. What comes in must be harmless already: `Look::text` sees to that.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::console::look::{Look, Tone};

/// One line of parts with their tones.
pub(crate) type Line = Vec<(String, Tone)>;

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A number of columns as the terminal counts them.
pub(crate) fn columns(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The text, cut to so many columns with a sign at its end where it was longer.
pub(crate) fn cut(text: &str, columns: usize, look: &Look) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for letter in text.chars() {
        out.push(letter);
        if width(&out) + 1 > columns {
            out.pop();
            break;
        }
    }
    if columns > 0 {
        out.push_str(look.sign("…"));
    }
    out
}

/// Breaks a text at its spaces into lines of at most so many columns; a word that is longer is broken where it must be.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let mut rest = word.to_owned();
        while !rest.is_empty() || word.is_empty() {
            let gap = usize::from(!line.is_empty());
            if width(&line) + gap + width(&rest) <= columns {
                line.push_str(if gap == 1 { " " } else { "" });
                line.push_str(&rest);
                break;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                continue;
            }
            let mut letters = rest.chars();
            for letter in letters.by_ref() {
                line.push(letter);
                if width(&line) >= columns {
                    break;
                }
            }
            rest = letters.as_str().to_owned();
        }
    }
    lines.push(line);
    lines
}

/// Puts one line of text into the first row of an area.
pub(crate) fn put(frame: &mut Frame<'_>, area: Rect, text: &str, style: Style) {
    if area.width > 0 && area.height > 0 {
        frame.buffer_mut().set_stringn(area.x, area.y, text, usize::from(area.width), style);
    }
}

/// One row of an area: its n-th, or an empty one below its end.
pub(crate) fn row(area: Rect, n: u16) -> Rect {
    if n < area.height { Rect { y: area.y + n, height: 1, ..area } } else { Rect { height: 0, ..area } }
}

/// A thin line across an area's first row.
pub(crate) fn rule(frame: &mut Frame<'_>, area: Rect, look: &Look) {
    put(frame, area, &look.sign("─").repeat(usize::from(area.width)), look.style(Tone::Faint));
}

/// A text of several tones in one row; what follows the end is cut.
pub(crate) fn spans(frame: &mut Frame<'_>, area: Rect, look: &Look, parts: &[(String, Tone)]) {
    let mut left = area;
    for (text, tone) in parts {
        let text = cut(text, usize::from(left.width), look);
        put(frame, left, &text, look.style(*tone));
        let taken = columns(width(&text)).min(left.width);
        left = Rect { x: left.x + taken, width: left.width - taken, ..left };
    }
}

/// Lines of several tones below each other; what has no place is left out.
pub(crate) fn paint<'a>(frame: &mut Frame<'_>, area: Rect, look: &Look, lines: impl IntoIterator<Item = &'a Line>) {
    for (n, line) in lines.into_iter().take(usize::from(area.height)).enumerate() {
        spans(frame, row(area, columns(n)), look, line);
    }
}

/// A text under its name: the name stands before the first line, the text is wrapped behind it.
pub(crate) fn fact((name, names): (&str, usize), text: &str, tone: Tone, wide: usize, look: &Look) -> Vec<Line> {
    let heads = std::iter::once(name).chain(std::iter::repeat(""));
    let texts = wrapped(&look.text(text), wide.saturating_sub(names));
    texts.into_iter().zip(heads).map(|(line, head)| vec![(format!("{head:names$}"), Tone::Faint), (line, tone)]).collect()
}

/// Some sentences in the middle of an area that would be empty: what it means, and what to do.
pub(crate) fn empty(frame: &mut Frame<'_>, area: Rect, look: &Look, sentences: &[&str]) {
    let inner = Rect { x: area.x + area.width / 8, width: area.width - area.width / 4, ..area };
    let lines: Vec<(String, Tone)> = sentences
        .iter()
        .enumerate()
        .flat_map(|(n, sentence)| {
            let tone = if n == 0 { Tone::Plain } else { Tone::Faint };
            wrapped(&look.text(sentence), usize::from(inner.width)).into_iter().map(move |line| (line, tone))
        })
        .collect();
    let top = inner.height.saturating_sub(columns(lines.len())) / 3;
    for (n, (line, tone)) in lines.iter().enumerate() {
        let at = row(inner, top + columns(n));
        let aside = at.width.saturating_sub(columns(width(line))) / 2;
        put(frame, Rect { x: at.x + aside, width: at.width - aside, ..at }, line, look.style(*tone));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_says_so_and_keeps_its_columns() {
        let look = Look::named("none");
        assert_eq!((cut("abc", 3, &look), cut("abcd", 3, &look)), ("abc".to_owned(), "ab…".to_owned()));
        // A wide character that would stand half outside goes as a whole.
        assert_eq!(cut("a李明", 3, &look), "a…");
        assert_eq!(cut("abc", 0, &look), "");
    }

    #[test]
    fn words_are_broken_only_where_they_must_be() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a verylongword", 5), ["a", "veryl", "ongwo", "rd"]);
        assert_eq!(wrapped("李李李", 4), ["李李", "李"]);
        assert_eq!(wrapped("", 4), [""]);
        assert!(wrapped("  indented stays", 8).first().is_some_and(|line| line.trim_start() == "indented"));
    }
}
