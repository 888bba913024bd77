//! The packages as `make deb rpm` left them.
//! Nothing here builds any: what isn't there fails the test and says how to get it.

use std::fs;
use std::path::PathBuf;

use harness::tree::target;

/// Names another folder with packages than `packages` in the build folder.
const VARIABLE: &str = "POSTERN_PACKAGES";

/// The folder with all packages.
pub fn folder() -> PathBuf {
    std::env::var_os(VARIABLE).map_or_else(|| target().join("packages"), PathBuf::from)
}

/// The one package in [`folder`] whose file begins and ends so.
pub fn package(begins: &str, ends: &str) -> PathBuf {
    let folder = folder();
    let there = fs::read_dir(&folder).map(|files| files.map(|file| file.unwrap().path()).collect::<Vec<_>>()).unwrap_or_default();
    let named = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(begins) && name.ends_with(ends)
    };
    let found: Vec<&PathBuf> = there.iter().filter(named).collect();
    match found[..] {
        [one] => one.clone(),
        [] => panic!("there is no {begins}*{ends} in {}. Run `make test-appliance`, or `make deb rpm` first.", folder.display()),
        _ => panic!("there are several {begins}*{ends} in {}: leave the one that is meant. {found:?}", folder.display()),
    }
}
