//! Lines of a backup: rows as JSON and back, counted and hashed as they pass.
//!
//! Nothing longer than one line is ever held.

use std::io::{BufRead, Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;
use vault::backup::{Cells, End, LONGEST_LINE_BYTES, Line, name};
use vault::digest::Digesting;

use super::NotBackedUp;
use crate::engine::bulk::Cell;

/// Where lines go.
pub(super) struct Out<W> {
    to: W,
    digest: Digesting,
    pub rows: u64,
}

impl<W: Write> Out<W> {
    pub fn new(to: W) -> Self {
        Self { to, digest: Digesting::default(), rows: 0 }
    }

    pub fn line(&mut self, value: &impl Serialize) -> Result<(), NotBackedUp> {
        let mut line = serde_json::to_vec(value).map_err(|error| NotBackedUp::Stream(error.to_string()))?;
        line.push(b'\n');
        self.put(&line)
    }

    /// A row, each cell in its column's manner.
    pub fn row(&mut self, cells: Vec<Cell>) -> Result<(), NotBackedUp> {
        self.rows += 1;
        let values: Vec<Value> = cells.into_iter().map(value).collect();
        self.line(&values)
    }

    /// How many rows came, and the contents' name.
    pub fn end(self) -> (W, End) {
        (self.to, End { rows: self.rows, sha256: name(self.digest.finish()) })
    }

    fn put(&mut self, line: &[u8]) -> Result<(), NotBackedUp> {
        self.digest.take(line);
        Ok(self.to.write_all(line)?)
    }
}

/// Writes the last line, which no hash covers.
pub(super) fn last(to: &mut impl Write, end: &End) -> Result<(), NotBackedUp> {
    let line = serde_json::to_vec(&Line::End { end: end.clone() }).map_err(|error| NotBackedUp::Stream(error.to_string()))?;
    to.write_all(&line)?;
    to.write_all(b"\n")?;
    Ok(to.flush()?)
}

/// From where lines come.
pub(super) struct In<R> {
    from: R,
    digest: Digesting,
    before: Digesting,
    line: Vec<u8>,
}

impl<R: BufRead> In<R> {
    pub fn new(from: R) -> Self {
        Self { from, digest: Digesting::default(), before: Digesting::default(), line: Vec::new() }
    }

    /// The next line without its end; nothing where the input has ended.
    pub fn next(&mut self) -> Result<Option<&[u8]>, NotBackedUp> {
        self.before = self.digest.clone();
        self.line.clear();
        let read = (&mut self.from).take(LONGEST_LINE_BYTES).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        self.digest.take(&self.line);
        match self.line.strip_suffix(b"\n") {
            Some(line) => Ok(Some(line)),
            None => Err(not_whole()),
        }
    }

    /// Whether the line that came last ends these lines rightly. The next line begins another backup.
    pub fn check(&mut self, end: &End, rows: u64) -> Result<(), NotBackedUp> {
        let digest = std::mem::take(&mut self.before);
        self.digest = Digesting::default();
        if end.rows == rows && end.sha256 == name(digest.finish()) {
            Ok(())
        } else {
            Err(NotBackedUp::Stream("this backup is damaged: its contents aren't what its last line says".to_owned()))
        }
    }
}

/// What is said of a backup without its end.
pub(super) fn not_whole() -> NotBackedUp {
    NotBackedUp::Stream("this backup isn't whole: it ends too early".to_owned())
}

/// What is said of a line that makes no sense. Never what stands in it.
pub(super) fn senseless() -> NotBackedUp {
    NotBackedUp::Stream("this is no backup of Postern, or a damaged one".to_owned())
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => number.into(),
        Cell::Truth(truth) => truth.into(),
        Cell::Text(text) => text.into(),
        Cell::Bytes(bytes) => encode(&bytes).into(),
    }
}

/// A row's cells, read in the manner of its columns.
pub(super) fn row(line: &[u8], columns: &[(String, Cells)]) -> Result<Vec<Cell>, NotBackedUp> {
    let values: Vec<Value> = serde_json::from_slice(line).map_err(|_| senseless())?;
    if values.len() != columns.len() {
        return Err(senseless());
    }
    let read = |(value, (_, cells)): (Value, &(String, Cells))| match (value, cells) {
        (Value::Null, _) => Ok(Cell::Null),
        (Value::Number(number), Cells::Number) => number.as_i64().map(Cell::Number).ok_or_else(senseless),
        (Value::Bool(truth), Cells::Truth) => Ok(Cell::Truth(truth)),
        (Value::String(text), Cells::Text) => Ok(Cell::Text(text)),
        (Value::String(text), Cells::Bytes) => decode(&text).map(Cell::Bytes),
        _ => Err(senseless()),
    };
    values.into_iter().zip(columns).map(read).collect()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, NotBackedUp> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| senseless())
}
