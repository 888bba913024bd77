//! Restores that meet what real machines have: no room, another restore, a file that won't move, a daemon that starts meanwhile, a backup that
//! somebody made up; and backups whose passphrase comes from a script.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use harness::clock::{Deadline, PATIENCE};
use harness::{Finished, Program, program};

use crate::appliance::{Appliance, Kind};
use crate::backup::{Desk, WORDS, age, restore};
use crate::full_disk::Disk;

on_both_databases! {
    a_restore_whose_files_will_not_move_says_so_and_the_next_start_finishes_it
    one_restore_at_a_time_and_no_daemon_starts_meanwhile
}

/// A backup with everything that a restore elsewhere needs, opened.
fn clear(desk: &Desk, appliance: &Appliance) -> String {
    let key = desk.key();
    appliance.operator().json(&["backup", &desk.text("postern.age"), "--recipient", &key, "--with-sign-in"]);
    let clear = age("age", &["-d", "-i", &desk.text("key"), &desk.text("postern.age")]).stdout;
    fs::write(desk.path("clear"), &clear).unwrap();
    clear
}

fn left(appliance: &Appliance) -> Vec<String> {
    let names = fs::read_dir(appliance.state()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("restor") && name != "restore.lock").collect()
}

fn a_restore_whose_files_will_not_move_says_so_and_the_next_start_finishes_it(kind: Kind) {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(kind));
    clear(&desk, &appliance);
    let shared = appliance.ada().share(&[]);
    appliance.stop();
    // As after a kill between the moment from which the database counts and the last file's move.
    let key = appliance.state().join("authority.key");
    let before = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    fs::create_dir(&key).unwrap();
    fs::write(key.join("in-the-way"), "").unwrap();
    let done = restore(&appliance, &desk.path("clear"), &["--replace"]);
    assert!(done.code != 0 && done.stderr.contains("all of it counts") && done.stderr.contains("authority.key"), "{}", done.stderr);
    // A start that can't finish it serves nobody beside files of before.
    let start = appliance.posternd().arg("serve").finish();
    assert!(start.code == 78 && start.stderr.contains("authority.key"), "{} {}", start.code, start.stderr);
    fs::remove_dir_all(&key).unwrap();
    appliance.start();
    assert_eq!((fs::read(&key).unwrap(), left(&appliance)), (before, Vec::new()));
    assert_eq!(appliance.recipient("bob").refused(shared.link()).1, "unknown-link");
    assert_eq!(appliance.operator().events(&["--event", "backup.restored"]).len(), 1);
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

fn one_restore_at_a_time_and_no_daemon_starts_meanwhile(kind: Kind) {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(kind));
    let clear = clear(&desk, &appliance);
    appliance.stop();
    let ends = clear.rfind("{\"end\"").unwrap();
    let mut first = appliance.posternd().args(["restore", "--replace"]).spawn_listening();
    first.say(&clear[..ends]);
    let lock = appliance.state().join("restore.lock");
    let held = Deadline::after(PATIENCE).until(|| fs::File::open(&lock).ok()?.try_lock_shared().is_err().then_some(()));
    assert!(held.is_some(), "it never began: {}", first.said());
    let second = restore(&appliance, &desk.path("clear"), &["--replace"]);
    assert!(second.code == 1 && second.stderr.contains("a restore is under way"), "{} {}", second.code, second.stderr);
    let start = appliance.posternd().arg("serve").finish();
    assert!(start.code == 69 && start.stderr.contains("under way"), "{} {}", start.code, start.stderr);
    first.say(&clear[ends..]);
    let done = first.finish();
    assert!(done.success(), "{}", done.stderr);
    appliance.start();
    assert_eq!(appliance.operator().events(&["--event", "backup.restored"]).len(), 1);
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_restore_for_which_there_is_no_room_changes_nothing() {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(Kind::Sqlite));
    appliance.stop();
    let disk = Disk::mount(appliance.folder().join("disk"));
    fs::copy(appliance.state().join("postern.sqlite"), disk.0.join("postern.sqlite")).unwrap();
    appliance.relocate(&format!("[database]\nfile = \"{}\"\n", disk.0.join("postern.sqlite").display()));
    clear(&desk, &appliance);
    let shared = appliance.ada().share(&[]);
    appliance.stop();
    disk.fill();
    let full = restore(&appliance, &desk.path("clear"), &["--replace"]);
    assert!(full.code != 0 && full.stderr.contains("full"), "{} {}", full.code, full.stderr);
    disk.make_room();
    assert_eq!(left(&appliance), Vec::<String>::new());
    assert!(fs::read_dir(&disk.0).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().contains("restoring")));
    appliance.start();
    appliance.recipient("bob").see(shared.link());
    appliance.stop();
}

#[test]
fn without_room_for_its_copy_a_database_is_not_brought_up_to_date_and_nothing_is_lost() {
    let mut appliance = Appliance::prepared(Kind::Sqlite);
    let shared = appliance.ada().share(&[]);
    appliance.stop();
    // As if the last step had yet to be taken.
    let script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db:\n    print(db.execute(sys.argv[2]).fetchone())";
    let file = appliance.state().join("postern.sqlite");
    let sql = |sql: &str| {
        let done = Program::named("python3").args(["-c", script]).arg(&file).arg(sql).finish();
        assert!(done.success(), "{}", done.stderr);
        done.stdout
    };
    let newest = sql(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations) RETURNING version",
    );
    let newest = newest.trim().trim_matches(['(', ')', ',', '\'']).to_owned();
    let disk = Disk::mount(appliance.folder().join("disk"));
    let copies = format!("[database]\ncopies = \"{}\"\n", disk.0.display());
    fs::write(appliance.folder().join("conf.d/story.toml"), copies).unwrap();
    disk.fill();
    let refused = appliance.posternd().arg("serve").finish();
    assert!(refused.code != 0 && refused.stderr.contains("MiB free") && refused.stderr.contains("database.copies"), "{}", refused.stderr);
    assert_eq!(fs::read_dir(&disk.0).unwrap().count(), 1, "no half of a copy is left");
    sql(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{newest}') RETURNING version"));
    disk.make_room();
    appliance.start();
    appliance.recipient("bob").see(shared.link());
    appliance.stop();
}

