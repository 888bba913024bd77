//! A small database of the same kind as a large one: the store reads it, its chain verifies, and nothing in it points nowhere.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use store::{Call, LinkFilter};
use vault::event::Chain;
use vault::link::State;
use vault::{RequestId, Timestamp};

use crate::{Made, Wanted, make};

const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn wanted(folder: &tempfile::TempDir) -> Wanted {
    let file = folder.path().join("large.db");
    Wanted { file, owners: 20, shares: 5000, links: 6000, events: 60_000, days: 20, until: NOON, number: 1 }
}

fn made(wanted: &Wanted) -> Made {
    make(wanted, &mut |_| ()).unwrap()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn count(conn: &mut SqliteConnection, from: &str) -> i64 {
    diesel::sql_query(format!("SELECT count(*) AS n FROM {from}")).get_result::<Count>(conn).unwrap().n
}

#[test]
fn the_store_reads_what_was_made_and_the_log_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = wanted(&folder);
    let made = made(&wanted);
    assert_eq!((made.shares, made.links), (5000, 6000));
    assert!((60_000..60_100).contains(&made.events), "{}", made.events);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let settings = store::Settings {
            database: store::Database::Sqlite(wanted.file.clone()),
            writers: 1,
            readers: 1,
            policy: vault::Policy::default(),
            copies: folder.path().join("copies"),
            now: NOON,
        };
        let store = store::Store::open(settings).await.unwrap();
        let lanes = store.audit_lanes().await.unwrap();
        let mut chain = Chain::empty(lanes[0].lane);
        while chain.seq < lanes[0].seq {
            for (record, hash) in store.audit_lane_entries(chain.lane, chain.seq, 1000).await.unwrap() {
                chain = chain.verify(&record, hash).unwrap();
            }
        }
        assert_eq!((chain.seq, chain.head, lanes.len()), (made.events, lanes[0].head, 1));
        assert_eq!(store.unmirrored(10).await.unwrap().len(), 0, "the journal isn't told of years at once");
        let call = Call { clock: NOON, address: None, request: RequestId::from_bytes([1; 16]) };
        for state in
            [State::Waiting, State::Open, State::UsedUp, State::Expired, State::Revoked, State::Frozen, State::Locked, State::Burnt]
        {
            let filter = LinkFilter { state: Some(state), ..LinkFilter::default() };
            assert!(!store.link_rows(&call, filter, None, 10).await.unwrap().rows.is_empty(), "there is no link that is {state:?}");
        }
        let swept = store.sweep(&call).await.unwrap();
        assert_eq!((swept.expired, swept.wraps, swept.snapshots), (0, 0, 0), "what had ended was swept in its time");
        store.close().await;
    });
}

#[test]
fn nothing_points_nowhere_and_every_index_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let (wanted, empty) = (wanted(&folder), folder.path().join("empty.db"));
    let made = made(&wanted);
    crate::database::migrate(&empty).unwrap();
    let open = |file: &std::path::Path| SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let (mut conn, mut other) = (open(&wanted.file), open(&empty));
    assert_eq!(count(&mut conn, "pragma_foreign_key_check"), 0);
    let healthy: Word = diesel::sql_query("SELECT integrity_check AS word FROM pragma_integrity_check").get_result(&mut conn).unwrap();
    assert_eq!(healthy.word, "ok");
    let schema = |conn: &mut SqliteConnection| -> Vec<String> {
        let found = "SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS word FROM sqlite_schema ORDER BY 1";
        diesel::sql_query(found).load::<Word>(conn).unwrap().into_iter().map(|found| found.word).collect()
    };
    assert_eq!(schema(&mut conn), schema(&mut other));
    let living = i64::try_from(made.living).unwrap();
    assert!(living > 0);
    assert_eq!((count(&mut conn, "wraps"), count(&mut conn, "links WHERE sweep_at IS NOT NULL")), (living, living));
    assert!(count(&mut conn, "link_addresses JOIN links ON link = id WHERE sweep_at IS NOT NULL") > 0);
    assert_eq!(count(&mut conn, "link_addresses JOIN links ON link = id WHERE sweep_at IS NULL"), 0);
    assert_eq!(count(&mut conn, "frozen_links"), count(&mut conn, "links WHERE freezes > 0"));
}

#[test]
fn the_same_number_makes_the_same_rows_and_another_makes_others() {
    let heads: Vec<String> = [1, 1, 2]
        .iter()
        .map(|number| {
            let folder = tempfile::tempdir().unwrap();
            let wanted = Wanted { number: *number, shares: 50, links: 50, events: 500, ..wanted(&folder) };
            made(&wanted);
            let mut conn = SqliteConnection::establish(wanted.file.to_str().unwrap()).unwrap();
            diesel::sql_query("SELECT hex(head) AS word FROM audit_lanes").get_result::<Word>(&mut conn).unwrap().word
        })
        .collect();
    assert_eq!(heads[0], heads[1]);
    assert_ne!(heads[0], heads[2]);
}

#[test]
fn a_database_in_which_somebody_has_an_account_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = Wanted { shares: 10, links: 10, events: 100, ..wanted(&folder) };
    made(&wanted);
    let before = std::fs::read(&wanted.file).unwrap();
    assert!(make(&wanted, &mut |_| ()).unwrap_err().0.contains("it has accounts"));
    assert_eq!(std::fs::read(&wanted.file).unwrap(), before);
}
