//! `posternd`: the program. Everything is the library's, so that manual pages and completions are made from the same commands.
//!
//! Nothing secret is ever an argument.

use std::process::ExitCode;

fn main() -> ExitCode {
    daemon::run()
}
