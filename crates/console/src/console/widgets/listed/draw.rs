//! How a list looks: its filter, its rows or what is to be learnt from there being none, and one row in full beside them or instead.
//!
//! Nothing here changes anything.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Details as _, Listed, Listing};
use crate::console::screen::View;
use crate::console::widgets::beside::{border, places};
use crate::console::widgets::lines::{empty, row, spans};

impl<R: Listing> Listed<R> {
    /// What stands beside the filter: whether something is asked for, how much is marked, in which order the rows come, where one is.
    pub(crate) fn aside(&self, order: &str) -> String {
        let marks = match self.table.marks().len() {
            0 => String::new(),
            marks => format!("{marks} marked   "),
        };
        let asking = match self.looking() {
            Some(found) => format!("looking further back, {found} found   "),
            None if self.table.window.waits() && self.table.window.came() => "…   ".to_owned(),
            None => String::new(),
        };
        format!("{asking}{marks}{order}   {}", self.table.place())
    }

    /// Draws the list, the details, or both; `aside` stands beside the filter.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>, aside: &str) {
        let Some(details) = &self.details else { return self.list(frame, area, view, aside) };
        let (list, beside) = places(area);
        if let Some(list) = list {
            self.list(frame, list, view, aside);
            border(frame, list, view.look);
        }
        let text = text(beside);
        self.scroll.draw(frame, text, view.look, &details.lines(usize::from(text.width), view));
    }

    fn list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>, aside: &str) {
        let head = self.filter.height();
        self.filter.draw(frame, Rect { height: head.min(area.height), ..area }, view, aside.trim_end());
        let below = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        if let (Some(trouble), 0) = (&self.trouble, self.table.window.end()) {
            return empty(frame, below, view.look, &["This can't be shown.", trouble, "r asks again."]);
        }
        let rows = Rect { height: below.height.saturating_sub(u16::from(R::FOOT.is_some())), ..below };
        self.table.draw(frame, rows, view, R::COLUMNS, R::teaches(!self.filter.text().is_empty()));
        let foot = R::FOOT.zip(self.table.selected()).and_then(|(foot, row)| foot(row));
        if let Some((words, tone)) = foot {
            let line = Rect { x: below.x + 3, width: below.width.saturating_sub(4), ..row(below, rows.height) };
            spans(frame, line, view.look, &[(view.look.text(&words), tone)]);
        }
    }
}

/// Where the text of details stands.
pub(super) fn text(area: Rect) -> Rect {
    Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area }
}
