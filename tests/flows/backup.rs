//! Backups: made while everything goes on, opened by the tools of the age format, restored elsewhere, refused when they aren't whole.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use harness::{Finished, Program, program};
use serde_json::Value;

use crate::appliance::{Appliance, Kind};
use crate::link::attempt;
use crate::people::{Owner, PASSWORD, SECRET, text};

on_both_databases! {
    what_was_backed_up_under_load_stands_again_elsewhere_on_the_other_database_and_no_link_lives_there
    a_backup_that_is_wrong_in_any_way_changes_nothing
    a_restore_that_is_killed_leaves_the_appliance_as_it_was
    only_operators_make_backups_and_each_is_recorded_before_it_leaves
}

pub const WORDS: &str = "four words of no meaning";

/// Everything that a backup story needs beside its appliance.
pub struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("words"), format!("{WORDS}\n")).unwrap();
        fs::write(folder.path().join("wrong"), "four words of another meaning\n").unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// A key pair of Debian's `age`; answers with the public key. The private one lies in `key`.
    pub fn key(&self) -> String {
        let made = age("age-keygen", &["-o", &self.text("key")]);
        let told = made.stderr.split_whitespace().last().unwrap().to_owned();
        assert!(told.starts_with("age1"), "{}", made.stderr);
        told
    }
}

pub fn age(name: &str, arguments: &[&str]) -> Finished {
    let there = std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).exists()));
    assert!(there, "{name} is missing: apt-get install age");
    let finished = Program::named(name).args(arguments).finish();
    assert!(finished.success(), "{name} {arguments:?}: {}", finished.stderr);
    finished
}

pub fn restore(appliance: &Appliance, file: &Path, more: &[&str]) -> Finished {
    let config = appliance.config();
    let first = ["restore", file.to_str().unwrap(), "--config", config.to_str().unwrap(), "--posternd"];
    program("posternctl").args(first).arg(program("posternd").path()).args(more).finish()
}

const fn other(kind: Kind) -> Kind {
    match kind {
        Kind::Sqlite => Kind::Postgres,
        Kind::Postgres => Kind::Sqlite,
    }
}

