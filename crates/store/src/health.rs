//! Health: what the store can say about how things are.
//!
//! Nothing here reads a clock, and nothing here is a secret.

use diesel::prelude::*;
use vault::{Timekeeper, Timestamp};

use crate::engine::latest;
use crate::schema::outbox;
use crate::{Answer, Broken, Call, Store, rows};

/// How the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            Ok(Health { database, latest, clock_behind, mail_waiting: rows::number(waiting)?, mail_dead: rows::number(dead)? })
        })
        .await
    }

    /// Lets a write pass that changes nothing but the latest time: when it answers, writers go on.
    ///
    /// # Errors
    /// [`Broken`], through [`crate::Failure`].
    pub async fn pass(&self, call: &Call) -> Answer<()> {
        self.write(call, |_| Ok(())).await
    }
}
