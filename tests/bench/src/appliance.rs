//! The appliance that is measured: a seeded database, kept between runs, and the real daemon on it.

use std::fs;
use std::path::{Path, PathBuf};

use harness::{Program, Running, program};
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Group};
use seed::clock::now;

use crate::Wanted;
use crate::clock::{Watch, pause};

/// How old a kept database may be: what lives in it expires like everything, and is swept when the daemon starts.
const KEPT_MILLIS: i64 = 3 * 86_400_000;

/// A running daemon.
pub struct Appliance {
    folder: PathBuf,
    daemon: Running,
    /// How long it took until it listened, in milliseconds.
    pub started_ms: f64,
}

impl Appliance {
    /// Starts it, on a database that is made if there is none.
    pub fn start(wanted: &Wanted, say: &mut dyn FnMut(&str)) -> Self {
        let folder = std::path::absolute(wanted.folder.join(format!("{}-{}", wanted.shares, wanted.events))).expect("a folder has a path");
        let ready = folder.join("seeded");
        let seeded_at = fs::read_to_string(&ready).ok().and_then(|text| text.trim().parse::<i64>().ok());
        if seeded_at.is_none_or(|at| now().as_millis() - at > KEPT_MILLIS) {
            seeded(&folder, wanted, say);
            fs::write(&ready, now().as_millis().to_string()).expect("a note beside the database can be written");
        }
        let watch = Watch::start();
        let daemon = posternd(&folder).arg("serve").spawn();
        daemon.wait_for("listening ");
        let started_ms = watch.millis();
        say(&format!("posternd listens after {started_ms:.0} ms; waiting until it has swept what expired meanwhile"));
        calm(daemon.id());
        Self { folder, daemon, started_ms }
    }

    /// Where operators ask it.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("run/admin.sock")
    }

    /// The operator's program.
    pub fn operator(&self) -> Program {
        program("posternctl").arg("--socket").arg(self.socket()).env("LANG", "C.UTF-8")
    }

    /// Ends it in good order.
    pub fn stop(self) {
        self.daemon.signal(Signal::SIGTERM);
        self.daemon.finish();
    }
}

/// Makes the folder anew: keys and certificate by the daemon itself, rows by the seeding tool.
fn seeded(folder: &Path, wanted: &Wanted, say: &mut dyn FnMut(&str)) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("what was kept can be taken away");
    }
    fs::create_dir_all(folder.join("run")).expect("folders can be made");
    let group = Group::from_gid(Gid::effective()).ok().flatten().map_or_else(|| "root".to_owned(), |group| group.name);
    let settings = format!(
        "[state]\nfolder = \"state\"\n[listen]\naddress = \"127.0.0.1:0\"\n[admin]\nsocket = \"{}\"\noperators_group = \"{group}\"\n\
         [mail]\ntransport = \"file\"\nfolder = \"../mail\"\n",
        folder.join("run/admin.sock").display()
    );
    fs::create_dir_all(folder.join("mail")).expect("folders can be made");
    fs::write(config(folder), settings).expect("a configuration can be written");
    let init = posternd(folder).arg("init").finish();
    assert!(init.success(), "posternd init: {init:?}");
    let wanted = seed::Wanted {
        file: folder.join("state/postern.sqlite"),
        owners: (wanted.shares / 500).max(20),
        shares: wanted.shares,
        links: wanted.shares,
        events: wanted.events,
        days: 730,
        until: now(),
        number: 1,
    };
    say(&format!("making a database of {} shares and {} events", wanted.shares, wanted.events));
    let made = seed::make(&wanted, say).unwrap_or_else(|seed::Failed(why)| panic!("no database: {why}"));
    say(&format!("made in {:.0} s, indexes in {:.0} s, {} MiB", made.rows_seconds, made.indexes_seconds, made.bytes / 1_048_576));
}

fn posternd(folder: &Path) -> Program {
    program("posternd").arg("--config").arg(config(folder)).in_folder(folder)
}

fn config(folder: &Path) -> PathBuf {
    folder.join("postern.toml")
}

/// Waits until a process has had nothing to do for a second, or a minute is over.
fn calm(process: u32) {
    let (mut before, mut quiet) = (worked(process), 0);
    for _ in 0..600 {
        pause(100);
        let now = worked(process);
        quiet = if now <= before + 1 { quiet + 1 } else { 0 };
        before = now;
        if quiet >= 10 {
            return;
        }
    }
}

/// For how many ticks it has worked, as proc(5) tells it.
fn worked(process: u32) -> u64 {
    let told = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = told.rsplit_once(')').map_or("", |(_, rest)| rest);
    fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}
