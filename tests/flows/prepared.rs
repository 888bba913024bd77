//! An appliance as most stories begin: one owner, registered and signed in, with one item. Made once, then copied.
//! Never used itself: each story gets a copy, so none sees another's traces.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use harness::postgres;

use crate::appliance::{Appliance, Kind};
use crate::people::STAGING;

/// What is copied: a folder, and with PostgreSQL a database that nobody uses.
pub struct Prepared {
    folder: PathBuf,
    pub database: Option<String>,
}

/// The prepared appliance of this run, made by whoever asks first.
pub fn take(kind: Kind) -> &'static Prepared {
    static SQLITE: OnceLock<Prepared> = OnceLock::new();
    static POSTGRES: OnceLock<Prepared> = OnceLock::new();
    match kind {
        Kind::Sqlite => SQLITE.get_or_init(|| make(kind)),
        Kind::Postgres => POSTGRES.get_or_init(|| make(kind)),
    }
}

fn make(kind: Kind) -> Prepared {
    let mut appliance = Appliance::empty(kind);
    let ada = appliance.ada();
    ada.join(&appliance.operator(), &["--external"]);
    ada.json(&["item", "add", "account"], STAGING);
    appliance.stop();
    let folder = place(kind);
    copy(&appliance.folder().join("state"), &folder.join("state"));
    copy(&appliance.folder().join("homes"), &folder.join("homes"));
    Prepared { folder, database: appliance.database.clone() }
}

impl Prepared {
    /// Puts the daemon's and the owner's folders where a new appliance is to be.
    pub fn copy_into(&self, folder: &Path) {
        copy(&self.folder.join("state"), &folder.join("state"));
        copy(&self.folder.join("homes"), &folder.join("homes"));
    }
}

/// A database of one's own: empty, or a copy of this one.
pub fn database(template: Option<&str>) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Some(template) = template else { return postgres::database() };
    let (base, original) = template.rsplit_once('/').unwrap();
    let name = format!("flow{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    postgres::query(&format!("{base}/postgres"), &format!("CREATE DATABASE {name} TEMPLATE {original}"));
    format!("{base}/{name}")
}

/// Among what the build makes, where a later run takes away what this one leaves.
fn place(kind: Kind) -> PathBuf {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let earlier = fs::read_dir(base).into_iter().flatten().flatten();
    for entry in earlier {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix("flows-").and_then(|rest| rest.split('-').next()).map(str::to_owned);
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another run may be taking it away at this moment.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = base.join(format!("flows-{}-{kind:?}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, PermissionsExt::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
