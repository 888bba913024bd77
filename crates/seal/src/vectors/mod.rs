//! The test vectors in `tests/vectors/`: made here, checked here, and read by the browser's tests too.
//! Every file is `{ "about", "good": [...], "malformed": [...] }`; bytes are lower-case hexadecimal.
//! A malformed case bears the word for its error, and must be refused for that reason.
//!
//! `POSTERN_WRITE_VECTORS=1` writes the files anew. Otherwise a difference is a failure: a format has
//! changed that other programs read. `tests/vectors/browser/` may hold files of the same form that
//! the browser's implementation made; they are read, never written.

mod accounts;
mod encodings;
mod items;
mod links;
mod primitives;
mod rfc5869;
mod rfc8032;
mod rfc9180;
mod rfc9807;
mod sign_in;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{Error, random};

/// One file: how its cases are made, and how each is read.
struct File {
    name: &'static str,
    about: &'static str,
    good: fn() -> Vec<Value>,
    malformed: fn() -> Vec<Value>,
    /// Reads a case; what it says must come out, or the error's word comes back.
    read: fn(&Value) -> Result<(), String>,
}

fn files() -> Vec<File> {
    let mut files = Vec::new();
    files.extend(encodings::files());
    files.extend(primitives::files());
    files.push(accounts::file());
    files.extend(items::files());
    files.extend(links::files());
    files.push(sign_in::file());
    files
}

#[test]
fn the_vectors_on_disk_are_those_that_this_code_makes() {
    for file in files() {
        let made =
            random::scripted::with(file.name, || json!({ "about": file.about, "good": (file.good)(), "malformed": (file.malformed)() }));
        let path = folder().join(file.name).with_extension("json");
        if std::env::var_os("POSTERN_WRITE_VECTORS").is_some() {
            std::fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
        }
        let kept: Value = from_disk(&path).unwrap_or(Value::Null);
        assert!(kept == made, "{} differs from what this code makes; POSTERN_WRITE_VECTORS=1 writes it anew", path.display());
    }
}

#[test]
fn every_vector_is_read_as_it_says() {
    for file in files() {
        let name = format!("{}.json", file.name);
        let kept = from_disk(&folder().join(&name)).expect("a file of vectors");
        let browsers = from_disk(&folder().join("browser").join(&name));
        for cases in std::iter::once(kept).chain(browsers) {
            for case in list(&cases, "good") {
                assert_eq!((file.read)(case), Ok(()), "{name}: {case}");
            }
            for case in list(&cases, "malformed") {
                let expected = Err(text(case, "error").to_owned());
                assert_eq!((file.read)(case), expected, "{name}: {case}");
            }
        }
    }
}

#[test]
fn no_folder_holds_vectors_that_nobody_reads() {
    let known: Vec<_> = files().iter().map(|file| format!("{}.json", file.name)).collect();
    for folder in [folder(), folder().join("browser")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.ends_with(".json") || known.contains(&name), "{name} is read by no test");
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn from_disk(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// A case, malformed, with the word for its error and a sentence that says why.
fn malformed(mut case: Value, error: &str, why: &str) -> Value {
    case["error"] = error.into();
    case["why"] = why.into();
    case
}

/// A copy of a case with one member changed.
fn with(case: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut case = case.clone();
    assert!(case.get(member).is_some(), "there is a {member} to change");
    case[member] = value.into();
    case
}

/// The ways in which any sealed blob can be damaged, with the word for each error.
fn damaged(case: &Value, member: &str) -> Vec<Value> {
    let blob = bytes(case, member);
    let change = |change: fn(&mut Vec<u8>)| {
        let mut blob = blob.clone();
        change(&mut blob);
        with(case, member, hex(&blob))
    };
    vec![
        malformed(change(|b| b[0] = 2), "version", "an unknown version"),
        malformed(change(|b| b.truncate(20)), "length", "cut short"),
        malformed(change(Vec::clear), "length", "empty"),
    ]
}

/// The ways in which a blob of fixed length can be altered besides.
fn altered(case: &Value, member: &str, longer: &str) -> Vec<Value> {
    let blob = bytes(case, member);
    let change = |change: fn(&mut Vec<u8>)| {
        let mut blob = blob.clone();
        change(&mut blob);
        with(case, member, hex(&blob))
    };
    vec![
        malformed(change(|b| b[1] ^= 1), "opening", "another nonce"),
        malformed(change(|b| *b.last_mut().unwrap() ^= 0x80), "opening", "another tag"),
        malformed(change(|b| b.push(0)), longer, "a byte more"),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(digit).collect()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).try_into().expect("so many bytes")
}

fn text<'a>(case: &'a Value, member: &str) -> &'a str {
    case[member].as_str().unwrap_or_else(|| panic!("no text {member} in {case}"))
}

fn bytes(case: &Value, member: &str) -> Vec<u8> {
    unhex(text(case, member))
}

fn fixed<const N: usize>(case: &Value, member: &str) -> [u8; N] {
    array(text(case, member))
}

fn list<'a>(case: &'a Value, member: &str) -> &'a [Value] {
    case[member].as_array().unwrap_or_else(|| panic!("no list {member} in {case}"))
}

/// Compares what was read with what the case says.
fn same<T: PartialEq + std::fmt::Debug>(read: T, says: T) -> Result<(), String> {
    if read == says { Ok(()) } else { Err(format!("read {read:?}, and not {says:?}")) }
}

/// The word that stands for an error in the vectors. TypeScript uses the same words.
fn word(error: Error) -> String {
    match error {
        Error::UnknownVersion(_) => "version",
        Error::Length => "length",
        Error::NotOpened => "opening",
        Error::UnknownSuite => "suite",
        Error::PublicKey => "public key",
        Error::Signature => "signature",
        Error::Padding => "padding",
        Error::Form => "form",
        Error::Text => "text",
        Error::TooLarge { .. } => "too large",
        Error::Library => "library",
    }
    .to_owned()
}
