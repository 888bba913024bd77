//! Backups and upgrades on both databases, as far as the store alone can tell them; `tests/flows` tells them with the programs.

use std::io::Cursor;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use vault::backup::Holds;
use vault::event::Actor;
use zeroize::Zeroizing;

use super::{Contents, NotBackedUp, Restoring, Staged, plan};
use crate::engine::Purpose;
use crate::engine::ground::{Ground, NOON, at, mark, marks, run, verified};
use crate::{Broken, Connection, Database, Operator, Store};

/// What opens links and lets people in: one of each, and none may be in a backup.
const SECRETS: [&str; 6] = [
    "SNAPSHOT-BYTES",
    "WRAP-BYTES",
    "SESSION-KEY-BYTES-OF-32-SIGNS..x",
    "PAYLOAD-BYTES",
    "SIGN-IN-STATE",
    "ATTEMPT-HASH-BYTES-OF-32-SIGNS.x",
];

fn contents() -> Contents {
    let files = vec![("appliance-key".to_owned(), Zeroizing::new(vec![7; 32]))];
    Contents { holds: Holds::Appliance, appliance: "https://a".to_owned(), sign_in: Some("s".to_owned()), configuration: None, files }
}

fn operator() -> Operator {
    Operator { uid: 0, name: "root".to_owned() }
}

