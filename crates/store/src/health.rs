//! Health: what the store can say about how things are.
//!
//! Nothing here reads a clock, and nothing here is a secret.

use diesel::prelude::*;
use vault::{Timekeeper, Timestamp};

use crate::audit::{audit, audit_lanes, audit_mirrors};
use crate::engine::latest;
use crate::schema::outbox;
use crate::{Broken, Store, rows};

/// The event that tells of a backup, by its stable name.
const BACKUP: &str = "backup.made";

diesel::table! {
    /// What `diesel_migrations` keeps.
    #[sql_name = "__diesel_schema_migrations"]
    migrations (version) {
        version -> Text,
    }
}

/// How the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// `sqlite` or `postgresql`.
    pub database: &'static str,
    /// The latest time recorded.
    pub latest: Timestamp,
    /// Whether the clock is so far behind that nothing is revealed or created.
    pub clock_behind: bool,
    /// Messages waiting in the outbox.
    pub mail_waiting: u64,
    /// Messages that were given up.
    pub mail_dead: u64,
    /// Records that the journal has not been told yet, of every daemon on this database.
    pub mirror_behind: u64,
    /// When the newest backup was recorded.
    pub backup_at: Option<Timestamp>,
    /// The newest migration that the database has.
    pub schema: String,
}

impl Store {
    /// How the store is, for a daemon whose clock says this.
    ///
    /// # Errors
    /// [`Broken`]: then it isn't well.
    pub async fn health(&self, clock: Timestamp) -> Result<Health, Broken> {
        let database = self.database();
        self.read(move |conn| {
            let latest = latest(conn)?;
            let waiting: i64 = outbox::table.filter(outbox::due_at.is_not_null()).count().get_result(conn)?;
            let dead: i64 = outbox::table.filter(outbox::dead_at.is_not_null()).count().get_result(conn)?;
            let clock_behind = Timekeeper::new(clock, latest).trusted().is_err();
            let lanes = audit_lanes::table.left_join(audit_mirrors::table.on(audit_mirrors::lane.eq(audit_lanes::lane)));
            let lanes: Vec<(i64, Option<i64>)> = lanes.select((audit_lanes::seq, audit_mirrors::seq.nullable())).load(conn)?;
            let behind: i64 = lanes.into_iter().map(|(seq, mirrored)| seq.saturating_sub(mirrored.unwrap_or(0)).max(0)).sum();
            let backups = audit::table.filter(audit::event.eq(BACKUP)).order((audit::at.desc(), audit::lane.desc(), audit::seq.desc()));
            let backup: Option<i64> = backups.select(audit::at).first(conn).optional()?;
            let schema: Option<String> = migrations::table.select(diesel::dsl::max(migrations::version)).first(conn)?;
            Ok(Health {
                database,
                latest,
                clock_behind,
                mail_waiting: rows::number(waiting)?,
                mail_dead: rows::number(dead)?,
                mirror_behind: rows::number(behind)?,
                backup_at: backup.map(rows::time),
                schema: schema.unwrap_or_default(),
            })
        })
        .await
    }
}
