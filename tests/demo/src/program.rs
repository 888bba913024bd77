//! One of Postern's programs, run to its end with lines on standard input and JSON as its answer.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Why the demo can't go on, in words.
#[derive(Debug)]
pub struct Failed(pub String);

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// A program with the arguments that every call of it begins with.
pub struct Program {
    pub path: PathBuf,
    pub first: Vec<String>,
}

impl Program {
    /// Runs it with these arguments and lines, and reads the JSON that it prints.
    pub fn run(&self, arguments: &[&str], lines: &[&str]) -> Result<Value, Failed> {
        let mut child = Command::new(&self.path)
            .args(&self.first)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failed(format!("{} can't be started: {error}", self.path.display())))?;
        if let Some(mut input) = child.stdin.take() {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            // A program that needs no input may have closed it; its own words tell more than a broken pipe.
            let _ = input.write_all(text.as_bytes());
        }
        let output = child.wait_with_output()?;
        let command = arguments.join(" ");
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Failed(format!("{} {command}: {}", self.path.display(), said.trim())));
        }
        if output.stdout.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Failed(format!("{} {command} didn't print JSON: {error}", self.path.display())))
    }
}

/// The text at this place (RFC 6901) of an answer.
pub fn text_at(answer: &Value, pointer: &str) -> Result<String, Failed> {
    answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| Failed(format!("an answer has no {pointer}")))
}
