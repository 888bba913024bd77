//! `bill FOLDER`: writes what the programs are made of into a folder. `make bill` calls it.
//!
//! Nothing here decides what stands there.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").unwrap_or_default();
    let made = match std::env::args_os().nth(1) {
        Some(folder) => bill::write(Path::new(&folder), &epoch),
        None => Err(bill::Failed::new("name the folder to write to")),
    };
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to be told when this fails too.
            let _ = writeln!(std::io::stderr(), "bill: {error}");
            ExitCode::FAILURE
        }
    }
}
