//! `pages FOLDER`: writes manual pages and completions into a folder. `make pages` calls it.
//!
//! Nothing here decides what stands in them.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use pages::{Failed, Issue};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        return failed("name the folder to write to");
    };
    match made(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

fn made(folder: &Path) -> Result<(), Failed> {
    // How packagers say of which day their sources are.
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    pages::write(folder, &Issue::of(epoch.as_deref())?)
}

fn failed(why: &str) -> ExitCode {
    // Nobody is left to be told when this fails too.
    let _ = writeln!(std::io::stderr(), "pages: {why}");
    ExitCode::FAILURE
}
