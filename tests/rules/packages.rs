//! What comes from npm to build and test the browser's side: nothing of it runs by being installed, and its licences are few and known.
//! Doesn't judge what is in the pages: `crates/web/build.ts` refuses to bundle anything but our own code.

use std::collections::BTreeMap;
use std::path::PathBuf;

use harness::tree::{files, text};
use serde_json::Value;

/// Licences that ask nothing of who builds and tests with a package.
const LICENCES: &[&str] =
    &["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "MPL-2.0", "Artistic-2.0", "CC0-1.0", "CC-BY-3.0"];

/// Packages whose licence the lock file doesn't tell, and what it is.
const TOLD_HERE: &[(&str, &str)] = &[("qrcode-terminal", "Apache-2.0")];

/// What beside each lock file keeps packages from running and lock files from naming where they came from.
const SETTINGS: &[&str] = &["ignore-scripts=true", "omit-lockfile-registry-resolved=true"];

/// A lock file's packages by their path.
type Packages = BTreeMap<String, Value>;

#[test]
fn no_lock_file_names_an_address_to_download_from_and_each_names_what_was_meant_by_its_hash() {
    for (file, packages) in locks() {
        let words = text(&file).expect("a lock file is text");
        assert!(!words.contains("\"resolved\""), "{} names an address", file.display());
        for (name, package) in packages {
            let bundled = package["inBundle"] == true;
            assert!(bundled || package["integrity"].is_string(), "{}: {name} has no hash", file.display());
        }
    }
}

#[test]
fn every_package_has_a_licence_that_we_know() {
    for (file, packages) in locks() {
        for (path, package) in packages {
            let name = path.rsplit("node_modules/").next().unwrap_or(&path);
            let told =
                package["license"].as_str().or_else(|| TOLD_HERE.iter().find(|(known, _)| *known == name).map(|(_, licence)| *licence));
            let known = told.is_some_and(|licence| LICENCES.contains(&licence));
            assert!(known, "{}: {name} is under {told:?}", file.display());
        }
    }
}

#[test]
fn no_package_runs_anything_by_being_installed() {
    for (file, _) in locks() {
        let beside = file.with_file_name(".npmrc");
        let settings = text(&beside).unwrap_or_default();
        for setting in SETTINGS {
            assert!(settings.lines().any(|line| line == *setting), "{} lacks {setting}", beside.display());
        }
    }
}

fn locks() -> impl Iterator<Item = (PathBuf, Packages)> {
    let locks: Vec<_> = files().into_iter().filter(|file| file.ends_with("package-lock.json")).collect();
    assert!(locks.len() >= 3, "only {locks:?} were found");
    locks.into_iter().map(|file| {
        let lock: Value = serde_json::from_str(&text(&file).expect("a lock file is text")).expect("a lock file is JSON");
        let packages = lock["packages"].as_object().expect("a lock file has packages").clone();
        // The first, without a name, is our own.
        (file, packages.into_iter().filter(|(name, _)| !name.is_empty()).collect())
    })
}
