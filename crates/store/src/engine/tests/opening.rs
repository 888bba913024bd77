//! Opening: tables come up to date, strangers' eyes are kept out, a newer database is left alone.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use diesel::connection::SimpleConnection;

use crate::engine::ground::{Ground, mark, marks, run};
use crate::{Broken, Database, Settings, Store};

#[test]
fn a_database_of_a_newer_version_is_refused_in_words_that_say_what_to_do() {
    run(async {
        for ground in Ground::both() {
            ground.open().await.close().await;
            ground.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')");
            let refused = Store::open(ground.settings.clone()).await.err().unwrap();
            assert_eq!(refused, Broken::Newer { newest: "29991231000001".to_owned() });
            assert!(refused.to_string().contains("install that version"), "{refused}");
        }
    });
}

#[test]
fn many_daemons_that_start_at_once_make_the_tables_once() {
    run(async {
        let ground = Ground::postgres();
        let starts: Vec<_> = (0..4).map(|_| tokio::spawn(Store::open(ground.settings.clone()))).collect();
        for start in starts {
            mark(&start.await.unwrap().unwrap(), "up").await.unwrap();
        }
        assert_eq!(marks(&ground.open().await).await.len(), 4);
    });
}

#[test]
fn only_the_daemons_own_user_can_read_the_embedded_database() {
    run(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        mark(&store, "kept").await.unwrap();
        let Database::Sqlite(file) = &ground.settings.database else { unreachable!() };
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        for entry in file.parent().unwrap().read_dir().unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    });
}

#[test]
fn an_open_database_is_locked_so_that_no_other_program_takes_its_log_away() {
    run(async {
        let ground = Ground::sqlite();
        let locked = || {
            let Database::Sqlite(file) = &ground.settings.database else { unreachable!() };
            let (pid, inode) = (std::process::id().to_string(), format!(":{}", std::fs::metadata(file).unwrap().ino()));
            let locks = std::fs::read_to_string("/proc/locks").unwrap();
            locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).any(|lock| {
                lock.get(1) == Some(&"POSIX")
                    && lock.get(4) == Some(&pid.as_str())
                    && lock.get(5).is_some_and(|file| file.ends_with(&inode))
            })
        };
        let store = ground.open().await;
        mark(&store, "kept").await.unwrap();
        assert!(locked());
        // A further connection takes nobody's lock away.
        let other = ground.settings.database.connect(crate::engine::Purpose::Reading).unwrap();
        assert!(locked());
        drop(other);
        store.close().await;
        assert!(!locked());
    });
}

#[test]
fn a_read_can_not_write() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            let written = store.read(|conn| Ok(conn.batch_execute("DELETE FROM audit_mirrors")?)).await;
            assert!(matches!(written, Err(Broken::Database(_))), "{written:?}");
            // And the reader goes on.
            assert_eq!(store.audit_lanes().await.unwrap().len(), store.lanes_held().len());
        }
    });
}

#[test]
fn a_read_that_panics_is_that_reads_failure() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            for _ in 0..4 {
                let read = store.read(|_| if true { panic!("on purpose") } else { Ok(()) }).await;
                assert_eq!(read, Err(Broken::Panicked));
            }
            assert!(store.audit_lanes().await.is_ok());
        }
    });
}

#[test]
fn a_checkpoint_leaves_nothing_in_the_write_ahead_log() {
    run(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        mark(&store, "kept").await.unwrap();
        let Database::Sqlite(file) = &ground.settings.database else { unreachable!() };
        let log = file.with_file_name("postern.db-wal");
        assert!(log.metadata().unwrap().len() > 0);
        assert!(store.checkpoint().await.unwrap());
        assert_eq!(log.metadata().unwrap().len(), 0);
        assert_eq!(marks(&store).await, ["kept"]);
    });
}

#[test]
fn a_servers_password_is_in_no_error() {
    run(async {
        for address in
            ["postgres://ada:hunter%ZZ2@localhost/x", "postgres://ada:se@cret@localhost:1/x", "postgres://ada:hunter2@localhost:1/x"]
        {
            let database = Database::Postgres(address.to_owned());
            let settings = Settings { database, ..Ground::sqlite().settings };
            let told = Store::open(settings).await.err().unwrap().to_string();
            assert!(!told.contains("hunter") && !told.contains("cret"), "{told}");
        }
    });
}
