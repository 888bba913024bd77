//! A machine that boots: a root of a Debian release, a real systemd as its first process, and the stories that are told inside it.
//! Nothing of the machine outside is seen or changed by it, and it is gone with its last story.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::clock::Deadline;
use harness::tree::{target, text, top};
use harness::{Finished, Program, document};
use nix::fcntl::{Flock, FlockArg};
use tempfile::TempDir;
use vault::event::Kind;

use crate::{older, packages};

/// How long a root may take to be made, once for each build folder and list of packages.
const MAKING: Duration = Duration::from_secs(900);

/// How long a machine may take from its boot to its end. Each story has a limit of its own (`stories/run`).
const LIFETIME: Duration = Duration::from_secs(1200);

/// How many of the journal's last lines a failure shows.
const JOURNAL_LINES: usize = 120;

/// A release of Debian, and what its root holds besides what every Debian has.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    pub name: &'static str,
    pub packages: &'static [&'static str],
}

/// What became of one story.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its exit code; nothing if it wasn't reached.
    pub code: Option<i32>,
    /// What it proved, in order, and whether it did.
    pub steps: Vec<(String, bool)>,
    /// Its commands and what they said.
    pub said: String,
}

/// What a machine left behind.
#[derive(Debug)]
pub struct Machine {
    stories: BTreeMap<String, Told>,
    journal: String,
    /// How the boot itself ended.
    booted: Finished,
}

impl Machine {
    /// Boots a machine of this release, tells it these stories in order, and waits until it is off. Needs root.
    pub fn boot(release: Release, stories: &[&str]) -> Self {
        assert!(nix::unistd::Uid::effective().is_root(), "Booting a machine needs root: run `make test-appliance`, which asks for it.");
        let folder = tempfile::Builder::new().prefix("machine-").tempdir_in(target().join("tmp")).unwrap();
        let root = folder.path().join("root");
        fs::create_dir(&root).unwrap();
        done(&Program::named("tar").arg("--extract").arg("--file").arg(archive(release)).arg("--directory").arg(&root).finish());
        furnish(folder.path(), stories);
        let booted = Program::named("unshare")
            .args(["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "--"])
            .args(["bash", "-euo", "pipefail", "-c", BOOT, "bash"])
            .arg(folder.path())
            .arg(LIFETIME.as_secs().to_string())
            .spawn()
            .finish_by(Deadline::after(LIFETIME + Duration::from_secs(60)));
        let results = folder.path().join("results");
        let read = |name: &str| String::from_utf8_lossy(&fs::read(results.join(name)).unwrap_or_default()).into_owned();
        let told = |story: &&str| {
            let code = read(&format!("{story}.code")).trim().parse().ok();
            let steps = read(&format!("{story}.steps"));
            let steps = steps.lines().filter_map(|line| line.split_once('\t')).map(|(how, step)| (step.to_owned(), how == "ok"));
            ((*story).to_owned(), Told { code, steps: steps.collect(), said: read(&format!("{story}.said")) })
        };
        Self { stories: stories.iter().map(told).collect(), journal: read("journal"), booted }
    }

    /// Fails the test, with what was said and the machine's journal, unless this story was told to its end and proved each of its steps.
    pub fn told(&self, story: &str) {
        let told = &self.stories[story];
        let promised = promised(story);
        assert!(!promised.is_empty(), "the story {story} proves nothing");
        let proved: Vec<&String> = told.steps.iter().filter(|(_, proved)| *proved).map(|(step, _)| step).collect();
        if told.code == Some(0) && proved.iter().copied().eq(&promised) {
            return;
        }
        let failed = promised.iter().find(|step| !proved.contains(step)).map_or("", |step| step);
        let lines: Vec<&str> = self.journal.lines().collect();
        let last = lines[lines.len().saturating_sub(JOURNAL_LINES)..].join("\n");
        panic!(
            "{story} ended with {:?}, not proved: {failed}\n=== the story\n{}\n=== the end of the machine's journal\n{last}\n=== the boot\n{}{}",
            told.code, told.said, self.booted.stdout, self.booted.stderr
        );
    }
}

/// The steps that a story's script names.
fn promised(story: &str) -> Vec<String> {
    let script = text(Path::new(&format!("tests/packages/stories/{story}.sh"))).unwrap();
    script.lines().filter_map(|line| line.strip_prefix("step \"")?.strip_suffix('"')).map(str::to_owned).collect()
}

/// Lays out what the machine sees of us: stories with the document's commands, packages, and a place for results.
fn furnish(folder: &Path, stories: &[&str]) {
    let there = |name: &str| {
        let path = folder.join(name);
        fs::create_dir_all(&path).unwrap();
        path
    };
    let scripts = there("stories");
    done(
        &Program::named("cp")
            .args(["--recursive", "--no-target-directory"])
            .arg(top().join("tests/packages/stories"))
            .arg(&scripts)
            .finish(),
    );
    let commands = there("stories/document");
    for block in document::blocks(&text(Path::new("docs/install.md")).unwrap()) {
        if let Some(name) = block.tested() {
            fs::write(commands.join(format!("{name}.sh")), &block.commands).unwrap();
        }
    }
    let ids: String = Kind::ALL.iter().map(|kind| format!("{} {}\n", kind.entry().name, kind.entry().message_id)).collect();
    fs::write(scripts.join("message-ids"), ids).unwrap();
    fs::copy(top().join("tests/harness/mail/server.py"), scripts.join("mail-server.py")).unwrap();
    let (version, migration) = last_migration();
    let last = there("stories/last-migration");
    fs::write(last.join("version"), version + "\n").unwrap();
    fs::copy(migration.join("down.sql"), last.join("down.sql")).unwrap();
    let (newer, old) = (there("packages/newer"), there("packages/older"));
    if stories.contains(&"rpm") {
        let package = packages::package("postern-0", ".rpm");
        older::put_rpm(&package, &old);
        put(&package, &newer);
    } else {
        let package = packages::package("postern_", ".deb");
        older::put_deb(&package, &old);
        put(&package, &newer);
        put(&packages::package("postern-cli_", ".deb"), &newer);
    }
    there("results");
    fs::write(folder.join("stories.service"), UNIT.replace("STORIES", &stories.join(" "))).unwrap();
}

/// The last migration of the embedded database: its version as the database remembers it, and its folder.
fn last_migration() -> (String, PathBuf) {
    let all = fs::read_dir(top().join("migrations/sqlite")).unwrap().map(|entry| entry.unwrap().path());
    let last = all.max().unwrap();
    let version = last.file_name().unwrap().to_string_lossy().split_once('_').unwrap().0.replace('-', "");
    (version, last)
}

fn put(file: &Path, folder: &Path) {
    fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
}

/// The release's root, packed: made once, and anew when the list of packages changes. Packed, since the files in it belong to users of its own.
fn archive(release: Release) -> PathBuf {
    let folder = target().join("roots");
    fs::create_dir_all(&folder).unwrap();
    // Two machines of one release wait for each other here.
    let lock = File::create(folder.join(format!("{}.lock", release.name))).unwrap();
    let _lock = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, error)| error).unwrap();
    let list = release.packages.join(",");
    let archive = folder.join(format!("{}-{:016x}.tar", release.name, fingerprint(&list)));
    if !archive.is_file() {
        let made = TempDir::new_in(&folder).unwrap();
        let unfinished = made.path().join("root.tar");
        let make = Program::named("mmdebstrap").args(["--quiet", "--variant=minbase"]).arg(format!("--include={list}")).arg(release.name);
        done(&make.arg(&unfinished).spawn().finish_by(Deadline::after(MAKING)));
        fs::rename(unfinished, &archive).unwrap();
    }
    archive
}

