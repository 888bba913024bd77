//! What operators froze before reports were known is read as it was.

use vault::{FreezeId, LinkId};

use crate::engine::ground::{Ground, NOON, run};

macro_rules! way_down {
    ($database:literal) => {
        include_str!(concat!("../../../../migrations/", $database, "/2026-11-21-000001_reports/down.sql"))
    };
}

#[test]
fn a_freeze_from_before_reports_were_known_is_an_operators() {
    run(async {
        for (ground, down) in Ground::both().into_iter().zip([way_down!("sqlite"), way_down!("postgres")]) {
            ground.open().await.close().await;
            ground.sql(down);
            ground.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20261121000001'");
            let (id, noon) = (ground.bytes(&[6; 16]), NOON.as_millis());
            let link = LinkId::from_bytes([7; 16]);
            ground.sql(&format!(
                "INSERT INTO freezes (id, selected_by, selected, reason, links, placed_at) VALUES ({id}, 'link', '{link}', 'why', 3, {noon})"
            ));
            let freezes = ground.open().await.freezes(None, 10).await.unwrap();
            assert_eq!(freezes.len(), 1);
            assert_eq!((freezes[0].id, freezes[0].links, freezes[0].reported_by), (FreezeId::from_bytes([6; 16]), 3, None));
            assert_eq!((freezes[0].placed_at, freezes[0].reason.as_str()), (NOON, "why"));
        }
    });
}
