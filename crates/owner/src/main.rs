//! `postern`: the program. Everything is the library's, so that manual pages and completions are made from the same commands.
//!
//! Nothing here decides anything.

use std::process::ExitCode;

fn main() -> ExitCode {
    owner::run()
}