fn what_was_backed_up_under_load_stands_again_elsewhere_on_the_other_database_and_no_link_lives_there(kind: Kind) {
    let (desk, appliance) = (Desk::new(), Appliance::prepared(kind));
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let busy = ada.share(&["--views", "5000"]);
    let open = ada.share(&["--views", "3"]);
    let revealed = open.link().revealed(&appliance.wire(), attempt());
    let sealed: Vec<String> = ["/snapshot", "/wrap"].iter().map(|field| text(&revealed.right(), field)).collect();
    // What waits for its mail carries a token.
    ada.share_item("Staging", &["--to", "carol@example.org"]);

    let (stop, backup) = (AtomicBool::new(false), desk.text("postern.age"));
    let key = desk.key();
    thread::scope(|scope| {
        scope.spawn(|| {
            let wire = appliance.wire();
            while !stop.load(Ordering::Relaxed) {
                busy.link().revealed(&wire, attempt()).right();
            }
        });
        let told = operator.json(&["backup", &backup, "--recipient", &key]);
        stop.store(true, Ordering::Relaxed);
        let made = operator.records(&["--event", "backup.made"]);
        assert_eq!(text(&made[0], "/details/contents"), text(&told, "/contents"));
    });
    operator.json(&["backup", &desk.text("setup.age"), "--only-sign-in", "--passphrase-file", &desk.text("words")]);
    let again = operator.run(&["backup", &backup, "--recipient", &key]);
    assert!(again.code == 1 && again.stderr.contains("is there already"), "{}", again.stderr);

    // Debian's age opens it, and nothing of what links open is in it.
    let clear = age("age", &["-d", "-i", &desk.text("key"), &backup]).stdout;
    assert!(clear.starts_with("{\"postern_backup\":1"));
    for sealed in &sealed {
        assert!(!clear.contains(sealed.as_str()), "what a link opens is in the backup");
    }
    assert!(!clear.contains("\"table\":\"wraps\"") && !clear.contains("\"table\":\"sessions\"") && !clear.contains("sign-in-setup"));
    assert!(payloads(&clear).iter().all(Value::is_null));
    // And what it seals, posternctl opens.
    fs::write(desk.path("clear"), &clear).unwrap();
    age("age", &["-r", &key, "-o", &desk.text("sealed-by-age"), &desk.text("clear")]);
    assert_eq!(restore(&appliance, &desk.path("sealed-by-age"), &["--check", "--identity", &desk.text("key")]).code, 0);

    let mut elsewhere = Appliance::empty(other(kind));
    elsewhere.stop();
    let identity = desk.text("key");
    let without = restore(&elsewhere, Path::new(&backup), &["--identity", &identity]);
    assert!(without.code == 1 && without.stderr.contains("--sign-in"), "{}", without.stderr);
    let setup = [&desk.text("setup.age"), &desk.text("words")].map(String::clone);
    let done =
        restore(&elsewhere, Path::new(&backup), &["--identity", &identity, "--sign-in", &setup[0], "--sign-in-passphrase-file", &setup[1]]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    elsewhere.start();

    let (operator, before) = (elsewhere.operator(), ada.home.clone());
    let signed_in = Owner::new("ada", before, &elsewhere.url(), &elsewhere.ca());
    assert_eq!(signed_in.refused(&["item", "list"], &[]).0, 4, "sessions have ended");
    let ada = elsewhere.owner("ada");
    ada.sign_in(PASSWORD);
    assert_eq!(text(&ada.json(&["item", "show", "Staging"], &[]), "/fields/password"), SECRET);
    assert_eq!((ada.state_of(&open), ada.views_used(&open)), ("revoked".to_owned(), 1));
    let told = operator.records(&["--event", "link.revealed", "--link", &busy.link().id]);
    assert_eq!(ada.views_used(&busy), told.len() as u64, "of one moment");
    let mut link = open.link().clone();
    link.url = link.url.replace(&appliance.url(), &elsewhere.url());
    assert_eq!(elsewhere.recipient("bob").refused(&link), (13, "revoked".to_owned()));
    assert_eq!(operator.events(&["--link", &link.id]).last().map(String::as_str), Some("link.refused: revoked"));
    assert_eq!(operator.events(&["--event", "link.not_restored", "--link", &link.id]).len(), 1);
    assert_eq!(operator.events(&["--event", "backup.restored"]).len(), 1);
    assert_eq!(operator.run(&["audit", "verify"]).code, 0);
    // It goes on: a new share opens.
    elsewhere.recipient("bob").see(ada.share(&[]).link());
}

/// What stands in the column `payload` of the outbox's rows.
fn payloads(clear: &str) -> Vec<Value> {
    let lines: Vec<Value> = clear.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let head = lines.iter().position(|line| line["table"] == "outbox").unwrap();
    let column = lines[head]["columns"].as_array().unwrap().iter().position(|column| column[0] == "payload").unwrap();
    let rows: Vec<Value> = lines[head + 1..].iter().take_while(|line| line.is_array()).map(|row| row[column].clone()).collect();
    assert!(!rows.is_empty());
    rows
}

fn a_backup_that_is_wrong_in_any_way_changes_nothing(kind: Kind) {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(kind));
    let words = desk.text("words");
    let backup = desk.path("postern.age");
    appliance.operator().json(&["backup", backup.to_str().unwrap(), "--passphrase-file", &words, "--with-sign-in"]);
    let running = restore(&appliance, &backup, &["--passphrase-file", &words, "--replace"]);
    assert!(running.code == 1 && running.stderr.contains("stop"), "{}", running.stderr);
    let shared = appliance.ada().share(&[]);
    let records = appliance.operator().records(&[]).len();
    appliance.stop();

    let bytes = fs::read(&backup).unwrap();
    let wrong = |name: &str, bytes: &[u8]| {
        fs::write(desk.path(name), bytes).unwrap();
        desk.path(name)
    };
    let mut changed = bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (file, passphrase, says) in [
        (backup.clone(), "wrong", "passphrase is wrong"),
        (wrong("cut", &bytes[..bytes.len() - 20]), "words", "cut off"),
        (wrong("changed", &changed), "words", "changed"),
        (wrong("beginning", &bytes[..40]), "words", "begin"),
        (wrong("another", b"hello"), "words", "no backup of Postern"),
        (desk.path("nothing"), "words", "can't be read"),
    ] {
        let refused = restore(&appliance, &file, &["--passphrase-file", &desk.text(passphrase), "--replace"]);
        assert!(refused.code == 1 && refused.stderr.contains(says), "{}: {} {}", file.display(), refused.code, refused.stderr);
        assert!(!refused.stderr.contains(WORDS));
    }
    let not_empty = restore(&appliance, &backup, &["--passphrase-file", &words]);
    assert!(not_empty.code == 1 && not_empty.stderr.contains("--replace"), "{}", not_empty.stderr);
    let left: Vec<_> = fs::read_dir(appliance.state()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("restoring")), "{left:?}");

    appliance.start();
    // The stop and the start, and nothing else.
    assert_eq!(appliance.operator().records(&[]).len(), records + 2);
    appliance.recipient("bob").see(shared.link());
}

