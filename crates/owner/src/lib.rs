//! `postern`: the owner's command line, and a recipient's way to open a link at a terminal.
//!
//! No secret comes in as an argument, and none is kept on disk but sealed. This file only begins and ends.

mod arguments;
mod clock;
mod commands;
mod failure;
mod home;
mod ids;
mod item;
mod moment;
mod session;
mod terminal;

use std::process::ExitCode;

use arguments::Arguments;
use clap::{CommandFactory as _, Parser as _};
use failure::{Exit, Failure};
use terminal::Terminal;

/// The commands with their help, for manual pages and completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Does what this process was asked for.
pub fn run() -> ExitCode {
    // Before anything else reads the arguments: what names a link must not be repeated in an error.
    if std::env::args_os().any(|argument| arguments::names_a_link(&argument.to_string_lossy())) {
        return end(Err(arguments::link_refused()), &mut Terminal::of_this_process(false));
    }
    match Arguments::try_parse() {
        Ok(arguments) => {
            let mut terminal = Terminal::of_this_process(arguments.everywhere.json);
            let done = commands::run(arguments, &mut terminal);
            end(done, &mut terminal)
        }
        Err(said) => {
            // Help and version are no mistakes; clap writes them to standard output, and mistakes to standard error.
            let exit = if said.use_stderr() { Exit::Usage } else { Exit::Done };
            let _ = said.print();
            exit.code()
        }
    }
}

fn end(done: Result<(), Failure>, terminal: &mut Terminal) -> ExitCode {
    match done.and_then(|()| terminal.flush()) {
        Ok(()) => Exit::Done.code(),
        Err(failure) => {
            terminal.failed(&failure);
            failure.exit.code()
        }
    }
}
