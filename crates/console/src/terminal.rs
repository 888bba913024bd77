//! Where commands write and ask: lines for people or JSON for programs, always harmless to a terminal.
//!
//! Nothing here passes a control character through, whoever put it into a name, a reason or an address.

use std::io::{BufRead, Write};

use api::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::failure::Failure;
use crate::show;

/// A command's streams and how it speaks.
pub(crate) struct Terminal<'a> {
    pub(crate) input: &'a mut dyn BufRead,
    pub(crate) out: &'a mut dyn Write,
    pub(crate) err: &'a mut dyn Write,
    /// Programs read the answer.
    pub(crate) json: bool,
    /// Times are shown in it.
    pub(crate) zone: TimeZone,
}

impl Terminal<'_> {
    /// One line of the answer.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", show::text::harmless(text))?)
    }

    /// Lines of the answer.
    pub(crate) fn lines<S: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = S>) -> Result<(), Failure> {
        lines.into_iter().try_for_each(|line| self.line(line.as_ref()))
    }

    /// The answer for programs, one JSON value on a line of its own.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", show::json::line(value)?)?)
    }

    /// A remark beside the answer. It goes to standard error, and is left out for programs.
    pub(crate) fn remark(&mut self, text: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        Ok(writeln!(self.err, "{}", show::text::harmless(text))?)
    }

    /// A time as people read it, to the minute.
    pub(crate) fn minute(&self, at: Timestamp) -> String {
        show::time::minute(at, &self.zone)
    }

    /// A time as people read it, to the second.
    pub(crate) fn second(&self, at: Timestamp) -> String {
        show::time::second(at, &self.zone)
    }

    /// Asks, and takes nothing but `yes` for a yes.
    pub(crate) fn confirm(&mut self, question: &str) -> Result<(), Failure> {
        write!(self.err, "{} Type yes to go on: ", show::text::harmless(question))?;
        self.err.flush()?;
        let mut answer = String::new();
        // What isn't UTF-8 is no yes either.
        let read = self.input.read_line(&mut answer);
        if !answer.ends_with('\n') {
            // Nobody pressed Enter, so what follows would stand on the question's line.
            writeln!(self.err)?;
        }
        if read.is_ok() && answer.trim() == "yes" { Ok(()) } else { Err(Failure::NotConfirmed) }
    }

    /// Everything said is on its way.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Says why it did not work. Nobody is left to be told when standard error is closed too.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        let _ = self.out.flush();
        let Some(told) = failure.told() else { return };
        let text = match (self.json, show::json::line(&told)) {
            (true, Ok(text)) => text,
            _ => {
                let request = failure.request().map(|id| format!("\n  request {id}: the journal has more about it")).unwrap_or_default();
                show::text::harmless_lines(&format!("posternctl: {}{request}", failure.detail().unwrap_or_default()))
            }
        };
        let _ = writeln!(self.err, "{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confirmed(typed: &[u8]) -> bool {
        let (mut input, mut out, mut err) = (typed, Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        terminal.confirm("Really?").is_ok()
    }

    #[test]
    fn only_a_typed_yes_confirms() {
        assert!(confirmed(b"yes\n"));
        for no in [&b""[..], b"\n", b"y\n", b"no\n", b"\xff\xfe\n"] {
            assert!(!confirmed(no), "{no:?}");
        }
    }

    #[test]
    fn what_others_wrote_can_not_move_the_cursor() {
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let mut terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        terminal.line("a\u{1b}[2Jb\nc").unwrap();
        terminal.json(&"a\u{9b}2Jb\u{202e}").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\\u{1b}[2Jb\\u{a}c\n\"a\\u009b2Jb\\u202e\"\n");
    }
}
