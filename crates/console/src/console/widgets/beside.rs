//! A list with the details of one row beside it, or, where there is no room for both, in its place.
//!
//! Nothing here knows what is listed.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::lines::{row, spans};
use crate::console::look::{Look, Tone};

/// From so many columns on, details stand beside the list.
const BESIDE: u16 = 110;

/// Where the list is, if there is room for it, and where the details are.
pub(crate) fn places(area: Rect) -> (Option<Rect>, Rect) {
    if area.width < BESIDE {
        return (None, area);
    }
    let wide = area.width / 2;
    (Some(Rect { width: wide, ..area }), Rect { x: area.x + wide + 1, width: area.width - wide - 1, ..area })
}

/// Draws the line between the two.
pub(crate) fn border(frame: &mut Frame<'_>, list: Rect, look: &Look) {
    for line in 0..list.height {
        let at = Rect { x: list.right(), width: 1, ..row(list, line) };
        spans(frame, at, look, &[(look.sign("│").to_owned(), Tone::Faint)]);
    }
}
