//! The operator's commands over the admin socket; the screens will stand beside them.
//!
//! Nothing here opens what others share, and no share's secret, link or token ever reaches an operator:
//! who asks is the kernel's answer to the daemon, never a claim made here.

mod arguments;
mod commands;
mod failure;
mod lines;
mod paging;
mod person;
mod sealing;
mod show;
mod terminal;

use std::ffi::OsString;
use std::io::{BufRead, Write};

use clap::{CommandFactory as _, Parser as _};
use client::Client;
use jiff::tz::TimeZone;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The commands with their help, for manual pages and completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs one command and returns its exit code.
pub fn run<I, A>(arguments: I, input: &mut dyn BufRead, out: &mut dyn Write, err: &mut dyn Write) -> u8
where
    I: IntoIterator<Item = A>,
    A: Into<OsString> + Clone,
{
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return answered(&error, out, err),
    };
    let mut terminal = Terminal { input, out, err, json: arguments.json, zone: TimeZone::system() };
    let done = Client::admin(&arguments.socket)
        .map_err(|error| Failure::of(error, &arguments.socket))
        .and_then(|client| arguments.command.run(&client, &mut terminal).map_err(|failure| failure.at(&arguments.socket)));
    match done.and_then(|()| terminal.flush()) {
        Ok(()) => failure::OK,
        Err(failure) => {
            terminal.fail(&failure);
            failure.exit_code()
        }
    }
}

/// What clap says itself: help and version on standard output, everything else on standard error.
fn answered(error: &clap::Error, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let text = show::text::harmless_lines(&error.render().to_string());
    if error.use_stderr() {
        // Nobody is left to be told when standard error doesn't take it.
        let _ = err.write_all(text.as_bytes());
        return failure::USAGE;
    }
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::from) {
        Ok(()) => failure::OK,
        Err(failure) => failure.exit_code(),
    }
}
