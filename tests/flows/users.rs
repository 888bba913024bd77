//! Users and groups of this machine, made for one story and gone with it.
//! Never touches a user or group that was there before.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use harness::Program;
use harness::clock::{Deadline, PATIENCE};

/// A group of this machine.
pub struct Group(pub String);

/// A user of this machine.
pub struct User(pub String);

impl Group {
    pub fn new() -> Self {
        let name = fresh("ptg");
        must("groupadd", &["--system", &name]);
        Self(name)
    }
}

impl User {
    /// A user who is a member of these groups besides one of their own.
    pub fn in_groups(groups: &[&Group]) -> Self {
        let name = fresh("ptu");
        let groups: Vec<&str> = groups.iter().map(|group| group.0.as_str()).collect();
        must("useradd", &["--system", "--no-create-home", "--user-group", "--groups", &groups.join(","), &name]);
        Self(name)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        must("groupdel", &[&self.0]);
    }
}

impl Drop for User {
    fn drop(&mut self) {
        must("userdel", &[&self.0]);
    }
}

/// A copy of one of the programs in this folder, where every user can reach it: the build's folder may be closed to them.
///
/// Another process copies it. A file that this one had open for writing could be held by whatever else is just being started, and the
/// kernel runs no such file.
pub fn reachable(name: &str, folder: &Path) -> PathBuf {
    let copy = folder.join(name);
    if !copy.exists() {
        let from = harness::program(name);
        must("install", &["-m", "755", from.path().to_str().unwrap(), copy.to_str().unwrap()]);
    }
    copy
}

fn fresh(begin: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{begin}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The list of users is locked while somebody else changes it; that passes.
fn must(program: &str, arguments: &[&str]) {
    let mut said = String::new();
    let done = Deadline::after(PATIENCE).until(|| {
        let finished = Program::named(program).args(arguments).finish();
        said = finished.stderr.clone();
        let busy = said.contains("lock");
        (finished.success() || !busy).then_some(finished.success())
    });
    // A panic during another one would hide that.
    assert!(done == Some(true) || std::thread::panicking(), "{program} {arguments:?}: {said}");
}