/// A writer whose bytes are still there afterwards.
#[derive(Clone, Default)]
struct Kept(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(super) async fn backed_up(store: &Store) -> Vec<u8> {
    let kept = Kept::default();
    store.begin_backup(&at(NOON), &operator(), contents()).await.unwrap().make(kept.clone(), || NOON).await.unwrap();
    kept.0.lock().unwrap().clone()
}

/// Everything that a table can hold: people, an item, a share with an open link, and what must not be kept.
pub(super) fn fill(ground: &Ground) {
    let (noon, no, yes) = (NOON.as_millis(), ground.boolean(false), ground.boolean(true));
    let bytes = |text: &str| ground.bytes(text.as_bytes());
    let [user, item, share, link, message, waits] = [1_u8, 3, 4, 5, 6, 7].map(|byte| ground.bytes(&[byte; 16]));
    let [hash, key] = [8_u8, 9].map(|byte| ground.bytes(&[byte; 32]));
    let [snapshot, wrap, session, payload, state, attempt] = SECRETS.map(bytes);
    ground.sql(&format!(
        "INSERT INTO users (id, name, full_name, email, external_share, created_at) VALUES ({user}, 'ada', 'Ada \u{1F511} \"x\"', 'a@b', {yes}, {noon});
         INSERT INTO invitations (account, code_hash, expires_at) VALUES ({user}, {hash}, {noon} + 100000);
         INSERT INTO sessions (hash, account, kept_key, signed_in_at, expires_at) VALUES ({key}, {user}, {session}, {noon}, {noon} + 1000);
         INSERT INTO sign_ins (id, purpose, name, state, address, begun_at) VALUES ({message}, 'sign-in', 'ada', {state}, '', {noon});
         INSERT INTO items (id, owner, epoch, version, disabled, created_at, updated_at) VALUES ({item}, {user}, 1, 1, {no}, {noon}, {noon});
         INSERT INTO item_epochs (item, epoch, record, wrap) VALUES ({item}, 1, {hash}, {key});
         INSERT INTO item_versions (item, version, epoch, record, details, digest, saved_at) VALUES ({item}, 1, 1, {hash}, {hash}, {hash}, {noon});
         INSERT INTO version_bodies (item, version, body) VALUES ({item}, 1, {});
         INSERT INTO shares (id, owner, item, delivery, with_token, starts_at, expires_at, networks, digest, created_at)
         VALUES ({share}, {user}, {item}, 'hand-over', {yes}, {noon}, {noon} + 100000, '', {hash}, {noon});
         INSERT INTO snapshots (share, snapshot) VALUES ({share}, {snapshot});
         INSERT INTO links (id, share, owner, item, recipient, recipient_folded, knock_hash, proof_hash, with_token, starts_at, expires_at, \
          view_limit, networks, views_used) VALUES ({link}, {share}, {user}, {item}, 'b@c', 'b@c', {hash}, {key}, {yes}, {noon}, {noon} + 100000, 3, '', 1);
         INSERT INTO wraps (link, wrap) VALUES ({link}, {wrap});
         INSERT INTO openings (link, nth, at, address, attempt_hash) VALUES ({link}, 1, {noon}, '10.0.0.1', {attempt});
         INSERT INTO outbox (id, about, link, address, payload, created_at, due_at) VALUES ({message}, 'token', {link}, '', {payload}, {noon}, {noon});
         INSERT INTO outbox (id, about, link, address, created_at, due_at) VALUES ({waits}, 'revealed', {link}, '', {noon}, {noon})",
        ground.bytes(&vec![0xab; 300_000])
    ));
}

/// A backup is restored and made to count, as the daemon would.
pub(super) fn restore(ground: &Ground, backup: &[u8], replace: bool) -> Result<super::Restored, NotBackedUp> {
    let staged = Staged::read(&ground.settings, Restoring { replace, at: NOON }, Cursor::new(backup))?;
    assert_eq!(staged.files().len(), 1);
    let mut ready = staged.finish(&at(NOON.plus_seconds(5)), &Actor::Operator { uid: 0, name: "root".to_owned() })?;
    ready.commit()?;
    for gone in &ready.moves.removed {
        let _ = std::fs::remove_file(gone);
    }
    for (from, to) in &ready.moves.moved {
        if from.exists() {
            std::fs::rename(from, to).unwrap();
        }
    }
    Ok(ready.restored)
}

fn connection(ground: &Ground) -> Connection {
    ground.settings.database.connect(Purpose::Writing).unwrap()
}

#[test]
fn every_table_is_either_in_a_backup_or_left_out_on_purpose() {
    run(async {
        for ground in Ground::both() {
            ground.open().await.close().await;
            let mut known: Vec<&str> = plan::KEPT.iter().map(|table| table.name).chain(plan::LEFT_OUT.iter().copied()).collect();
            known.sort_unstable();
            assert_eq!(connection(&ground).tables().unwrap(), known, "decide whether a backup has it: crates/store/src/backup/plan.rs");
            for table in plan::KEPT {
                let columns = connection(&ground).columns(table.name).unwrap();
                assert!(table.emptied.iter().all(|emptied| columns.iter().any(|(name, _)| name == emptied)), "{}", table.name);
            }
        }
    });
}

#[test]
fn a_backup_of_either_database_is_restored_into_either_and_no_link_lives_there() {
    run(async {
        for from in Ground::both() {
            let store = from.open().await;
            mark(&store, "before").await.unwrap();
            fill(&from);
            let backup = backed_up(&store).await;
            let text = String::from_utf8(backup.clone()).unwrap();
            for secret in SECRETS {
                let encoded = super::lines::encode(secret.as_bytes());
                assert!(!text.contains(secret) && !text.contains(&encoded), "the backup holds {secret}");
            }
            for to in Ground::both() {
                let restored = restore(&to, &backup, false).unwrap();
                assert_eq!((restored.links, restored.messages, restored.invitations), (1, 1, 1));
                let now = NOON.plus_seconds(5).as_millis();
                assert_eq!(to.number(&format!("SELECT count(*) AS n FROM links WHERE revoked_at = {now} AND views_used = 1")), 1);
                assert_eq!(
                    to.number(
                        "SELECT (SELECT count(*) FROM wraps) + (SELECT count(*) FROM snapshots) + (SELECT count(*) FROM sessions) AS n"
                    ),
                    0
                );
                assert_eq!(to.number("SELECT count(*) AS n FROM outbox WHERE due_at IS NOT NULL OR payload IS NOT NULL"), 0);
                assert_eq!(to.number("SELECT count(*) AS n FROM outbox WHERE dead_at IS NOT NULL"), 1);
                assert_eq!(
                    to.number(&format!("SELECT count(*) AS n FROM version_bodies WHERE body = {}", to.bytes(&vec![0xab; 300_000]))),
                    1
                );
                assert_eq!(to.number("SELECT count(*) AS n FROM users WHERE full_name = 'Ada \u{1F511} \"x\"'"), 1);
                let store = to.open().await;
                let events: Vec<String> = verified(&store).await.into_iter().map(|record| record.event).collect();
                let last: Vec<&str> = events.iter().map(String::as_str).filter(|name| name.contains("restored")).collect();
                assert_eq!(last, ["backup.restored", "link.not_restored"]);
                assert_eq!(marks(&store).await, ["before"]);
                // And it goes on.
                mark(&store, "after").await.unwrap();
                store.close().await;
            }
        }
    });
}

#[test]
fn a_backup_that_is_cut_or_changed_anywhere_leaves_everything_as_it_was() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            fill(&ground);
            let backup = backed_up(&store).await;
            store.close().await;
            let before = verified(&ground.open().await).await;
            let lines: Vec<usize> = backup.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
            let mut wrong: Vec<(String, Vec<u8>)> =
                lines.iter().rev().skip(1).step_by(5).map(|at| (format!("cut at {at}"), backup[..*at].to_vec())).collect();
            let place = text_at(&backup, "ada");
            let mut changed = backup.clone();
            changed[place] = b'e';
            wrong.push(("one letter changed".to_owned(), changed));
            wrong.push(("a line taken out".to_owned(), [&backup[..lines[3]], &backup[lines[4]..]].concat()));
            wrong.push(("another backup behind it".to_owned(), [backup.clone(), backup.clone()].concat()));
            wrong.push(("nothing at all".to_owned(), Vec::new()));
            for (what, bytes) in wrong {
                assert!(restore(&ground, &bytes, true).is_err(), "{what}");
            }
            assert_eq!(verified(&ground.open().await).await, before);
            assert_eq!(ground.number("SELECT count(*) AS n FROM wraps"), 1);
            assert!(copies(&ground.settings.copies).is_empty());
        }
    });
}