fn a_restore_that_is_killed_leaves_the_appliance_as_it_was(kind: Kind) {
    let (desk, mut appliance) = (Desk::new(), Appliance::prepared(kind));
    let key = desk.key();
    appliance.operator().json(&["backup", &desk.text("postern.age"), "--recipient", &key, "--with-sign-in"]);
    let shared = appliance.ada().share(&[]);
    appliance.stop();
    let clear = age("age", &["-d", "-i", &desk.text("key"), &desk.text("postern.age")]).stdout;
    let ends = clear.rfind("{\"end\"").unwrap();
    let mut restoring = appliance.posternd().args(["restore", "--replace"]).spawn_listening();
    restoring.say(&clear[..ends]);
    restoring.kill();
    appliance.start();
    let left: Vec<_> = fs::read_dir(appliance.state()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("restoring")), "{left:?}");
    appliance.recipient("bob").see(shared.link());
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
    appliance.stop();
    // And the next one isn't hindered by what that one left.
    let done = restore(&appliance, &desk.path("postern.age"), &["--identity", &desk.text("key"), "--replace"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    appliance.start();
    assert_eq!(appliance.recipient("bob").refused(shared.link()).1, "unknown-link");
    assert_eq!(appliance.operator().run(&["audit", "verify"]).code, 0);
}

fn only_operators_make_backups_and_each_is_recorded_before_it_leaves(kind: Kind) {
    let (desk, appliance) = (Desk::new(), Appliance::prepared(kind));
    let (words, file) = (desk.text("words"), desk.text("x.age"));
    // Others must get to the program, and to where it writes.
    fs::set_permissions(desk.folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let copy = desk.path("posternctl");
    fs::copy(program("posternctl").path(), &copy).unwrap();
    let nobody = appliance.operator().as_user("nobody", &copy);
    assert_eq!(nobody.refused(&["backup", &file, "--passphrase-file", &words]), (1, "not-operator".to_owned()));
    let left: Vec<_> = fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("x.age")), "{left:?}");
    let operator = appliance.operator();
    operator.json(&["backup", &file, "--passphrase-file", &words]);
    let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let mut events: Vec<String> = operator.events(&[]).into_iter().filter(|event| event.starts_with("backup.")).collect();
    events.sort();
    assert_eq!(events, ["backup.begun", "backup.made"]);
    let made = &operator.records(&["--event", "backup.made"])[0];
    assert_eq!(text(made, "/who"), "root(0)");
}
