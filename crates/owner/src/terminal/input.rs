//! Where secrets come from: a prompt that shows nothing, or lines of standard input. Never an argument.
//!
//! Nothing read here is kept longer than its reader keeps it; lines are bounded.

use std::io::{BufRead, IsTerminal as _, Read as _, Write};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The most bytes that one line or text may have: a little more than the largest contents.
const MOST_BYTES: u64 = 300 * 1024;

/// What ends a text that is typed at a terminal.
const END_OF_TEXT: &str = ".";

/// A person, or lines.
pub enum Input {
    /// Somebody sits at a terminal.
    Person,
    /// Standard input is a file or a pipe: one line for each question.
    Lines(Box<dyn BufRead>),
}

impl Input {
    /// This process's own.
    pub fn of_this_process() -> Self {
        let input = std::io::stdin();
        if input.is_terminal() { Self::Person } else { Self::Lines(Box::new(input.lock())) }
    }

    #[cfg(test)]
    pub fn of(lines: Vec<u8>) -> Self {
        Self::Lines(Box::new(std::io::Cursor::new(lines)))
    }

    /// Whether somebody sits there.
    pub fn interactive(&self) -> bool {
        matches!(self, Self::Person)
    }

    /// One line, seen while it is typed.
    pub fn line(&mut self, question: &str, remarks: &mut dyn Write) -> Result<Zeroizing<String>, Failure> {
        match self {
            Self::Person => {
                let _ = write!(remarks, "{question}").and_then(|()| remarks.flush());
                read_line(&mut std::io::stdin().lock(), question)
            }
            Self::Lines(lines) => read_line(lines, question),
        }
    }

    /// One line, not shown while it is typed.
    pub fn secret(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        match self {
            Self::Person => with_interrupts_held(|| rpassword::prompt_password(question))
                .map(Zeroizing::new)
                .map_err(|error| Failure::machine(format!("nothing can be asked at this terminal: {error}"))),
            Self::Lines(lines) => read_line(lines, question),
        }
    }

    /// One line, not shown while it is typed; nothing where standard input has ended.
    pub fn optional_secret(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        match self {
            Self::Person => self.secret(question),
            Self::Lines(lines) => Ok(next_line(lines)?.unwrap_or_default()),
        }
    }

    /// Everything up to the end of the input, if only nothing; at a terminal, up to a line with a single dot.
    pub fn text(&mut self, question: &str, remarks: &mut dyn Write) -> Result<Zeroizing<String>, Failure> {
        match self {
            Self::Person => {
                let _ = writeln!(remarks, "{question}(end with a line that is a single dot)").and_then(|()| remarks.flush());
                typed_text()
            }
            Self::Lines(lines) => rest(lines),
        }
    }
}

/// rpassword answers Ctrl-C by raising SIGINT before it has given the terminal its settings back, and whoever sat there would see nothing
/// of what they type next. So the signal waits until that is done, and ends this program then.
fn with_interrupts_held<T>(ask: impl FnOnce() -> T) -> T {
    let before = SigSet::from(Signal::SIGINT).thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let answer = ask();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    answer
}

fn typed_text() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    let mut input = std::io::stdin().lock();
    while let Some(line) = next_line(&mut input)? {
        if *line == END_OF_TEXT {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    Ok(text)
}

fn rest(lines: &mut dyn BufRead) -> Result<Zeroizing<String>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = lines.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::machine(format!("standard input can't be read: {error}")))?;
    let mut text = text_of(&bytes)?;
    // The last line's end belongs to the line, not to the text.
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text)
}

fn read_line(lines: &mut dyn BufRead, question: &str) -> Result<Zeroizing<String>, Failure> {
    next_line(lines)?.ok_or_else(|| ended(question))
}

fn next_line(lines: &mut dyn BufRead) -> Result<Option<Zeroizing<String>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = lines.take(MOST_BYTES + 1).read_until(b'\n', &mut bytes);
    if read.map_err(|error| Failure::machine(format!("standard input can't be read: {error}")))? == 0 {
        return Ok(None);
    }
    let mut text = text_of(&bytes)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(Some(text))
}

fn text_of(bytes: &[u8]) -> Result<Zeroizing<String>, Failure> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(Failure::usage(format!("the input is too long: at most {MOST_BYTES} bytes are read")));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::usage("the input is not UTF-8 text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Says what was missing, by the question without its punctuation.
fn ended(question: &str) -> Failure {
    let question = question.trim().trim_end_matches(':');
    Failure::usage(format!("standard input ended before this was read: {question}")).hint("Give one line for each question.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn each_question_takes_one_line_and_a_text_takes_the_rest() {
        let mut input = Input::of(b"first\r\n\nthird\nfourth\n".to_vec());
        assert_eq!(*input.line("a", &mut Vec::new()).unwrap(), "first");
        assert_eq!(*input.secret("b").unwrap(), "");
        assert_eq!(*input.text("c", &mut Vec::new()).unwrap(), "third\nfourth");
    }

    #[test]
    fn an_empty_last_line_is_an_empty_text() {
        assert_eq!(*Input::of(b"\n".to_vec()).text("c", &mut Vec::new()).unwrap(), "");
        assert_eq!(*Input::of(Vec::new()).text("c", &mut Vec::new()).unwrap(), "");
        assert_eq!(*Input::of(Vec::new()).optional_secret("c").unwrap(), "");
    }

    #[test]
    fn a_missing_line_is_named() {
        let failure = Input::of(Vec::new()).secret("Password: ").unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.ends_with("read: Password"), "{}", failure.message);
    }

    #[test]
    fn what_is_no_text_or_has_no_end_is_refused_without_being_repeated() {
        let failure = Input::of(b"secret\xff\n".to_vec()).secret("Password: ").unwrap_err();
        assert!(failure.message.contains("UTF-8") && !failure.message.contains("secret"));
        let endless = vec![b'x'; 301 * 1024];
        assert!(Input::of(endless.clone()).secret("Password: ").unwrap_err().message.contains("too long"));
        assert!(Input::of(endless).text("Notes: ", &mut Vec::new()).unwrap_err().message.contains("too long"));
    }
}
