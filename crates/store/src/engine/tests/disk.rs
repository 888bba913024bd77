//! A disk that is really full. The trap that DESIGN's engine is built around springs only there.
//! Needs root, for a small file system in a mount namespace of its own; without it the test fails and says so.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::engine::ground::{Ground, begin, mark, marks, run};
use crate::{Broken, Database, Failure, Settings};

/// Set for the test's second run, inside the namespace.
const INSIDE: &str = "POSTERN_TEST_FULL_DISK";

#[test]
fn on_a_full_disk_nothing_is_answered_that_is_not_kept_and_life_goes_on_with_space() {
    if let Ok(folder) = std::env::var(INSIDE) {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs", &folder]).status().unwrap();
        assert!(mounted.success());
        return run(fill(Path::new(&folder).to_owned()));
    }
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let name = "engine::tests::disk::on_a_full_disk_nothing_is_answered_that_is_not_kept_and_life_goes_on_with_space";
    // The file system goes away with the namespace, whatever happens inside.
    let mut inside = Command::new("unshare");
    inside.args(["--mount", "--propagation", "private", "--"]).arg(this).args(["--exact", name, "--nocapture"]);
    let ended = inside.env(INSIDE, folder.path()).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "this test needs root to mount a small disk (`make test` asks for it), or it failed:\n{said}");
    assert!(said.contains("1 passed"), "the test didn't run inside:\n{said}");
}

async fn fill(disk: std::path::PathBuf) {
    let settings = Settings { database: Database::Sqlite(disk.join("postern.db")), ..Ground::sqlite().settings };
    let store = crate::Store::open(settings).await.unwrap();
    let mut kept = Vec::new();
    mark(&store, &wide(0)).await.unwrap();
    kept.push(wide(0));
    let ballast = disk.join("ballast");
    let (mut number, mut full) = (1, 0);
    // Again and again to the brink and back, with another gap left each time, so that the disk ends now in a statement, now in a commit.
    for round in 0..10_usize {
        take_all_but(&ballast, round * 300_000);
        let mut waiting = Vec::new();
        for _ in 0..40 {
            let (store, mark_) = (store.clone(), wide(number));
            number += 1;
            waiting.push((mark_.clone(), begin(async move { mark(&store, &mark_).await }).await));
        }
        for (mark_, write) in waiting {
            match write.await.unwrap() {
                Ok(()) => kept.push(mark_),
                Err(Failure::Broken(Broken::Unsure(why))) => panic!("a full disk is no riddle: {why}"),
                Err(Failure::Broken(_)) => full += 1,
                Err(Failure::Refused(refusal)) => panic!("{refusal}"),
            }
        }
        fs::remove_file(&ballast).unwrap();
        let mark_ = wide(number);
        number += 1;
        mark(&store, &mark_).await.unwrap_or_else(|failure| panic!("round {round}: there is space again: {failure}"));
        kept.push(mark_);
    }
    assert!(full > 0, "the disk was never full");
    kept.sort();
    // Exactly what was answered as done is there, and every chain is whole.
    assert!(marks(&store).await == kept, "{} of {number} were answered as done", kept.len());
}

/// A mark so wide that a group of them doesn't fit into SQLite's memory: it spills to the disk while statements still run.
fn wide(number: u32) -> String {
    format!("{number:06}{}", "x".repeat(100_000))
}

/// Fills the disk and leaves about this many bytes.
fn take_all_but(ballast: &Path, left: usize) {
    let mut file = OpenOptions::new().create(true).append(true).open(ballast).unwrap();
    let piece = [0_u8; 4096];
    while file.write_all(&piece).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(left as u64)).unwrap();
}
