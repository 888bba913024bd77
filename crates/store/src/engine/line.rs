//! A writer's line to the database: its connection, its lane, and one transaction at a time.
//!
//! **The trap.** On a full disk SQLite may roll back a whole group by itself, and tell only of a savepoint that doesn't exist. Whoever
//! went on would open the next savepoint outside any transaction, where it is one of its own, and its release a commit of a fragment.
//! So nothing here goes on after a failed statement: the group ends, nothing of it is answered as done, and the connection goes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use vault::event::Chain;
use vault::{Policy, Timekeeper, Timestamp};

use super::connection::Purpose;
use super::job::Write;
use super::{Broken, Connection, Database, Tx, lanes};

/// For how long the latest time may go unrecorded while nothing else is, in milliseconds.
const CLOCK_STEP_MILLIS: i64 = 1000;

/// The lanes that this process has held since its start.
pub(super) type Held = Arc<Mutex<BTreeSet<i32>>>;

/// A writer's line. It opens its connection when it is needed.
pub(super) struct Line {
    database: Database,
    policy: Arc<Policy>,
    held: Held,
    lane: Option<i32>,
    open: Option<Open>,
}

struct Open {
    conn: Connection,
    lane: i32,
    chain: Chain,
    tripped: Arc<AtomicBool>,
}

/// Why a transaction came to nothing.
pub(super) struct Stopped {
    /// The write that broke it, by its place in the group; nothing when the transaction itself failed.
    pub culprit: Option<usize>,
    /// What failed.
    pub broken: Broken,
}

impl Line {
    /// A line that isn't open yet.
    pub fn new(database: Database, policy: Arc<Policy>, held: Held) -> Self {
        Self { database, policy, held, lane: None, open: None }
    }

    /// Connects and claims a lane, unless that is done.
    pub fn open(&mut self) -> Result<(), Broken> {
        if self.open.is_none() {
            self.open = Some(self.connect()?);
        }
        Ok(())
    }

    /// Runs these writes as one transaction. When it is durable, all of them are; else none.
    pub fn run(&mut self, group: &mut [Box<dyn Write>]) -> Result<(), Stopped> {
        let policy = Arc::clone(&self.policy);
        let ended = self.begin().map_err(|broken| Stopped { culprit: None, broken }).and_then(|open| open.run(group, &policy));
        if let Err(Stopped { broken, .. }) = &ended {
            let keep = matches!(broken, Broken::Conflict);
            self.abandon(keep);
        }
        ended.and_then(|after| self.commit(after))
    }

    /// Gives the lane back and closes.
    pub fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.conn.release_lanes();
        }
    }

    fn connect(&mut self) -> Result<Open, Broken> {
        let mut conn = self.database.connect(Purpose::Writing)?;
        let lane = lanes::claim(&mut conn, self.lane)?;
        let chain = lanes::load(&mut conn, lane)?;
        let tripped = conn.tripwire();
        self.lane = Some(lane);
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(lane);
        Ok(Open { conn, lane, chain, tripped })
    }

    fn begin(&mut self) -> Result<&mut Open, Broken> {
        self.open()?;
        let open = self.open.as_mut().ok_or(Broken::Closed)?;
        open.conn.begin_write()?;
        Ok(open)
    }

    /// Commits. Where the answer to that is lost, the chain's head tells what became of it: it is another after every write.
    fn commit(&mut self, after: Chain) -> Result<(), Stopped> {
        let Some(open) = self.open.as_mut() else { return Err(Stopped { culprit: None, broken: Broken::Closed }) };
        let before = open.chain;
        let Err(error) = open.conn.commit() else {
            open.chain = after;
            return Ok(());
        };
        let broken = Broken::from(error);
        self.abandon(false);
        // A full disk is certain: there was no room for the commit's own mark.
        if before == after || broken == Broken::Full {
            return Err(Stopped { culprit: None, broken });
        }
        let unsure = Broken::Unsure(broken.to_string());
        // Holding the same lane again proves that the old connection has ended, one way or the other.
        match self.open().ok().and(self.open.as_ref()) {
            Some(open) if open.chain == before => Err(Stopped { culprit: None, broken }),
            Some(open) if open.chain == after && self.database.keeps_what_it_shows() => Ok(()),
            _ => Err(Stopped { culprit: None, broken: unsure }),
        }
    }

    /// Undoes the transaction. Unless `keep`, the connection goes with it; in any case the chain's head is read anew.
    fn abandon(&mut self, keep: bool) {
        let Some(mut open) = self.open.take() else { return };
        // It may be gone already, by SQLite's or the network's doing.
        let undone = open.conn.rollback_all();
        if keep && undone.is_ok() {
            if let Ok(chain) = lanes::load(&mut open.conn, open.lane) {
                open.chain = chain;
                self.open = Some(open);
            }
        } else {
            open.conn.release_lanes();
        }
    }
}

impl Open {
    /// Runs every write and writes the chain's new head, all but the commit. Answers that head.
    fn run(&mut self, group: &mut [Box<dyn Write>], policy: &Policy) -> Result<Chain, Stopped> {
        let whole = |broken: Broken| Stopped { culprit: None, broken };
        self.tripped.store(false, Ordering::Relaxed);
        let recorded = lanes::latest(&mut self.conn).map_err(whole)?;
        let (mut chain, mut latest) = (self.chain, recorded);
        let alone = group.len() == 1;
        for (place, write) in group.iter_mut().enumerate() {
            let ended = if alone { self.one(write, chain, latest, policy) } else { self.in_savepoint(write, chain, latest, policy) };
            (chain, latest) = ended.map_err(|broken| Stopped { culprit: Some(place), broken })?;
        }
        let stale = latest.millis_since(recorded) >= CLOCK_STEP_MILLIS;
        if chain != self.chain || stale {
            lanes::advance(&mut self.conn, self.lane, self.chain, chain, latest).map_err(whole)?;
        }
        Ok(chain)
    }

    fn in_savepoint(
        &mut self,
        write: &mut Box<dyn Write>,
        chain: Chain,
        latest: Timestamp,
        policy: &Policy,
    ) -> Result<(Chain, Timestamp), Broken> {
        self.conn.savepoint()?;
        let after = self.one(write, chain, latest, policy)?;
        self.conn.commit()?;
        Ok(after)
    }

    fn one(&mut self, write: &mut Box<dyn Write>, chain: Chain, latest: Timestamp, policy: &Policy) -> Result<(Chain, Timestamp), Broken> {
        let call = write.call().clone();
        let time = Timekeeper::new(call.clock, latest);
        let mut tx = Tx { conn: &mut self.conn, chain, time, call: &call, policy };
        write.run(&mut tx)?;
        let after = (tx.chain, tx.time.now());
        if self.tripped.load(Ordering::Relaxed) {
            return Err(Broken::Database(
                "a statement failed and the write went on: this is a mistake in Postern, please report it".to_owned(),
            ));
        }
        Ok(after)
    }
}
