//! Which room may depend on which. A forbidden arrow is a design decision and stands in ARCHITECTURE.md before it stands here.
//! Arrows for tests alone (dev-dependencies) don't count: they are in no program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use harness::Program;
use harness::tree::{text, top};

/// Every arrow that there may be between rooms, optional ones included. What lies in `tests/` is not among the targets: nothing leads there.
const ALLOWED: &[(&str, &[&str])] = &[
    ("vault", &[]),
    ("seal", &[]),
    ("web", &[]),
    ("store", &["vault"]),
    ("api", &["vault"]),
    ("client", &["api"]),
    ("daemon", &["vault", "store", "api", "web"]),
    ("owner", &["client", "api", "seal"]),
    ("console", &["client", "api", "vault"]),
];

/// What no path may lead to, however long, and why.
const NEVER: &[(&str, &str, &str)] = &[
    ("daemon", "seal", "the daemon can't open what it keeps"),
    ("console", "seal", "an operator can't open what others share"),
    ("owner", "store", "an owner reaches the database through the daemon alone"),
    ("console", "store", "an operator reaches the database through the daemon alone"),
];

/// Packages without which a room can't break its promise, as `cargo tree` names them.
const STRANGERS: &[(&str, &[&str], &str)] = &[
    (
        "vault",
        &["getrandom", "rand", "rand_core", "tokio", "openssl", "diesel", "reqwest", "jiff"],
        "the rules know no I/O, no clock and no randomness",
    ),
    ("seal", &["tokio", "diesel", "reqwest", "actix-web", "jiff"], "sealing knows no I/O and no clock"),
    ("api", &["tokio", "openssl", "diesel", "reqwest", "actix-web", "jiff"], "the words between programs are plain types"),
    ("store", &["openssl", "actix-web", "reqwest", "lettre", "jiff"], "the store speaks to databases alone"),
    ("daemon", &["clap_mangen", "clap_complete"], "pages are made beside the programs, not by them"),
    ("owner", &["diesel", "actix-web", "libsqlite3-sys", "clap_mangen", "clap_complete"], "the owner's command is small"),
    ("console", &["diesel", "actix-web", "libsqlite3-sys", "clap_mangen", "clap_complete"], "the operator's console is small"),
];

type Arrows = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_room_depends_only_on_the_rooms_that_the_plan_lets_it() {
    for (room, leads_to) in arrows() {
        let known = ALLOWED.iter().find(|(name, _)| *name == room);
        let Some((_, allowed)) = known else { panic!("{room} is a room without arrows: give it some here and in ARCHITECTURE.md") };
        for target in leads_to {
            assert!(allowed.contains(&target.as_str()), "{room} must not depend on {target}");
        }
    }
}

#[test]
fn no_path_however_long_leads_where_it_must_never_lead() {
    let arrows = arrows();
    for (room, target, why) in NEVER {
        assert!(!reach(&arrows, room).contains(*target), "{room} reaches {target}, but {why}");
    }
}

#[test]
fn even_the_tests_of_daemon_console_and_store_cannot_open_what_is_sealed() {
    for room in ["daemon", "console", "store"] {
        let manifest = text(&Path::new("crates").join(room).join("Cargo.toml")).expect("a manifest is text");
        assert!(!manifest.contains("seal.workspace") && !manifest.contains("postern-seal"), "{room} names seal in its manifest");
    }
}

#[test]
fn no_room_is_built_from_what_would_break_its_promise() {
    for (room, strangers, why) in STRANGERS {
        let built_from = built_from(room);
        assert!(built_from.contains(&format!("postern-{room}")), "cargo tree told nothing of {room}");
        for stranger in *strangers {
            assert!(!built_from.contains(*stranger), "{room} is built from {stranger}, but {why}");
        }
    }
}

/// The arrows between the rooms in `crates/` as the manifests declare them, whatever features are on.
fn arrows() -> Arrows {
    let said = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    let metadata: serde_json::Value = serde_json::from_str(&said).expect("cargo's metadata are JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let tests = top().join("tests");
    let in_a_program =
        |package: &&serde_json::Value| !package["manifest_path"].as_str().is_some_and(|path| Path::new(path).starts_with(&tests));
    let rooms = packages.iter().filter(in_a_program).map(|package| {
        let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
        let counted = dependencies.filter(|one| one["kind"] != "dev").filter_map(|one| room(&one["name"]));
        (room(&package["name"]).expect("every package of ours is called postern-something"), counted.collect())
    });
    let rooms: Arrows = rooms.collect();
    assert!(rooms.len() == ALLOWED.len(), "cargo told only of {:?}", rooms.keys());
    rooms
}

fn room(package: &serde_json::Value) -> Option<String> {
    package.as_str()?.strip_prefix("postern-").map(str::to_owned)
}

fn reach(arrows: &Arrows, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(room) = open.pop() {
        for target in arrows.get(&room).into_iter().flatten() {
            if reached.insert(target.clone()) {
                open.push(target.clone());
            }
        }
    }
    reached
}

/// The names of all packages that a room is built from, its own included.
pub(crate) fn built_from(room: &str) -> BTreeSet<String> {
    let package = format!("postern-{room}");
    let said = cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}", "--package", &package]);
    said.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn cargo(arguments: &[&str]) -> String {
    let finished = Program::named(env!("CARGO")).args(arguments).args(["--offline", "--locked"]).in_folder(top()).finish();
    assert!(finished.success(), "cargo {arguments:?} failed: {}", finished.stderr);
    finished.stdout
}
