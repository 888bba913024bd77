//! A ready build of the browser's side: taken where it is whole, refused in clear words where it isn't.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../build.rs"]
#[allow(dead_code, reason = "cargo runs what isn't tested here")]
mod build;

use std::fs;
use std::path::{Path, PathBuf};

/// A folder that looks like a build in two languages.
fn ready(name: &str) -> PathBuf {
    let dist = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dist);
    for folder in ["pages", "assets", "denied"] {
        fs::create_dir_all(dist.join(folder)).unwrap();
    }
    let pages = ["recipient.en", "recipient.es", "front.en", "front.es"].map(|page| format!("pages/{page}.html"));
    for file in pages.into_iter().chain(["assets/recipient.0123.js".to_owned()]) {
        for ending in ["", ".br", ".gz"] {
            fs::write(dist.join(format!("{file}{ending}")), file.as_bytes()).unwrap();
        }
    }
    for why in ["outside", "certificate", "nothing", "busy", "away"] {
        for language in ["en", "es"] {
            fs::write(dist.join(format!("denied/{why}.{language}.html")), why).unwrap();
        }
    }
    fs::write(dist.join("denied/style.sha256"), "x").unwrap();
    dist
}

#[test]
fn a_ready_build_is_taken_as_it_is() {
    let dist = ready("whole");
    let taken = build::dist(Some(dist.clone().into()), &dist.join("not-here")).unwrap();
    assert_eq!(taken, dist.canonicalize().unwrap());
    let table = build::table(&taken).unwrap();
    assert!(table.contains("recipient.0123.js.br") && table.contains("front.es.html.gz") && table.contains("text/javascript"), "{table}");
    assert!(!table.contains(&*taken.to_string_lossy()), "a program is the same wherever it was built: {table}");
}

#[test]
fn a_broken_build_is_refused_by_the_name_of_what_it_lacks() {
    for gone in ["pages/recipient.es.html.br", "denied/busy.en.html", "denied/style.sha256", "assets/recipient.0123.js.gz"] {
        let dist = ready("broken");
        fs::remove_file(dist.join(gone)).unwrap();
        let told = build::table(&dist).unwrap_err();
        assert!(told.contains(gone) && told.contains("missing or empty"), "{told}");
        fs::write(dist.join(gone), "").unwrap();
        assert!(build::table(&dist).is_err(), "an empty {gone}");
    }
    let dist = ready("broken");
    fs::write(dist.join("assets/recipient.0123.wasm"), "x").unwrap();
    assert!(build::table(&dist).unwrap_err().contains("recipient.0123.wasm is of no kind"));
    fs::remove_dir_all(dist.join("assets")).unwrap();
    assert!(build::table(&dist).unwrap_err().contains("assets"));
}

#[test]
fn a_ready_build_that_is_not_there_is_refused_by_its_name() {
    let gone = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gone");
    let told = build::dist(Some(gone.clone().into()), &gone).unwrap_err();
    assert!(told.contains(&format!("POSTERN_WEB_DIST is {}", gone.display())), "{told}");
}
