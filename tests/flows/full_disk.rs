//! A full disk: a clear answer, nothing half done, and everything as before once there is room.
//! On PostgreSQL this is the database server's own affair; what the daemon makes of a lost database stands in `lost_database.rs`.

use std::fs;
use std::path::PathBuf;

use harness::Program;

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::people::SECRET;

/// A small disk of one's own, gone with the value.
pub struct Disk(pub PathBuf);

impl Disk {
    pub fn mount(at: PathBuf) -> Self {
        fs::create_dir_all(&at).unwrap();
        let mounted = Program::named("mount").args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&at).finish();
        assert!(mounted.success(), "a disk of one's own needs root: {}", mounted.stderr);
        Self(at)
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        // The write ends where the room does: that is the aim.
        let _full = fs::write(self.filler(), vec![7; 4 * 1024 * 1024]);
    }

    pub fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _gone = Program::named("umount").arg("--lazy").arg(&self.0).finish();
    }
}

#[test]
fn on_a_full_disk_nothing_is_half_done_and_all_goes_on_when_there_is_room() {
    let mut appliance = Appliance::prepared(Kind::Sqlite);
    appliance.stop();
    let disk = Disk::mount(appliance.folder().join("disk"));
    for name in ["postern.sqlite", "postern.sqlite-wal"] {
        let file = appliance.state().join(name);
        if file.exists() {
            fs::copy(&file, disk.0.join(name)).unwrap();
        }
    }
    appliance.relocate(&format!("[database]\nfile = \"{}\"\n", disk.0.join("postern.sqlite").display()));
    let (ada, wire) = (appliance.ada(), appliance.wire());
    let shared = ada.share(&[]);
    let (link, mine) = (shared.link(), attempt());
    disk.fill();
    // Something may still fit into what the files have room for; in the end nothing does.
    let mut told = Vec::new();
    for _ in 0..400 {
        match ada.run(&["item", "edit", "Staging", "--field", "notes", "--json"], &[&"n".repeat(20_000)]) {
            done if done.success() => told.push("saved"),
            refused => {
                assert_eq!(refused.code, 7, "{}", refused.stderr);
                break;
            }
        }
    }
    assert!(told.len() < 400, "the disk never was full");
    let refused = link.revealed(&wire, mine);
    assert_eq!(refused.refusal(), (503, "broken".to_owned()));
    assert!(!refused.text().contains("disk"), "what broke is for the journal alone");
    assert_eq!(ada.run(&["share", "create", "Staging", "--to", "x@example.org", "--by-hand", "--json"], &[]).code, 7);
    assert!(appliance.said().contains("full"), "the log says what is the matter:\n{}", appliance.said());
    disk.make_room();
    assert_eq!(ada.json(&["item", "show", "Staging"], &[])["version"], 1 + told.len());
    assert_eq!(ada.json(&["share", "list"], &[])["shares"].as_array().unwrap().len(), 1);
    assert_eq!((ada.views_used(&shared), ada.state_of(&shared).as_str()), (0, "open"));
    let snapshot = link.opened(&link.revealed(&wire, mine).right());
    assert!(matches!(&snapshot.contents, seal::item::Contents::Account { password, .. } if password == SECRET));
    appliance.recipient("bob").see(ada.share(&[]).link());
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
    appliance.crash();
    assert_eq!(ada.views_used(&shared), 1);
    appliance.stop();
}
