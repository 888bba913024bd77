//! `with-postgres COMMAND...` runs a command with a private PostgreSQL beside it and the address in its environment.
//! Never leaves the server behind: it ends with the command, with Ctrl-C, and with this program.
#![allow(clippy::print_stderr, reason = "this is a command; its reader sits at a terminal")]

use std::process::{Command, ExitCode};

use harness::postgres::{Durability, Server, VARIABLE};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(command) = arguments.next() else {
        eprintln!("usage: with-postgres COMMAND [ARGUMENT...]");
        return ExitCode::from(2);
    };

    // The signals are taken by a thread instead of ending us, so that the server is always stopped and its folder removed.
    let ending = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]);
    if let Err(error) = ending.thread_block() {
        eprintln!("with-postgres: signals can't be held back: {error}");
        return ExitCode::FAILURE;
    }

    let server = Server::start(Durability::Relaxed);
    // A process starts with the signals held back that its parent holds back, and the command must be free to take them.
    let _freed = ending.thread_unblock();
    let child = Command::new(&command).args(arguments).env(VARIABLE, server.address()).spawn();
    let _held = ending.thread_block();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            eprintln!("with-postgres: {} can't be started: {error}", command.display());
            return ExitCode::from(127);
        }
    };
    pass_on(ending, Pid::from_raw(child.id().cast_signed()));
    let code = child.wait().ok().and_then(|status| status.code());
    drop(server);
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// Hands every ending signal that arrives to the command; when it ends, we do.
fn pass_on(ending: SigSet, command: Pid) {
    std::thread::spawn(move || {
        while ending.wait().is_ok() {
            // A command that is gone already is what the signal wanted.
            let _gone = kill(command, Signal::SIGTERM);
        }
    });
}
