//! The project's own files, for tests on the project itself.
//! Never sees what git ignores: builds, demos, notes.

use std::path::{Path, PathBuf};

use crate::programs::Program;

/// The project's top folder.
pub fn top() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this package lies two folders below the project's top")
}

/// The build folder of the running test, where cargo keeps what is built and what may be removed.
pub fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it lies");
    let target = test.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.expect("cargo marks its build folder").to_owned()
}

/// All files of the project that exist, committed or about to be, relative to [`top`], in order.
pub fn files() -> Vec<PathBuf> {
    // The checkout may belong to another user than the one who tests; git would refuse to read it.
    let listed = Program::named("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .in_folder(top())
        .finish();
    assert!(listed.success(), "git can't list the project's files: {}", listed.stderr);
    let mut files: Vec<PathBuf> =
        listed.stdout.split_terminator('\0').map(PathBuf::from).filter(|path| top().join(path).is_file()).collect();
    files.sort();
    files.dedup();
    files
}

/// The text of one of [`files`]; nothing if it isn't text.
pub fn text(file: &Path) -> Option<String> {
    let bytes = std::fs::read(top().join(file)).unwrap_or_else(|error| panic!("{} can't be read: {error}", file.display()));
    String::from_utf8(bytes).ok()
}
