//! A line that is being typed: text, cursor, the keys that everybody's fingers know.
//!
//! Nothing typed is ever cut or changed on its way; what doesn't fit scrolls.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};

use super::lines::{put, width};
use crate::console::look::{Look, Tone};
use vault::text::deceives;

/// A line that is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    /// What stands before the cursor.
    before: String,
    /// What stands behind it.
    behind: String,
}

impl Input {
    /// A line that begins with this text, the cursor at its end.
    pub(crate) fn of(text: &str) -> Self {
        Self { before: text.to_owned(), behind: String::new() }
    }

    /// What was typed.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.before, self.behind)
    }

    /// What stands before the cursor: completion looks at it.
    pub(crate) fn before(&self) -> &str {
        &self.before
    }

    /// Whether nothing was typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.behind.is_empty()
    }

    /// Puts another text before the cursor.
    pub(crate) fn complete(&mut self, before: String) {
        self.before = before;
    }

    /// Takes a paste: line ends become spaces, and what would command the terminal is left out.
    pub(crate) fn paste(&mut self, text: &str) {
        self.before.extend(
            text.trim_end_matches(['\n', '\r'])
                .chars()
                .map(|letter| if matches!(letter, '\n' | '\r' | '\t') { ' ' } else { letter })
                .filter(|letter| !deceives(*letter)),
        );
    }

    /// Takes a key. False: it wasn't one for a line.
    pub(crate) fn key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if control => self.before.clear(),
            KeyCode::Char('k') if control => self.behind.clear(),
            KeyCode::Char('a') if control => self.home(),
            KeyCode::Char('e') if control => self.end(),
            KeyCode::Char('w') if control => self.word(),
            KeyCode::Char('h') if control => self.backspace(),
            KeyCode::Char(letter) if !control && !key.modifiers.contains(KeyModifiers::ALT) && !deceives(letter) => {
                self.before.push(letter)
            }
            KeyCode::Backspace => self.backspace(),
            KeyCode::Delete => {
                let mut letters = self.behind.chars();
                letters.next();
                self.behind = letters.as_str().to_owned();
            }
            KeyCode::Left => {
                if let Some(letter) = self.before.pop() {
                    self.behind.insert(0, letter);
                }
            }
            KeyCode::Right => {
                let mut letters = self.behind.chars();
                self.before.extend(letters.next());
                self.behind = letters.as_str().to_owned();
            }
            KeyCode::Home => self.home(),
            KeyCode::End => self.end(),
            _ => return false,
        }
        true
    }

    fn backspace(&mut self) {
        self.before.pop();
    }

    fn home(&mut self) {
        self.behind = self.text();
        self.before.clear();
    }

    fn end(&mut self) {
        self.before = self.text();
        self.behind.clear();
    }

    fn word(&mut self) {
        let kept = self.before.trim_end();
        let kept = kept.rfind(' ').map_or("", |at| kept.get(..=at).unwrap_or_default());
        self.before = kept.to_owned();
    }

    /// Draws the line into one row, scrolled so that the cursor can be seen, and puts the terminal's cursor there.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look, tone: Tone) {
        let (before, behind) = (look.text(&self.before), look.text(&self.behind));
        let room = usize::from(area.width).saturating_sub(1);
        let mut shown = before.as_str();
        while width(shown) > room {
            let mut letters = shown.chars();
            letters.next();
            shown = letters.as_str();
        }
        let at = u16::try_from(width(shown)).unwrap_or_default();
        put(frame, area, &format!("{shown}{behind}"), look.style(tone));
        frame.set_cursor_position(Position::new(area.x.saturating_add(at), area.y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(input: &mut Input, keys: &[KeyCode]) {
        keys.iter().for_each(|code| assert!(input.key(KeyEvent::from(*code))));
    }

    #[test]
    fn a_line_is_edited_in_its_middle() {
        let mut input = Input::of("ada:bob");
        typed(&mut input, &[KeyCode::Left, KeyCode::Left, KeyCode::Left, KeyCode::Backspace, KeyCode::Char('-'), KeyCode::Delete]);
        assert_eq!((input.text().as_str(), input.before()), ("ada-ob", "ada-"));
        input.key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(input.text(), "ob");
    }

    #[test]
    fn a_word_goes_at_once_and_no_letter_of_any_script_is_split() {
        let mut input = Input::of("owner:ada 李明 ");
        input.key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
        assert_eq!(input.text(), "owner:ada ");
        typed(&mut input, &[KeyCode::Char('ё'), KeyCode::Left, KeyCode::Right, KeyCode::Backspace]);
        assert_eq!(input.text(), "owner:ada ");
    }

    #[test]
    fn a_paste_is_one_line_and_commands_nothing() {
        let mut input = Input::default();
        input.paste("bob@example.com\n\u{1b}[2Jx\n");
        assert_eq!(input.text(), "bob@example.com [2Jx");
    }
}
