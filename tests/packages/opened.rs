//! Packages of both families, opened: what lies in them, with which rights, and what their programs are linked with.
//! Nothing is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::packages::package;

/// The packages that ship, by name.
pub const SHIPPED: [&str; 2] = ["postern", "postern-cli"];

/// The programs, each with its package.
pub const PROGRAMS: [(&str, &str); 3] =
    [("postern", "usr/sbin/posternd"), ("postern", "usr/bin/posternctl"), ("postern-cli", "usr/bin/postern")];

/// All .debs unpacked into one folder for all tests, in the build folder: a value that lives as long as the tests is never dropped.
static UNPACKED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unpacked");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for name in SHIPPED {
        said(Command::new("dpkg-deb").arg("--extract").arg(deb(name)).arg(folder.join(name)));
    }
    folder
});

/// A file or folder as a package has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Like `-rwxr-xr-x`.
    pub mode: String,
    /// Like `root/root`.
    pub owner: String,
}

/// The Debian package of this name.
pub fn deb(name: &str) -> PathBuf {
    package(&format!("{name}_"), ".deb")
}

/// The package of this name for Fedora and RHEL.
pub fn rpm(name: &str) -> PathBuf {
    package(&format!("{name}-{}-", env!("CARGO_PKG_VERSION")), ".rpm")
}

/// Where a .deb lies unpacked.
pub fn unpacked(name: &str) -> PathBuf {
    UNPACKED.join(name)
}

/// What a .deb holds, by path without the first slash; folders end in one.
pub fn deb_entries(name: &str) -> BTreeMap<String, Entry> {
    let told = said(Command::new("dpkg-deb").arg("--contents").arg(deb(name)));
    let entry = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[5].trim_start_matches("./").to_owned(), Entry { mode: words[0].to_owned(), owner: words[1].to_owned() })
    };
    told.lines().map(entry).filter(|(path, _)| !path.is_empty()).collect()
}

/// What an .rpm holds, in the same form.
pub fn rpm_entries(name: &str) -> BTreeMap<String, Entry> {
    let format = "[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES}\n]";
    let told = said(Command::new("rpm").args(["--query", "--queryformat", format, "--package"]).arg(rpm(name)));
    let entry = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let path = words[2].trim_start_matches('/').to_owned() + if words[0].starts_with('d') { "/" } else { "" };
        (path, Entry { mode: words[0].to_owned(), owner: words[1].to_owned() })
    };
    told.lines().map(entry).collect()
}

/// The versions of a library that a program asks for, like `2.34` for `GLIBC_2.34`.
pub fn asked_of(program: &Path, library: &str) -> BTreeSet<Vec<u32>> {
    let told = said(Command::new("objdump").arg("--dynamic-syms").arg(program));
    let words = told.split_whitespace().map(|word| word.trim_matches(['(', ')']));
    words.filter_map(|word| word.strip_prefix(library)?.strip_prefix('_')).filter_map(numbers).collect()
}

/// The libraries that the system must bring for a program.
pub fn needed_by(program: &Path) -> BTreeSet<String> {
    let told = said(Command::new("objdump").arg("--private-headers").arg(program));
    told.lines().filter_map(|line| Some(line.trim().strip_prefix("NEEDED")?.trim().to_owned())).collect()
}

/// What a command prints; it fails the test when it fails.
pub fn said(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?} can't be run: {error}. Run `.ci/install packages`."));
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?} failed:\n{out}{err}");
    out.into_owned()
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|number| number.parse().ok()).collect()
}
