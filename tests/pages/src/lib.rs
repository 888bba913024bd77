//! `make pages`: manual pages and completions for the three programs, from the definitions that their help comes from,
//! postern.toml(5) from the packaged configuration, and the journal's message catalogue from the table of events.
//!
//! Nothing here knows a fact about the programs: what isn't in their help isn't in their pages. No clock is read: the same sources
//! make the same bytes.

mod catalog;
mod completions;
mod configuration;
mod issue;
mod manual;
mod sheet;
mod told;

use std::fmt;
use std::path::Path;

use clap::Command;

pub use issue::Issue;

/// Why no pages were made; a sentence for who changes the help or the configuration.
#[derive(Debug)]
pub struct Failed(String);

/// A program: its commands, its section of the manual, and what its page leads to besides its own commands.
struct Program {
    command: fn() -> Command,
    section: u8,
    beside: &'static [(&'static str, u8)],
}

const PROGRAMS: [Program; 3] = [
    Program { command: owner::command, section: 1, beside: &[("posternctl", 8), ("posternd", 8)] },
    Program { command: console::command, section: 8, beside: &[("postern", 1), ("postern.toml", 5), ("posternd", 8)] },
    Program { command: daemon::command, section: 8, beside: &[("postern", 1), ("postern.toml", 5), ("posternctl", 8)] },
];

/// Writes `man/man1`, `man/man5`, `man/man8`, `completions/{bash,zsh,fish}` and `catalog` into this folder, under the names by which they are
/// installed. What else lies in these folders is removed: a command that is gone leaves no page.
///
/// # Errors
/// [`Failed`], when a help text can't be read as a page or the folder can't be written.
pub fn write(folder: &Path, issue: &Issue) -> Result<(), Failed> {
    for made in ["man", "completions", "catalog"].map(|name| folder.join(name)) {
        if made.exists() {
            std::fs::remove_dir_all(&made).map_err(|error| Failed(format!("{} can't be emptied: {error}", made.display())))?;
        }
    }
    put(folder, "man/man5/postern.toml.5", configuration::page(issue)?)?;
    put(folder, "catalog/postern.catalog", catalog::catalog()?)?;
    for program in PROGRAMS {
        for page in manual::pages((program.command)(), program.section, program.beside, issue)? {
            put(folder, &format!("man/man{0}/{1}.{0}", program.section, page.name), page.text)?;
        }
        for (path, script) in completions::scripts(&(program.command)()) {
            put(folder, &path, script)?;
        }
    }
    Ok(())
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Failed> {
    let path = folder.join(name);
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, bytes));
    made.map_err(|error| Failed(format!("{} can't be written: {error}", path.display())))
}

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
