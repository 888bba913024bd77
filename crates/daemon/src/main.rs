//! `posternd`: the program. Reads its arguments, its configuration and signals; everything else is the library's.
//!
//! Nothing secret is ever an argument.

mod commands;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    commands::Arguments::parse().run()
}
