//! What programs are linked from, as cargo tells it: `cargo tree` says what, `cargo metadata` says what of it is known, Cargo.lock the hashes.
//! Build tools and macros are no part of a program and are never listed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::{Failed, licences};

/// Where the system is that packages are for; a library that is used elsewhere is in no package.
const TARGETS: &[(&str, &str)] = &[("x86_64", "x86_64-unknown-linux-gnu"), ("aarch64", "aarch64-unknown-linux-gnu")];

/// One crate that is linked into a program.
#[derive(Clone, Debug)]
pub struct Part {
    /// As cargo names it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, an expression (SPDX).
    pub licence: String,
    /// Who is named as its authors; may be nobody.
    pub authors: Vec<String>,
    /// Where it is kept, as it says itself.
    pub repository: Option<String>,
    /// The SHA-256 of what was fetched, in hex; our own rooms have none.
    pub hash: Option<String>,
    /// The folder of its sources on this machine.
    pub folder: PathBuf,
    /// `NAME@VERSION` of what it uses itself.
    pub uses: BTreeSet<String>,
}

impl Part {
    /// `NAME@VERSION`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// Whether it is a room of this project.
    pub fn is_ours(&self) -> bool {
        self.hash.is_none()
    }
}

/// All parts of all programs, by `NAME@VERSION`.
pub struct Parts(BTreeMap<String, Part>);

impl Parts {
    /// Asks cargo.
    ///
    /// # Errors
    /// [`Failed`], when it doesn't answer, or a part has no licence.
    pub fn read() -> Result<Self, Failed> {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
        let known: Metadata = json(&cargo(top, &["metadata", "--locked", "--format-version", "1"])?)?;
        let lock = std::fs::read_to_string(top.join("Cargo.lock")).map_err(|error| Failed::new(format!("Cargo.lock: {error}")))?;
        let lock: Lock = toml::from_str(&lock).map_err(|error| Failed::new(format!("Cargo.lock: {error}")))?;
        let hashes: BTreeMap<_, _> =
            lock.package.into_iter().map(|locked| (format!("{}@{}", locked.name, locked.version), locked.checksum)).collect();
        let mut uses = arrows(top)?;
        let mut parts = BTreeMap::new();
        for package in known.packages {
            let id = format!("{}@{}", package.name, package.version);
            let Some(uses) = uses.remove(&id) else { continue };
            let licence = package.license.ok_or_else(|| Failed::new(format!("{id} names no licence")))?;
            let part = Part {
                licence: licences::plain(&licence),
                authors: package.authors,
                repository: package.repository,
                hash: hashes.get(&id).cloned().flatten(),
                folder: package.manifest_path.parent().map(Path::to_owned).unwrap_or_default(),
                name: package.name,
                version: package.version,
                uses,
            };
            parts.insert(id, part);
        }
        match uses.into_keys().next() {
            Some(id) => Err(Failed::new(format!("cargo metadata doesn't know {id}"))),
            None => Ok(Self(parts)),
        }
    }

    /// What is linked into the programs of these crates, the crates themselves among it, in order.
    ///
    /// # Errors
    /// [`Failed`], when there is no such crate.
    pub fn of(&self, roots: &[&str]) -> Result<Vec<&Part>, Failed> {
        let mut open = Vec::new();
        for root in roots {
            let found = self.0.values().find(|part| part.name == *root);
            open.push(found.ok_or_else(|| Failed::new(format!("there is no crate {root}")))?.id());
        }
        let mut used = BTreeMap::new();
        while let Some(id) = open.pop() {
            let part = self.0.get(&id).ok_or_else(|| Failed::new(format!("{id} is used and not known")))?;
            if used.insert(id, part).is_none() {
                open.extend(part.uses.iter().cloned());
            }
        }
        Ok(used.into_values().collect())
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// Who uses whom, from the lines of `cargo tree`, each with its depth: the programs are asked for together, as they are built together.
fn arrows(top: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, Failed> {
    let target = TARGETS.iter().find(|(machine, _)| *machine == std::env::consts::ARCH).map_or("all", |(_, target)| target);
    let mut asked =
        vec!["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", " {p}", "--target", target];
    for root in crate::PACKAGES.iter().flat_map(|(_, roots)| *roots) {
        asked.extend(["--package", root]);
    }
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut path: Vec<String> = Vec::new();
    for line in cargo(top, &asked)?.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let told = (
            words.next().and_then(|depth| depth.parse::<usize>().ok()),
            words.next(),
            words.next().and_then(|version| version.strip_prefix('v')),
        );
        let (Some(depth), Some(name), Some(version)) = told else { return Err(Failed::new(format!("cargo tree says {line:?}"))) };
        let id = format!("{name}@{version}");
        path.truncate(depth);
        if let Some(user) = path.last() {
            uses.entry(user.clone()).or_default().insert(id.clone());
        }
        uses.entry(id.clone()).or_default();
        path.push(id);
    }
    Ok(uses)
}

fn cargo(top: &Path, arguments: &[&str]) -> Result<String, Failed> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo).args(arguments).current_dir(top).output().map_err(|error| Failed::new(format!("cargo: {error}")))?;
    if !answer.status.success() {
        return Err(Failed::new(format!("cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&answer.stderr))));
    }
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

fn json<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, Failed> {
    serde_json::from_str(text).map_err(|error| Failed::new(format!("cargo metadata: {error}")))
}
