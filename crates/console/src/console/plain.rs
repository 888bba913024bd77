//! `--plain`: the same commands, line by line, for screen readers and bad lines.
//!
//! Nothing here moves a cursor or uses a colour: a prompt, a command, its answer in plain lines.

use std::io::{self, BufRead, Write};
use std::path::Path;

use clap::Parser as _;
use client::Client;
use jiff::tz::TimeZone;

use crate::arguments::Arguments;
use crate::failure::{self, Failure};
use crate::paging::MORE;
use crate::show::text::harmless_lines;
use crate::terminal::Terminal;
use crate::witness;

const HELP: &str = "\
Type a command as you would behind posternctl, for example:
  health
  share list --owner ada --state open
  audit list --refused --explain
Besides:
  next           the next page of the list that was shown last
  help           this; help share, or share --help, tells of one command
  quit           leave; so does the end of the input";

/// Takes commands line by line until the input ends.
///
/// # Errors
/// When nothing can be written any more.
pub(crate) fn run(socket: &Path, input: &mut dyn BufRead, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let client = Client::admin(socket)?;
    writeln!(out, "posternctl, line by line. help tells what there is, quit leaves.")?;
    let mut more: Option<(Vec<String>, String)> = None;
    loop {
        write!(out, "postern> ")?;
        out.flush()?;
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            writeln!(out)?;
            return Ok(failure::OK);
        }
        let Ok(line) = String::from_utf8(line) else {
            writeln!(err, "That line is not UTF-8; nothing was done.")?;
            continue;
        };
        let mut words = match words(&line) {
            Ok(words) => words,
            Err(why) => {
                writeln!(err, "{why}")?;
                continue;
            }
        };
        if words.first().is_some_and(|word| word == "posternctl") {
            words.remove(0);
        }
        match words.first().map(String::as_str) {
            None => continue,
            Some("quit" | "exit" | "q") => return Ok(failure::OK),
            Some("help" | "?") if words.len() == 1 => writeln!(out, "{HELP}")?,
            Some("next") => match more.take() {
                None => writeln!(err, "There is no list to go on with.")?,
                Some((words, after)) => {
                    let words = [words, vec![format!("--after={after}")]].concat();
                    more = command(&client, socket, words, input, out, err)?;
                }
            },
            Some(_) => more = command(&client, socket, words, input, out, err)?,
        }
    }
}

/// Runs one command. What it returns is how its list goes on: the words without a page, and where the next one begins.
fn command(
    client: &Client,
    socket: &Path,
    words: Vec<String>,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Option<(Vec<String>, String)>, Failure> {
    let mut told = Told { err, line: Vec::new(), after: None };
    let arguments = match Arguments::try_parse_from(std::iter::once("posternctl".to_owned()).chain(words.iter().cloned())) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and mistakes alike: both are an answer here.
            write!(out, "{}", harmless_lines(&error.render().to_string()))?;
            return Ok(None);
        }
    };
    let Some(command) = arguments.command else {
        writeln!(out, "{HELP}")?;
        return Ok(None);
    };
    // An act must not go elsewhere than its line says.
    if words.iter().any(|word| word == "--socket" || word.starts_with("--socket=")) {
        writeln!(
            told.err,
            "All lines go to {}. Leave with quit, and name another socket at the start.",
            harmless_lines(&socket.display().to_string())
        )?;
        return Ok(None);
    }
    let mut terminal = Terminal { input, out, err: &mut told, json: arguments.json, zone: TimeZone::system() };
    let done = witness::run(&command, &words, client, &mut terminal);
    let done = done.map_err(|failure| failure.at(socket)).and_then(|()| terminal.flush());
    match done {
        Ok(()) => {}
        Err(Failure::Pipe) => return Err(Failure::Pipe),
        Err(failure) => terminal.fail(&failure),
    }
    let words = without_place(words);
    told.flush()?;
    Ok(told.after.map(|after| (words, after)))
}

