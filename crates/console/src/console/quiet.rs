//! A terminal back end that sends nothing where nothing changed.
//!
//! ratatui sends only the cells that differ, but hides the cursor and resets colours with every drawing all the same. Who looks at a live
//! list over a slow line should get no byte until something came.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// What is known of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    Unknown,
    Hidden,
    Shown,
    At(Position),
}

/// A back end that keeps what changes nothing to itself.
#[derive(Debug)]
pub(crate) struct Quiet<B> {
    inner: B,
    cursor: Cursor,
}

impl<B> Quiet<B> {
    /// Around this one.
    pub(crate) fn new(inner: B) -> Self {
        Self { inner, cursor: Cursor::Unknown }
    }
}

impl<B: Backend> Backend for Quiet<B> {
    type Error = B::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), B::Error> {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        // Drawing moves the cursor, though it stays hidden or shown.
        if let Cursor::At(_) = self.cursor {
            self.cursor = Cursor::Shown;
        }
        self.inner.draw(content)
    }

    fn append_lines(&mut self, lines: u16) -> Result<(), B::Error> {
        self.cursor = Cursor::Unknown;
        self.inner.append_lines(lines)
    }

    fn hide_cursor(&mut self) -> Result<(), B::Error> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), B::Error> {
        if matches!(self.cursor, Cursor::Shown | Cursor::At(_)) {
            return Ok(());
        }
        self.cursor = Cursor::Shown;
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, B::Error> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), B::Error> {
        let position = position.into();
        if self.cursor == Cursor::At(position) {
            return Ok(());
        }
        if self.cursor == Cursor::Shown {
            self.cursor = Cursor::At(position);
        }
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), B::Error> {
        self.cursor = Cursor::Unknown;
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), B::Error> {
        self.cursor = Cursor::Unknown;
        self.inner.clear_region(region)
    }

    fn size(&self) -> Result<Size, B::Error> {
        self.inner.size()
    }

    fn window_size(&mut self) -> Result<WindowSize, B::Error> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> Result<(), B::Error> {
        Backend::flush(&mut self.inner)
    }
}

/// Copies and the mouse's switch go past the cells.
impl<B: Write> Write for Quiet<B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::backend::CrosstermBackend;
    use ratatui::layout::Rect;
    use ratatui::{Terminal, TerminalOptions, Viewport};

    use super::*;

    /// What was sent, readable while the terminal has it.
    #[derive(Clone, Default)]
    struct Sent(Rc<RefCell<Vec<u8>>>);

    impl Write for Sent {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Draws these texts one after another, with the cursor behind the text where it is wished, and answers how many bytes each took.
    fn sent(drawings: &[(&str, bool)]) -> Vec<usize> {
        let out = Sent::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 2));
        let backend = Quiet::new(CrosstermBackend::new(out.clone()));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        let bytes = |(text, cursor): &(&str, bool)| {
            let before = out.0.borrow().len();
            terminal
                .draw(|frame| {
                    frame.render_widget(*text, frame.area());
                    if *cursor {
                        frame.set_cursor_position((3, 0));
                    }
                })
                .unwrap();
            out.0.borrow().len() - before
        };
        drawings.iter().map(bytes).collect()
    }

    #[test]
    fn what_did_not_change_is_not_sent_whether_a_cursor_is_shown_or_not() {
        let bytes = sent(&[("abc", false), ("abc", false), ("abd", false), ("abd", true), ("abd", true), ("abe", true), ("abe", false)]);
        assert!(bytes[0] > 0 && bytes[2] > 0 && bytes[3] > 0 && bytes[5] > 0 && bytes[6] > 0, "{bytes:?}");
        assert_eq!((bytes[1], bytes[4]), (0, 0), "{bytes:?}");
    }
}