/// FNV-1a, to tell lists of packages apart.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn done(finished: &Finished) {
    assert!(finished.success(), "{}{}", finished.stdout, finished.stderr);
}

/// Boots the root in folder `$1`, for at most `$2` seconds. systemd wants a tree of control groups of one kind, and one of them for itself.
/// Without the system call `bpf` networks that a unit denies would not be denied.
const BOOT: &str = r#"
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
group=$(mktemp -d /sys/fs/cgroup/postern-machine-XXXXXX)
leave() {
    echo $$ >/sys/fs/cgroup/cgroup.procs
    find "$group" -depth -type d -exec rmdir {} + || true
}
trap leave EXIT
echo $$ >"$group/cgroup.procs"
timeout "$2" systemd-nspawn --quiet --boot --directory="$1/root" --machine=postern --register=no --keep-unit --private-network \
    --capability=all --system-call-filter='bpf @keyring' --console=pipe --resolv-conf=off \
    --bind-ro="$1/stories.service:/etc/systemd/system/postern-stories.service" --bind-ro="$1/stories:/stories" --bind-ro="$1/packages:/packages" \
    --bind="$1/results:/results" systemd.wants=postern-stories.service systemd.show_status=no </dev/null
"#;

/// What tells the stories once the machine has booted.
const UNIT: &str = "\
[Unit]
Description=Stories about Postern
[Service]
Type=exec
ExecStart=/bin/bash /stories/run STORIES
";