fn text_at(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap()
}

#[test]
fn people_make_room_only_when_that_was_said_and_then_leave_a_copy() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            fill(&ground);
            let backup = backed_up(&store).await;
            assert!(restore(&ground, &backup, true).is_err(), "a daemon uses it");
            store.close().await;
            let refused = restore(&ground, &backup, false).err().unwrap().to_string();
            assert!(refused.contains("has 1 accounts") && refused.contains("--replace"), "{refused}");
            ground.sql("UPDATE users SET full_name = 'Later'");
            let copy = restore(&ground, &backup, true).unwrap().copy.unwrap();
            assert_eq!(ground.number("SELECT count(*) AS n FROM users WHERE full_name = 'Later'"), 0);
            // What was replaced can be had back.
            let copied = std::fs::read(&copy).unwrap();
            assert!(SECRETS.iter().all(|secret| !String::from_utf8_lossy(&copied).contains(&super::lines::encode(secret.as_bytes()))));
            let staged =
                Staged::read(&ground.settings, Restoring { replace: true, at: NOON.plus_seconds(1) }, Cursor::new(copied)).unwrap();
            assert_eq!(staged.manifest().holds, Holds::Database);
        }
    });
}

/// The first step that the earlier version doesn't have: the one that gave links their delivery.
const LATER: &str = "20261121000500";

/// The steps that an earlier version has, and those that it hasn't.
fn earlier_and_later(ground: &Ground) -> (Vec<String>, Vec<String>) {
    let steps = connection(ground).steps().unwrap();
    steps.applied.into_iter().chain(steps.pending).partition(|version| version.as_str() < LATER)
}

/// A database as the earlier version left it, with something in it.
fn of_an_earlier_version(ground: &Ground) {
    let (steps, _) = earlier_and_later(ground);
    let mut conn = connection(ground);
    conn.begin_write().unwrap();
    conn.make_tables(&steps).unwrap();
    conn.commit().unwrap();
    let (noon, yes, user) = (NOON.as_millis(), ground.boolean(true), ground.bytes(&[1; 16]));
    ground.sql(&format!(
        "INSERT INTO users (id, name, full_name, email, external_share, created_at) VALUES ({user}, 'ada', 'Ada', 'a@b', {yes}, {noon})"
    ));
}