/// A backup that says this of itself, with its true end.
fn made_up(desk: &Desk, name: &str, clear: &str, from: &str, to: &str) -> Finished {
    assert!(clear.contains(from), "{from}");
    let lines = clear[..clear.rfind("{\"end\"").unwrap()].replacen(from, to, 1);
    fs::write(desk.path("lines"), &lines).unwrap();
    let hash = Program::named("sha256sum").arg(desk.path("lines")).finish().stdout[..64].to_owned();
    let rows = lines.lines().filter(|line| line.starts_with('[')).count();
    fs::write(desk.path(name), format!("{lines}{{\"end\":{{\"rows\":{rows},\"sha256\":\"{hash}\"}}}}\n")).unwrap();
    program("posternctl").args(["restore", "--check"]).arg(desk.path(name)).finish()
}

#[test]
fn what_a_made_up_backup_says_of_itself_moves_no_cursor() {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(Kind::Sqlite));
    let clear = clear(&desk, &appliance);
    appliance.stop();
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let checked = made_up(&desk, "named", &clear, &version, "\"version\":\"\\u001b[2Jgone\"");
    assert!(checked.code == 0 && checked.stdout.contains("\\u{1b}[2Jgone") && !checked.stdout.contains('\u{1b}'), "{}", checked.stdout);
    let step = "\"schema\":[";
    made_up(&desk, "newer", &clear, step, "\"schema\":[\"9\\u001b[2Jgone\",");
    let refused = restore(&appliance, &desk.path("newer"), &["--replace"]);
    assert!(refused.code == 1 && refused.stderr.contains("2Jgone") && !refused.stderr.contains('\u{1b}'), "{}", refused.stderr);
}

#[test]
fn a_script_gives_passphrases_on_standard_input_one_line_for_each() {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(Kind::Sqlite));
    let backup = |arguments: &[&str], input: &str| {
        program("posternctl").arg("--socket").arg(appliance.socket()).arg("backup").args(arguments).input(input).finish()
    };
    let file = desk.text("postern.age");
    let nobody = backup(&[&file], "");
    assert!(
        nobody.code == 2 && nobody.stderr.contains("standard input") && nobody.stderr.contains("--passphrase-file"),
        "{}",
        nobody.stderr
    );
    let short = backup(&[&file], "too short\n");
    assert!(short.code == 1 && short.stderr.contains("12 characters"), "{}", short.stderr);
    assert!(!Path::new(&file).exists());
    assert_eq!(backup(&[&file], &format!("{WORDS}\n")).code, 0);
    assert_eq!(backup(&["--only-sign-in", &desk.text("sign-in.age")], "four words of sign-in\n").code, 0);
    // As hard to try as `age` makes it, on whatever machine: another one can open it.
    let header = fs::read(&file).unwrap();
    let header = String::from_utf8_lossy(&header[..100]).into_owned();
    assert!(header.lines().nth(1).is_some_and(|line| line.starts_with("-> scrypt ") && line.ends_with(" 18")), "{header}");
    let bytes = fs::read(&file).unwrap();
    let at = header.find(" 18\n").unwrap();
    fs::write(desk.path("heavy"), [&bytes[..at], b" 21\n", &bytes[at + 4..]].concat()).unwrap();
    let heavy = program("posternctl").args(["restore", "--check"]).arg(desk.path("heavy")).input(format!("{WORDS}\n")).finish();
    assert!(heavy.code == 1 && heavy.stderr.contains("more work"), "{}", heavy.stderr);

    appliance.stop();
    fs::remove_file(appliance.state().join("sign-in.setup")).unwrap();
    let config = appliance.config();
    let restored = program("posternctl")
        .args(["restore", &file, "--replace", "--sign-in", &desk.text("sign-in.age"), "--config", config.to_str().unwrap(), "--posternd"])
        .arg(program("posternd").path())
        .input(format!("{WORDS}\nfour words of sign-in\n"))
        .finish();
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    appliance.start();
    appliance.ada().sign_in(crate::people::PASSWORD);
}

#[test]
fn a_backup_takes_no_place_of_a_link_or_a_device() {
    let (desk, appliance) = (Desk::new(), Appliance::prepared(Kind::Sqlite));
    let key = desk.key();
    fs::File::create(desk.path("other")).unwrap().write_all(b"somebody's own").unwrap();
    symlink(desk.path("other"), desk.path("link")).unwrap();
    symlink(desk.path("nowhere"), desk.path("dangling")).unwrap();
    assert!(Program::named("mkfifo").arg(desk.path("pipe")).finish().success());
    for name in ["link", "dangling", "pipe"] {
        let refused = appliance.operator().run(&["backup", &desk.text(name), "--recipient", &key, "--replace"]);
        assert!(refused.code == 1 && refused.stderr.contains("no ordinary file"), "{name}: {}", refused.stderr);
        assert!(!fs::symlink_metadata(desk.path(name)).unwrap().is_file());
    }
    assert_eq!(fs::read(desk.path("other")).unwrap(), b"somebody's own");
    assert_eq!(appliance.operator().run(&["backup", &desk.text("other"), "--recipient", &key, "--replace"]).code, 0);
    assert!(fs::read(desk.path("other")).unwrap().starts_with(b"age-encryption.org/"));
}
