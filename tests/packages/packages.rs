//! The packages as `make deb rpm` left them, and an older one of the same to upgrade from.
//! Nothing here builds any: what isn't there fails the test and says how to get it.

use std::fs;
use std::path::{Path, PathBuf};

use harness::Program;
use harness::tree::target;

/// Names another folder with packages than `packages` in the build folder.
const VARIABLE: &str = "POSTERN_PACKAGES";

/// The version of the older package: lower than any that was released.
pub const OLDER: &str = "0.0.9-1";

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

/// Puts a package into a folder as it would have been some time ago: of the version [`OLDER`], with another text in its configuration file, so
/// that an upgrade finds a file that both its owner and the package changed.
pub fn put_older(package: &Path, into: &Path) {
    let unpacked = tempfile::tempdir().unwrap();
    let tree = unpacked.path().join("tree");
    dpkg_deb(&["--raw-extract".as_ref(), package, &tree]);
    let control = tree.join("DEBIAN/control");
    let newer = fs::read_to_string(&control).unwrap();
    let older: Vec<String> =
        newer.lines().map(|line| if line.starts_with("Version: ") { format!("Version: {OLDER}") } else { line.to_owned() }).collect();
    fs::write(&control, older.join("\n") + "\n").unwrap();
    let configuration = tree.join("etc/postern/postern.toml");
    let words = fs::read_to_string(&configuration).unwrap();
    fs::write(&configuration, format!("{words}# The last line of an older version.\n")).unwrap();
    dpkg_deb(&["-Znone".as_ref(), "--build".as_ref(), &tree, &into.join(format!("postern_{OLDER}_older.deb"))]);
}

fn dpkg_deb(arguments: &[&Path]) {
    let done = Program::named("dpkg-deb").args(arguments).finish();
    assert!(done.success(), "dpkg-deb {arguments:?} failed: {}", done.stderr);
}
