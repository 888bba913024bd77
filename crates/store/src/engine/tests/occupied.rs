//! Who uses the embedded database together, and who has it alone.

use std::fs;

use crate::engine::ground::{Ground, run};
use crate::engine::{Occupied, beside};
use crate::{Broken, Database, NotServed, Store};

fn file_of(ground: &Ground) -> &std::path::Path {
    let Database::Sqlite(file) = &ground.settings.database else { unreachable!() };
    file
}

#[test]
fn a_database_is_served_by_one_daemon_at_a_time_until_its_store_is_closed() {
    run(async {
        let ground = Ground::sqlite();
        let serving = Occupied::serving(&ground.settings.database).await.unwrap();
        let refused = Occupied::serving(&ground.settings.database).await.unwrap_err();
        assert!(matches!(refused, NotServed::Taken(_)), "{refused}");
        let store = Store::serve(ground.settings.clone(), serving).await.unwrap();
        let refused = Occupied::serving(&ground.settings.database).await.unwrap_err().to_string();
        assert!(refused.starts_with("another daemon serves the database /") && refused.contains("stop it first"), "{refused}");
        // Clones that somebody forgot keep nobody out.
        let _clone = store.clone();
        store.close().await;
        Occupied::serving(&ground.settings.database).await.unwrap();
    });
}

#[test]
fn a_store_that_does_not_open_leaves_the_database_to_others() {
    run(async {
        let ground = Ground::sqlite();
        ground.open().await.close().await;
        ground.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')");
        let serving = Occupied::serving(&ground.settings.database).await.unwrap();
        assert!(matches!(Store::serve(ground.settings.clone(), serving).await, Err(Broken::Newer { .. })));
        assert!(Occupied::alone(&ground.settings.database).is_ok());
        Occupied::serving(&ground.settings.database).await.unwrap();
    });
}

#[test]
fn a_servers_database_may_be_served_by_several_daemons() {
    run(async {
        let ground = Ground::postgres();
        let _one = Occupied::serving(&ground.settings.database).await.unwrap();
        Occupied::serving(&ground.settings.database).await.unwrap();
    });
}

#[test]
fn who_serves_the_database_shares_it_and_keeps_restores_away() {
    run(async {
        let ground = Ground::sqlite();
        let serving = Occupied::serving(&ground.settings.database).await.unwrap();
        let beside = ground.open().await;
        let refused = Occupied::alone(&ground.settings.database).unwrap_err().to_string();
        assert!(refused.contains("a daemon uses this database: stop it first"), "{refused}");
        // Not by the other's share.
        beside.close().await;
        assert!(Occupied::alone(&ground.settings.database).is_err());
        drop(serving);
        assert!(Occupied::alone(&ground.settings.database).is_ok());
    });
}

#[test]
fn a_daemon_waits_for_the_end_of_a_restore() {
    run(async {
        let ground = Ground::sqlite();
        let restoring = Occupied::alone(&ground.settings.database).unwrap();
        let database = ground.settings.database.clone();
        let daemon = tokio::spawn(async move { Occupied::serving(&database).await });
        // By this it keeps other daemons out; it has come as far as the restore.
        while !beside(file_of(&ground), "daemon").exists() && !daemon.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(!daemon.is_finished());
        drop(restoring);
        daemon.await.unwrap().unwrap();
    });
}

#[test]
fn a_lock_is_never_taken_through_a_link() {
    run(async {
        let ground = Ground::sqlite();
        let file = file_of(&ground);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let elsewhere = beside(file, "elsewhere");
        for ending in ["daemon", "lock"] {
            std::os::unix::fs::symlink(&elsewhere, beside(file, ending)).unwrap();
            let refused = Occupied::serving(&ground.settings.database).await.unwrap_err();
            let expected =
                matches!((ending, &refused), ("daemon", NotServed::Unlockable(..)) | ("lock", NotServed::Broken(Broken::Unreachable(_))));
            assert!(expected && refused.to_string().contains(ending), "{refused}");
            fs::remove_file(beside(file, ending)).unwrap();
        }
        assert!(!elsewhere.exists());
    });
}