fn copies(folder: &Path) -> Vec<std::path::PathBuf> {
    folder.read_dir().map(|entries| entries.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}

#[test]
fn an_upgrade_keeps_what_was_there_and_leaves_a_copy_that_the_earlier_version_can_restore() {
    run(async {
        for ground in Ground::both() {
            of_an_earlier_version(&ground);
            let store = ground.open().await;
            let upgraded = store.upgraded().unwrap().clone();
            assert_eq!(upgraded.steps, earlier_and_later(&ground).1);
            assert_eq!(std::fs::metadata(&upgraded.copy).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(ground.number("SELECT count(*) AS n FROM users WHERE name = 'ada'"), 1);
            store.close().await;
            assert!(ground.open().await.upgraded().is_none(), "a second start has nothing to do");
            // Into a database of today, through the tables of then.
            let other = Ground::both();
            for other in other {
                let copy = std::fs::read(&upgraded.copy).unwrap();
                let staged = Staged::read(&other.settings, Restoring { replace: false, at: NOON }, Cursor::new(copy)).unwrap();
                assert_eq!(staged.manifest().schema, earlier_and_later(&ground).0);
                drop(staged.finish(&at(NOON), &Actor::Appliance).unwrap());
            }
        }
    });
}

#[test]
fn a_step_that_fails_leaves_the_database_as_it_was_with_its_copy_beside() {
    run(async {
        for ground in Ground::both() {
            of_an_earlier_version(&ground);
            // One of the last steps adds a column of this name.
            ground.sql("ALTER TABLE links ADD COLUMN delivery TEXT");
            let before = connection(&ground).steps().unwrap().applied;
            for _ in 0..4 {
                assert!(matches!(Store::open(ground.settings.clone()).await, Err(Broken::Database(_))));
            }
            assert_eq!(connection(&ground).steps().unwrap().applied, before);
            assert_eq!(ground.number("SELECT count(*) AS n FROM users"), 1);
            assert!((1..=2).contains(&copies(&ground.settings.copies).len()));
        }
    });
}

#[test]
fn of_the_copies_the_last_two_stay() {
    run(async {
        let ground = Ground::sqlite();
        of_an_earlier_version(&ground);
        let mut conn = connection(&ground);
        for (n, kind) in ["before-0.1.0", "before-restore", "before-0.2.0", "before-0.2.0", "before-restore"].into_iter().enumerate() {
            super::before(&mut conn, &ground.settings.copies, kind, NOON.plus_seconds(n.try_into().unwrap())).unwrap();
            super::forget(&ground.settings.copies, kind).unwrap();
        }
        let mut names: Vec<String> =
            copies(&ground.settings.copies).iter().map(|path| path.file_name().unwrap().to_string_lossy()[..14].to_owned()).collect();
        names.sort();
        assert_eq!(names, ["before-0.2.0-2", "before-0.2.0-2", "before-restore", "before-restore"]);
    });
}

#[test]
fn where_there_is_no_room_for_the_copy_nothing_is_changed() {
    run(async {
        let ground = Ground::sqlite();
        of_an_earlier_version(&ground);
        let before = connection(&ground).steps().unwrap().applied;
        let mut settings = ground.settings.clone();
        // A file system that has no room at all.
        settings.copies = "/proc/copies".into();
        assert!(matches!(Store::open(settings).await, Err(Broken::NoCopy(_))));
        assert_eq!(connection(&ground).steps().unwrap().applied, before);
    });
}

#[test]
fn while_one_program_uses_the_embedded_database_no_other_changes_its_tables() {
    run(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        assert!(crate::engine::Occupied::alone(&ground.settings.database).is_err());
        store.close().await;
        let alone = crate::engine::Occupied::alone(&ground.settings.database).unwrap();
        let Database::Sqlite(file) = &ground.settings.database else { unreachable!() };
        let lock = std::fs::File::open(crate::engine::beside(file, "lock")).unwrap();
        assert!(lock.try_lock_shared().is_err());
        drop(alone);
        assert!(lock.try_lock_shared().is_ok());
    });
}

#[test]
fn a_broken_database_is_set_aside_only_when_that_was_said() {
    run(async {
        let [from, to] = [Ground::sqlite(), Ground::sqlite()];
        let store = from.open().await;
        let backup = backed_up(&store).await;
        to.open().await.close().await;
        connection(&to).batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')").unwrap();
        let refused = restore(&to, &backup, false).err().unwrap().to_string();
        assert!(refused.contains("newer version") && refused.contains("--replace"), "{refused}");
        let aside = restore(&to, &backup, true).unwrap().copy.unwrap();
        assert!(aside.exists());
        assert!(to.open().await.upgraded().is_none());
    });
}
