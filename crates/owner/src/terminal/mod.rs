//! What goes out to a person or a program, and how a failure is told.
//!
//! Results go to standard output, everything else to standard error. Text from elsewhere can't steer the terminal.

mod harmless;
mod input;
mod qr;

use std::io::{ErrorKind, IsTerminal as _, Write};

pub use harmless::{harmless, harmless_lines};
pub use input::Input;
pub use qr::drawn;
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Both ways out and the way in.
pub struct Terminal {
    /// Whether results are JSON.
    pub json: bool,
    input: Input,
    results: Box<dyn Write>,
    remarks: Box<dyn Write>,
    raw: bool,
}

impl Terminal {
    /// This process's own.
    pub fn of_this_process(json: bool) -> Self {
        let raw = !std::io::stdout().is_terminal();
        Self { json, input: Input::of_this_process(), results: Box::new(std::io::stdout()), remarks: Box::new(std::io::stderr()), raw }
    }

    /// Whether somebody sits there to be asked again.
    pub fn interactive(&self) -> bool {
        self.input.interactive()
    }

    /// Asks for a line that may be seen.
    pub fn ask(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.input.line(question, &mut self.remarks)
    }

    /// Asks for a line that is not shown while it is typed.
    pub fn ask_secret(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.input.secret(question)
    }

    /// The same, where nothing is an answer too.
    pub fn ask_optional_secret(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.input.optional_secret(question)
    }

    /// Asks for a text of several lines.
    pub fn ask_text(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.input.text(question, &mut self.remarks)
    }

    /// Asks for a yes. Anything else is a no.
    pub fn agree(&mut self, question: &str) -> Result<bool, Failure> {
        let answer = self.ask(&format!("{question} [y/N] "))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// A remark for people. Programs that asked for JSON don't get it.
    pub fn say(&mut self, line: &str) {
        if !self.json {
            // A remark that nobody can read is no reason to end.
            let _ = writeln!(self.remarks, "{}", harmless_lines(line));
        }
    }

    /// A line of the result.
    pub fn print(&mut self, line: &str) -> Result<(), Failure> {
        writeln!(self.results, "{}", harmless_lines(line)).map_err(|error| lost(&error))
    }

    /// A value as it is where a program reads it, and harmless where a person does.
    pub fn print_value(&mut self, value: &str) -> Result<(), Failure> {
        if self.raw { writeln!(self.results, "{value}").map_err(|error| lost(&error)) } else { self.print(value) }
    }

    /// The result as JSON, where that was asked for; otherwise as the text that is made then.
    pub fn answer(&mut self, value: &impl Serialize, text: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<(), Failure> {
        if !self.json {
            return text(self);
        }
        let written = serde_json::to_string_pretty(value).map(Zeroizing::new);
        let written = written.map_err(|error| Failure::machine(format!("the result can't be written as JSON: {error}")))?;
        writeln!(self.results, "{}", *written).map_err(|error| lost(&error))
    }

    /// Makes sure that the result has left this program.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.results.flush().map_err(|error| lost(&error))
    }

    /// Tells why a command failed: for programs as `{"error":{"name","message","hint","exit"}}` on standard error.
    pub fn failed(&mut self, failure: &Failure) {
        if failure.exit == crate::failure::Exit::Closed {
            return;
        }
        let Failure { exit, name, message, hint } = failure;
        let _ = if self.json {
            writeln!(self.remarks, "{}", json!({"error": {"name": name, "message": message, "hint": hint, "exit": exit.number()}}))
        } else {
            let hint = hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            writeln!(self.remarks, "{}", harmless_lines(&format!("postern: {message}{hint}")))
        };
    }
}

fn lost(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::closed(),
        _ => Failure::machine(format!("the result can't be written: {error}")),
    }
}

#[cfg(test)]
pub mod scripted {
    //! A terminal whose input is written beforehand and whose output can be read afterwards.

    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    #[derive(Clone, Default)]
    pub struct Written(Rc<RefCell<Vec<u8>>>);

    impl Written {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A pipe whose reader has gone.
    pub struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Err(ErrorKind::BrokenPipe.into())
        }
    }

    impl Terminal {
        pub fn scripted(json: bool, lines: &str) -> (Self, Written, Written) {
            let (results, remarks) = (Written::default(), Written::default());
            let input = Input::of(lines.as_bytes().to_vec());
            let terminal = Self { json, input, results: Box::new(results.clone()), remarks: Box::new(remarks.clone()), raw: false };
            (terminal, results, remarks)
        }

        pub fn gone() -> Self {
            Self { json: false, input: Input::of(Vec::new()), results: Box::new(Gone), remarks: Box::new(Gone), raw: true }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn a_reader_who_has_gone_ends_the_program_quietly() {
        let mut terminal = Terminal::gone();
        let failure = terminal.print("x").unwrap_err();
        assert_eq!(failure.exit, Exit::Closed);
        terminal.say("nobody hears this");
        terminal.failed(&failure);
    }

    #[test]
    fn text_from_elsewhere_cannot_steer_the_terminal() {
        let (mut terminal, results, remarks) = Terminal::scripted(false, "");
        terminal.print("\u{1b}[2Jname").unwrap();
        terminal.print_value("\u{1b}]0;title\u{7}").unwrap();
        terminal.say("by \u{202e}eve");
        terminal.failed(&Failure::usage("\u{1b}[31mred"));
        assert!(!(results.text() + &remarks.text()).contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }

    #[test]
    fn a_program_that_asks_for_json_gets_its_failures_as_json_and_no_remarks() {
        let (mut terminal, results, remarks) = Terminal::scripted(true, "");
        terminal.say("a remark");
        terminal.failed(&Failure::not_signed_in("there is no session"));
        assert_eq!(results.text(), "");
        let told: serde_json::Value = serde_json::from_str(&remarks.text()).unwrap();
        assert_eq!(told["error"]["name"], "not-signed-in");
        assert_eq!(told["error"]["exit"], 4);
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        for (answer, agreed) in [("y\n", true), ("YES\n", true), ("\n", false), ("no\n", false), ("yep\n", false)] {
            assert_eq!(Terminal::scripted(false, answer).0.agree("View?").unwrap(), agreed, "{answer}");
        }
    }
}
