//! The same programs make the same packages, whoever packs them, when and where.
//! That the same sources make the same programs isn't tried here, since it takes two builds of everything: CONTRIBUTING.md says how to try it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::tree::{target, top};

use crate::opened::said;

#[test]
fn packing_the_same_programs_twice_makes_the_same_bytes() {
    let ground = tempfile::tempdir().unwrap();
    // With their line numbers, so that packages of symbols are compared too.
    let programs = target().join("release");
    for family in ["deb", "rpm"] {
        let one = packed(family, &programs, &ground.path().join("one"), &[("TZ", "UTC"), ("LC_ALL", "C.UTF-8")]);
        let other = packed(family, &programs, &ground.path().join("another/and/deeper"), &[("TZ", "Asia/Tokyo"), ("LC_ALL", "C")]);
        let names = |files: &[PathBuf]| files.iter().map(|file| file.file_name().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&one), names(&other));
        assert!(one.len() >= 2, "only {one:?} were made");
        for (one, other) in one.iter().zip(&other) {
            assert!(fs::read(one).unwrap() == fs::read(other).unwrap(), "{} differs", one.display());
        }
    }
}

fn packed(family: &str, programs: &Path, folder: &Path, environment: &[(&str, &str)]) -> Vec<PathBuf> {
    let mut build = Command::new(top().join("packaging/build"));
    build.arg(family).arg(programs).arg(folder).env("CARGO_TARGET_DIR", target()).envs(environment.iter().copied());
    said(&mut build);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == family));
    files.sort();
    files
}
