//! A list with the details of one row beside it, where there is room for both.
//!
//! Nothing here knows what is listed.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::lines::{row, spans};
use crate::console::look::{Look, Tone};

/// From so many columns on, details stand beside the list.
pub(crate) const BESIDE: u16 = 110;

/// Draws the line between the two; what it returns are their places.
pub(crate) fn split(frame: &mut Frame<'_>, area: Rect, look: &Look) -> (Rect, Rect) {
    let wide = area.width / 2;
    for line in 0..area.height {
        let at = Rect { x: area.x + wide, width: 1, ..row(area, line) };
        spans(frame, at, look, &[(look.sign("│").to_owned(), Tone::Faint)]);
    }
    (Rect { width: wide, ..area }, Rect { x: area.x + wide + 1, width: area.width - wide - 1, ..area })
}
