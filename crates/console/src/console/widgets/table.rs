//! A table: columns that fit the width, a row where one is, rows that are marked.
//!
//! Nothing here knows what its rows are. A column that doesn't fit is left out as a whole, the least important first, and what a cell can't
//! show ends with a sign: no row ever pushes another out of its columns.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::lines::{columns, cut, empty, put, row, width};
use super::window::{Row, Window};
use crate::console::look::{Look, Tone};
use crate::console::screen::View;

/// The most rows that may be marked at a time.
pub(crate) const MOST_MARKS: usize = 1000;

/// Between two columns.
const GAP: usize = 2;

/// One column.
pub(crate) struct Column<R> {
    /// Its heading.
    pub(crate) title: &'static str,
    /// The fewest columns of the terminal that make sense.
    pub(crate) least: usize,
    /// The most that it takes.
    pub(crate) most: usize,
    /// 0 always stays; of the others the one with the highest number goes first where it is narrow.
    pub(crate) rank: u8,
    /// What stands in it.
    pub(crate) cell: fn(&R, &View<'_>) -> (String, Tone),
}

/// A list that one walks through.
pub(crate) struct Table<R: Row> {
    /// The rows that are kept.
    pub(crate) window: Window<R>,
    marks: BTreeSet<R::Key>,
    at: usize,
    top: usize,
    key: Option<R::Key>,
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self { window: Window::default(), marks: BTreeSet::new(), at: 0, top: 0, key: None }
    }
}

impl<R: Row> Table<R> {
    /// The row where one is.
    pub(crate) fn selected(&self) -> Option<&R> {
        self.window.row(self.at)
    }

    /// Its place in the list.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The keys of what is marked.
    pub(crate) fn marks(&self) -> &BTreeSet<R::Key> {
        &self.marks
    }

    /// Nothing is marked any more.
    pub(crate) fn unmark(&mut self) {
        self.marks.clear();
    }

    /// To the first row of another list.
    pub(crate) fn rewind(&mut self) {
        (self.at, self.top, self.key) = (0, 0, None);
    }

    /// Takes a key that walks or marks; `height` is how many rows can be seen. False: it is neither.
    pub(crate) fn key(&mut self, key: KeyEvent, height: usize) -> bool {
        let page = height.saturating_sub(1).max(1);
        match key.code {
            KeyCode::Down | KeyCode::Char('j') => self.go(self.at.saturating_add(1), height),
            KeyCode::Up | KeyCode::Char('k') => self.go(self.at.saturating_sub(1), height),
            KeyCode::PageDown => self.go(self.at.saturating_add(page), height),
            KeyCode::PageUp => self.go(self.at.saturating_sub(page), height),
            KeyCode::Home => self.go(self.window.first(), height),
            KeyCode::End => self.go(usize::MAX, height),
            KeyCode::Char(' ') => {
                if let Some(key) = self.selected().map(Row::key) {
                    if !self.marks.remove(&key) && self.marks.len() < MOST_MARKS {
                        self.marks.insert(key);
                    }
                    self.go(self.at.saturating_add(1), height);
                }
            }
            KeyCode::Char('*') => self.mark_all(),
            _ => return false,
        }
        true
    }

    /// Marks all rows that are kept, or, if they are, none.
    fn mark_all(&mut self) {
        let keys: Vec<R::Key> = self.window.rows().map(Row::key).take(MOST_MARKS).collect();
        if keys.iter().all(|key| self.marks.contains(key)) {
            self.marks.clear();
        } else {
            self.marks = keys.into_iter().collect();
        }
    }

    /// Goes to the row at this place, as far as rows are kept.
    pub(crate) fn go(&mut self, at: usize, height: usize) {
        let last = self.window.end().saturating_sub(1);
        self.at = at.clamp(self.window.first().min(last), last);
        self.top = self.top_for(height);
        self.key = self.selected().map(Row::key);
    }

    /// Goes to the row drawn on this line of the table, its heading being line 0.
    pub(crate) fn click(&mut self, line: u16, height: usize) {
        if let Some(line) = line.checked_sub(1) {
            self.go(self.top + usize::from(line), height);
        }
    }

    /// Rows came: stays at the same thing if it is still there, else at the same place.
    pub(crate) fn came(&mut self, height: usize) {
        let at = self.key.as_ref().and_then(|key| self.window.place(key)).unwrap_or(self.at);
        self.go(at, height);
    }

    fn top_for(&self, height: usize) -> usize {
        self.top.min(self.at).max((self.at + 1).saturating_sub(height)).max(self.window.first().min(self.at))
    }

    /// Where one is, as in `3 of 250+`; nothing for an empty list.
    pub(crate) fn place(&self) -> String {
        match self.window.end() {
            0 => String::new(),
            end => format!("{} of {end}{}", self.at + 1, if self.window.more() { "+" } else { "" }),
        }
    }

