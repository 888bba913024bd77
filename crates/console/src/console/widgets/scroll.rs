//! A text that may be longer than its place: details, health, help, what came of an act.
//!
//! Nothing here knows the text, and nobody has to scroll back over lines that aren't there: whoever takes a key says how far it can go.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::lines::{Line, columns, paint};
use crate::console::look::Look;

/// How many lines PgUp and PgDn go.
const PAGE: u16 = 10;

/// How many of a text's lines one has left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scroll(u16);

impl Scroll {
    /// Takes a key that scrolls; `most` is how many lines one can leave behind, as [`over`] tells. False: it is another key.
    pub(crate) fn key(&mut self, key: KeyEvent, most: u16) -> bool {
        let top = self.top(most);
        let wanted = match key.code {
            KeyCode::Down | KeyCode::Char('j') => top.saturating_add(1),
            KeyCode::Up | KeyCode::Char('k') => top.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => top.saturating_add(PAGE),
            KeyCode::PageUp => top.saturating_sub(PAGE),
            KeyCode::Home => 0,
            KeyCode::End => most,
            _ => return false,
        };
        self.0 = wanted.min(most);
        true
    }

    /// The wheel by so many lines.
    pub(crate) fn wheel(&mut self, lines: i16, most: u16) {
        self.0 = self.top(most).saturating_add_signed(lines).min(most);
    }

    /// How many lines are left behind, where there are so many at most: the text or its place may have changed meanwhile.
    pub(crate) fn top(self, most: u16) -> u16 {
        self.0.min(most)
    }

    /// Draws what fits of a text.
    pub(crate) fn draw(self, frame: &mut Frame<'_>, area: Rect, look: &Look, lines: &[Line]) {
        let top = self.top(over(lines.len(), area.height));
        paint(frame, area, look, lines.iter().skip(usize::from(top)));
    }
}

/// How many of so many lines have no place in this height.
pub(crate) fn over(lines: usize, height: u16) -> u16 {
    columns(lines).saturating_sub(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where one is after these keys in a text with so many lines too many.
    fn after(keys: &[KeyCode], most: u16) -> u16 {
        let mut scroll = Scroll::default();
        for key in keys {
            assert!(scroll.key(KeyEvent::from(*key), most));
        }
        scroll.top(most)
    }

    #[test]
    fn a_text_is_scrolled_to_its_end_and_no_further() {
        use KeyCode::{Char, Down, End, Home, PageDown, PageUp, Up};
        let keys: [&[KeyCode]; 6] =
            [&[Down, Char('j')], &[PageDown, Up], &[End], &[Char(' '), PageDown, Char('k')], &[End, PageUp], &[End, Home]];
        assert_eq!(keys.map(|keys| after(keys, 15)), [2, 9, 15, 14, 5, 0]);
        assert_eq!(after(&[Down, PageDown, End], 0), 0);
        assert!(!Scroll::default().key(KeyEvent::from(KeyCode::Enter), 15));
    }

    #[test]
    fn one_key_goes_back_although_the_text_became_shorter() {
        let mut scroll = Scroll::default();
        scroll.key(KeyEvent::from(KeyCode::End), 100);
        scroll.key(KeyEvent::from(KeyCode::Up), 3);
        assert_eq!(scroll.top(3), 2);
        scroll.wheel(3, 3);
        assert_eq!(scroll.top(3), 3);
        scroll.wheel(-9, 3);
        scroll.key(KeyEvent::from(KeyCode::PageDown), 3);
        assert_eq!(scroll.top(100), 3, "what could not be gone isn't gone later either");
        scroll.key(KeyEvent::from(KeyCode::Home), 3);
        assert_eq!((scroll.top(3), over(20, 18), over(3, 18)), (0, 2, 0));
    }
}
