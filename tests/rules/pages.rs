//! Manual pages and completions as `make pages` makes them, and the commands as the programs themselves list them: what both tests of pages need.
//! Nothing here looks into how they are made.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use harness::{Finished, program};

/// The programs, and the section of the manual that each has its pages in.
pub const PROGRAMS: [(&str, u8); 3] = [("postern", 1), ("posternctl", 8), ("posternd", 8)];

/// All pages and completions, made once for all tests, in the build folder: a value that lives as long as the tests is never dropped.
pub static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let made = make(&folder, "1766577600");
    assert!(made.success(), "no pages were made: {}", made.stderr);
    folder
});

/// Makes them in a folder, as of this SOURCE_DATE_EPOCH.
pub fn make(folder: &Path, epoch: &str) -> Finished {
    program("pages").arg(folder).env("SOURCE_DATE_EPOCH", epoch).finish()
}

/// Every file below a folder by its path there, with what it holds.
pub fn files_in(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

/// A program and all of its commands, each with its words and its help.
pub fn commands(name: &str) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![vec![name.to_owned()]];
    while let Some(words) = open.pop() {
        let asked = program(name).args(&words[1..]).arg("--help").finish();
        assert!(asked.success(), "{words:?} has no help: {}", asked.stderr);
        for below in rows(&asked.stdout, "Commands:").filter(|below| *below != "help") {
            open.push(words.iter().cloned().chain([below.to_owned()]).collect());
        }
        found.push((words, asked.stdout));
    }
    found
}

/// The first words of the rows below a heading of a help.
pub fn rows<'a>(help: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let below = help.lines().skip_while(move |line| *line != heading).skip(1).take_while(|line| !line.is_empty());
    below
        .filter(|line| line.starts_with("  ") && line.trim_start().len() + 5 > line.len())
        .filter_map(|line| line.split_whitespace().next())
}