/// A list's words without the place at which it went on.
fn without_place(words: Vec<String>) -> Vec<String> {
    let mut named = false;
    words
        .into_iter()
        .filter(|word| !std::mem::replace(&mut named, word == "--after") && word != "--after" && !word.starts_with("--after="))
        .collect()
}

/// What is remarked goes out; where it says how a list goes on, `next` is named instead, and the place remembered.
struct Told<'a> {
    err: &'a mut dyn Write,
    /// The line that isn't complete yet.
    line: Vec<u8>,
    after: Option<String>,
}

impl Write for Told<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.line.push(*byte);
            if *byte == b'\n' {
                self.flush()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        match text.trim_end().strip_prefix(MORE.0).and_then(|rest| rest.strip_suffix(MORE.1)) {
            Some(after) => {
                self.after = Some(after.to_owned());
                writeln!(self.err, "There is more: next shows it.")?;
            }
            None => self.err.write_all(&line)?,
        }
        self.err.flush()
    }
}

/// The words of a line, with quotes and backslashes as a shell takes them; nothing is expanded.
fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None::<char>);
    let mut letters = line.trim_end_matches(['\n', '\r']).chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(end), letter) if letter == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    if quote.is_some() { Err("A quote has no end; nothing was done.") } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[u8]) -> (String, String) {
        let (mut input, mut out, mut err) = (lines, Vec::new(), Vec::new());
        assert_eq!(run(Path::new("/nowhere/admin.sock"), &mut input, &mut out, &mut err).unwrap(), failure::OK);
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn words_are_parted_as_a_shell_parts_them() {
        let parted = |line| words(line).unwrap();
        assert_eq!(parted("share  freeze --reason 'laptop stolen'\n"), ["share", "freeze", "--reason", "laptop stolen"]);
        assert_eq!(parted(r#"a "b \" c" d\ e '' x"y"z"#), ["a", "b \" c", "d e", "", "xyz"]);
        assert!(words("a 'b").is_err());
        assert!(parted("  \r\n").is_empty());
    }

    #[test]
    fn a_list_that_goes_on_says_that_next_shows_the_rest() {
        let mut err = Vec::new();
        let mut told = Told { err: &mut err, line: Vec::new(), after: None };
        write!(told, "Nothing fits.\n{}x.y{}\nType yes: ", MORE.0, MORE.1).unwrap();
        told.flush().unwrap();
        assert_eq!(told.after.as_deref(), Some("x.y"));
        assert_eq!(String::from_utf8(err).unwrap(), "Nothing fits.\nThere is more: next shows it.\nType yes: ");
    }

    #[test]
    fn a_line_that_names_another_socket_is_not_done_at_this_one() {
        for line in ["health --socket /other\n", "--socket=/other health\n"] {
            let (_, err) = said(line.as_bytes());
            assert!(err.contains("All lines go to /nowhere/admin.sock") && !err.contains("there is no admin socket"), "{err}");
        }
    }

    #[test]
    fn a_list_goes_on_at_the_next_place_however_the_last_one_was_written() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for line in ["audit list --after X --limit 2", "audit list --after=X --limit 2", "audit list --limit 2 --after X"] {
            assert_eq!(without_place(words(line)), words("audit list --limit 2"));
        }
    }

    #[test]
    fn the_end_of_the_input_leaves_and_a_mistake_does_not() {
        let (out, err) = said(b"share lst\nhelp\nnext\n\xff\xfe\n\nshare 'x\nposternctl health\n");
        assert!(out.contains("unrecognized subcommand") && out.contains("line by line"), "{out}");
        assert!(err.contains("no list to go on with") && err.contains("not UTF-8") && err.contains("A quote has no end"), "{err}");
        assert!(err.contains("there is no admin socket at /nowhere/admin.sock"), "{err}");
        assert!(out.ends_with("postern> \n"), "{out}");
    }
}
