//! The operator's commands over the admin socket, and the console, which does the same in screens.
//!
//! Nothing here opens what others share, and no share's secret, link or token ever reaches an operator:
//! who asks is the kernel's answer to the daemon, never a claim made here.

mod arguments;
mod commands;
mod console;
mod failure;
mod moment;
mod paging;
mod person;
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

/// Runs one command, or without one the console, and returns the exit code.
pub fn run<I, A>(arguments: I, input: &mut dyn BufRead, out: &mut dyn Write, err: &mut dyn Write) -> u8
where
    I: IntoIterator<Item = A>,
    A: Into<OsString> + Clone,
{
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return answered(&error, out, err),
    };
    let Some(command) = arguments.command else {
        let ended = match arguments.plain {
            true => console::plain::run(&arguments.socket, input, out, err),
            false => console::open::open(&arguments.socket, arguments.theme.as_deref(), out, err),
        };
        return ended.unwrap_or_else(|failure| {
            Terminal { input, out, err, json: arguments.json, zone: TimeZone::system() }.fail(&failure);
            failure.exit_code()
        });
    };
    if arguments.plain || arguments.theme.is_some() {
        let failure = Failure::Usage("--plain and --theme are for the console, which opens without a command".to_owned());
        Terminal { input, out, err, json: arguments.json, zone: TimeZone::system() }.fail(&failure);
        return failure.exit_code();
    }
    let mut terminal = Terminal { input, out, err, json: arguments.json, zone: TimeZone::system() };
    let done = Client::admin(&arguments.socket)
        .map_err(|error| Failure::of(error, &arguments.socket))
        .and_then(|client| command.run(&client, &mut terminal).map_err(|failure| failure.at(&arguments.socket)));
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
