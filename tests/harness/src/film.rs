//! All that a program wrote to its terminal, in order: what stands there now, and what ever stood there.
//! Nothing is thrown away before the terminal is, so that "it was never shown" can be asked, and so can "not one byte more".

use std::num::NonZeroU16;

use vt100::{Parser, Screen};

/// What a terminal was told, and what it looks like by now.
pub(crate) struct Film {
    now: Parser,
    size: (u16, u16),
    pieces: Vec<Piece>,
    sent: u64,
}

enum Piece {
    Said(Vec<u8>),
    Resized(u16, u16),
}

impl Film {
    /// An empty terminal of so many rows and columns.
    pub(crate) fn new(rows: u16, columns: u16) -> Self {
        Self { now: parser(rows, columns), size: (rows, columns), pieces: Vec::new(), sent: 0 }
    }

    /// The program wrote this.
    pub(crate) fn said(&mut self, bytes: &[u8]) {
        self.sent += bytes.len() as u64;
        self.now.process(bytes);
        self.pieces.push(Piece::Said(bytes.to_owned()));
    }

    /// The terminal has another size.
    pub(crate) fn resized(&mut self, rows: u16, columns: u16) {
        self.now.set_size(some(rows), some(columns));
        self.pieces.push(Piece::Resized(rows, columns));
    }

    /// What stands there now.
    pub(crate) fn now(&self) -> &Screen {
        self.now.screen()
    }

    /// How many bytes were written.
    pub(crate) fn sent(&self) -> u64 {
        self.sent
    }

    /// Every byte that was written.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let said = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Said(bytes) => Some(bytes.as_slice()),
            Piece::Resized(..) => None,
        });
        said.collect::<Vec<_>>().concat()
    }

    /// Whether it ever looked like that, as a camera would have seen it: after each piece that came.
    pub(crate) fn ever(&self, is: impl Fn(&Screen) -> bool) -> bool {
        let mut then = parser(self.size.0, self.size.1);
        self.pieces.iter().any(|piece| {
            match piece {
                Piece::Said(bytes) => then.process(bytes),
                Piece::Resized(rows, columns) => then.set_size(some(*rows), some(*columns)),
            }
            is(then.screen())
        })
    }
}

fn parser(rows: u16, columns: u16) -> Parser {
    Parser::new(some(rows), some(columns), 0)
}

fn some(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).expect("a screen has rows and columns")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_painted_over_was_there_and_is_remembered() {
        let mut film = Film::new(3, 20);
        film.said(b"working: 1 of 2");
        film.resized(4, 30);
        film.said(b"\x1b[2J\x1b[Hdone");
        assert_eq!((film.now().contents().as_str(), film.sent()), ("done", 26));
        assert!(film.ever(|screen| screen.contents().contains("1 of 2")) && !film.ever(|screen| screen.contents().contains("2 of 2")));
        assert!(film.bytes().starts_with(b"working") && film.bytes().ends_with(b"Hdone"));
    }
}