    /// Draws heading and rows. `teaches` stands there where nothing fits: what that means, and what to do.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>, all: &[Column<R>], teaches: &[&str]) {
        let look = view.look;
        if self.window.end() == 0 {
            let asking = ["Asking the appliance …"];
            return empty(frame, area, look, if self.window.came() { teaches } else { &asking });
        }
        let height = usize::from(area.height.saturating_sub(1));
        let top = self.top_for(height.max(1));
        let rows: Vec<&R> = self.window.rows().skip(top.saturating_sub(self.window.first())).take(height).collect();
        let cells: Vec<Vec<(String, Tone)>> = rows.iter().map(|row| all.iter().map(|column| (column.cell)(row, view)).collect()).collect();
        let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..area };
        let widths = fitted(all, &cells, usize::from(inner.width));
        let head: Vec<(String, Tone)> = all.iter().map(|column| (column.title.to_owned(), Tone::Faint)).collect();
        draw_cells(frame, row(inner, 0), look, &head, &widths);
        for (n, (one, cells)) in rows.iter().zip(&cells).enumerate() {
            let line = row(area, columns(n + 1));
            let (chosen, marked) = (top + n == self.at, self.marks.contains(&one.key()));
            draw_cells(frame, row(inner, columns(n + 1)), look, cells, &widths);
            if marked {
                put(frame, line, &format!(" {}", look.sign("◆")), look.marked());
            }
            if chosen {
                frame.buffer_mut().set_style(line, look.chosen());
                put(frame, line, look.sign("▌"), look.style(Tone::Accent));
            }
        }
    }
}

fn draw_cells(frame: &mut Frame<'_>, line: Rect, look: &Look, cells: &[(String, Tone)], widths: &[Option<usize>]) {
    let mut x = line.x;
    for ((text, tone), wide) in cells.iter().zip(widths) {
        let Some(wide) = wide else { continue };
        let text = cut(&look.text(text), *wide, look);
        put(frame, Rect { x, width: line.right().saturating_sub(x), ..line }, &text, look.style(*tone));
        x = x.saturating_add(columns(wide + GAP)).min(line.right());
    }
}

/// How wide each column is; nothing for one that is left out.
fn fitted<R>(all: &[Column<R>], cells: &[Vec<(String, Tone)>], room: usize) -> Vec<Option<usize>> {
    let mut kept: Vec<bool> = vec![true; all.len()];
    let needed = |kept: &[bool]| {
        let least = all.iter().zip(kept).filter(|(_, kept)| **kept).map(|(column, _)| column.least + GAP).sum::<usize>();
        least.saturating_sub(GAP)
    };
    while needed(&kept) > room {
        let least = all.iter().enumerate().filter(|(n, column)| column.rank > 0 && kept.get(*n) == Some(&true)).max_by_key(|(_, c)| c.rank);
        match least.and_then(|(n, _)| kept.get_mut(n)) {
            Some(gone) => *gone = false,
            None => break,
        }
    }
    let mut spare = room.saturating_sub(needed(&kept));
    let natural = |n: usize, column: &Column<R>| {
        let widest = cells.iter().filter_map(|row| row.get(n)).map(|(text, _)| width(text)).max().unwrap_or_default();
        widest.max(width(column.title)).clamp(column.least, column.most.max(column.least))
    };
    all.iter()
        .zip(&kept)
        .enumerate()
        .map(|(n, (column, kept))| {
            kept.then(|| {
                let more = natural(n, column).saturating_sub(column.least).min(spare);
                spare -= more;
                column.least + more
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Column<()>; 4] = [
        Column { title: "A", least: 5, most: 10, rank: 0, cell: |_, _| (String::new(), Tone::Plain) },
        Column { title: "B", least: 5, most: 40, rank: 1, cell: |_, _| (String::new(), Tone::Plain) },
        Column { title: "C", least: 5, most: 5, rank: 3, cell: |_, _| (String::new(), Tone::Plain) },
        Column { title: "D", least: 5, most: 5, rank: 2, cell: |_, _| (String::new(), Tone::Plain) },
    ];

    fn fit(room: usize, text: &str) -> Vec<Option<usize>> {
        fitted(&ALL, &[vec![(text.to_owned(), Tone::Plain); 4]], room)
    }

    #[test]
    fn the_least_important_column_goes_first_and_the_first_one_never() {
        assert_eq!(fit(26, ""), [Some(5), Some(5), Some(5), Some(5)]);
        assert_eq!(fit(25, ""), [Some(5), Some(5), None, Some(5)]);
        assert_eq!(fit(12, ""), [Some(5), Some(5), None, None]);
        assert_eq!(fit(1, ""), [Some(5), None, None, None]);
    }

    #[test]
    fn what_is_left_over_goes_to_those_who_need_it_and_never_past_the_edge() {
        for room in 26..80 {
            let widths = fit(room, &"x".repeat(30));
            assert!(widths.iter().flatten().sum::<usize>() + 3 * GAP <= room, "{room}: {widths:?}");
        }
        assert_eq!(fit(80, &"x".repeat(30)), [Some(10), Some(30), Some(5), Some(5)]);
    }
}
