//! posternctl: hands arguments and streams to the library, and its verdict to the shell.
//!
//! Nothing here decides anything.

use std::process::ExitCode;

fn main() -> ExitCode {
    let (input, out, err) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let code = console::run(std::env::args_os(), &mut input.lock(), &mut out.lock(), &mut err.lock());
    ExitCode::from(code)
}
