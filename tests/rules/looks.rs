//! How files look: short, with a purpose in their first line, and silent about the machines they were written on.
//! Doesn't judge style, which is rustfmt's and clippy's.

use harness::tree::{files, text};

/// Past this a file has a second subject.
const LINES_AT_MOST: usize = 400;

/// How many folders may lie between a crate's `src` and a file.
const FOLDERS_AT_MOST: usize = 3;

/// Names that say where something was put instead of what it is.
const EMPTY_NAMES: &[&str] = &["common", "core", "utils", "util", "helpers", "helper", "misc", "shared"];

#[test]
fn a_file_of_code_has_one_subject_and_fits_into_four_hundred_lines() {
    for (file, code) in written() {
        let lines = code.lines().count();
        assert!(lines <= LINES_AT_MOST, "{} has {lines} lines: find its second subject", file.display());
    }
}

#[test]
fn every_rust_file_says_first_what_it_is_for() {
    let rust = written().filter(|(file, _)| file.extension().is_some_and(|ending| ending == "rs"));
    for (file, code) in rust {
        assert!(code.starts_with("//! "), "{} doesn't begin with what it is for", file.display());
    }
}

#[test]
fn every_typescript_file_says_first_what_it_is_for() {
    let scripts = written().filter(|(file, _)| file.extension().is_some_and(|ending| ending == "ts"));
    let mut seen = 0;
    for (file, code) in scripts {
        assert!(code.starts_with("// "), "{} doesn't begin with what it is for", file.display());
        seen += 1;
    }
    assert!(seen > 0, "no TypeScript was looked at");
}

#[test]
fn no_file_or_folder_has_an_empty_name() {
    for file in files() {
        let parts = file.with_extension("");
        let empty = parts.iter().find(|part| EMPTY_NAMES.iter().any(|name| part == name));
        assert_eq!(empty, None, "{}: name it after its subject", file.display());
    }
}

#[test]
fn no_source_lies_deep() {
    for file in files() {
        let Some(below) = file.iter().skip_while(|part| *part != "src").skip(1).count().checked_sub(1) else { continue };
        assert!(below <= FOLDERS_AT_MOST, "{} lies {below} folders below src", file.display());
    }
}

#[test]
fn no_file_names_a_package_registry_or_a_machine_that_it_was_written_on() {
    // Put together here, so that this file doesn't name them either.
    let hosts = [
        ["crates", ".io"],
        ["npmjs", ".org"],
        ["pypi", ".org"],
        ["pythonhosted", ".org"],
        ["proxy.golang", ".org"],
        ["deb.debian", ".org"],
    ];
    let paths = [["/wo", "rk/"], ["/opt/", "tools"], ["/ro", "ot/."]];
    let forbidden: Vec<String> = hosts.iter().chain(&paths).map(|halves| halves.concat()).collect();
    // Cargo's lock files name the registry by its public identity, not as a host to ask.
    for file in files().into_iter().filter(|file| !file.ends_with("Cargo.lock")) {
        let words = text(&file).unwrap_or_default();
        let named = forbidden.iter().find(|one| words.contains(one.as_str()));
        assert_eq!(named, None, "{} names {named:?}", file.display());
    }
}

/// All files of the project that somebody wrote as code. What a program wrote (vectors, lock files, types made from Rust) is no reading matter.
fn written() -> impl Iterator<Item = (std::path::PathBuf, String)> {
    let code = files().into_iter().filter(|file| {
        let ending = file.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("rs" | "ts" | "svelte" | "sh" | "css" | "sql"))
    });
    code.filter_map(|file| text(&file).map(|code| (file, code))).filter(|(_, code)| !code.starts_with("// Made by "))
}
