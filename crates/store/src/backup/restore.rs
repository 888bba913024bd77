//! Restoring: a backup's rows into a database that stands aside until all of it is right.
//!
//! Nothing of what is there changes before [`Ready`]: the embedded database is built in a file beside, a server's in one transaction.

use std::io::BufRead;
use std::path::PathBuf;

use diesel::prelude::*;
use vault::backup::{Cells, End, File, Head, Holds, Line, Manifest, NotRestorable};
use vault::event::{Actor, Kind, Record};
use vault::{Policy, RequestId, Timestamp};
use zeroize::Zeroizing;

use super::lines::{self, In, not_whole, senseless};
use super::room::{Scratch, built, displaced, emptied};
use super::{NotBackedUp, copy, plan, settle};
use crate::audit::audit;
use crate::engine::bulk::Cell;
use crate::engine::{Occupied, Purpose, alone, beside, known_steps};
use crate::{Broken, Call, Connection, Database, Settings};

/// How many rows, and about how many bytes, are inserted together.
const ROWS: usize = 200;
const BYTES: usize = 1 << 20;

/// How many files a backup has at most, and how many bytes each: more than any appliance has, and none is larger there.
const FILES: usize = 16;
const FILE_BYTES: usize = 1 << 20;

/// How a restore is meant.
#[derive(Clone, Copy, Debug)]
pub struct Restoring {
    /// Whether accounts that are there make room.
    pub replace: bool,
    /// When.
    pub at: Timestamp,
}

/// A backup that was read to its end, in a database that doesn't count yet. Dropping it leaves everything as it was.
pub struct Staged {
    database: Database,
    conn: Connection,
    // Held to the end, so that no daemon starts meanwhile.
    occupied: Occupied,
    moves: Moves,
    scratch: Scratch,
    copies: PathBuf,
    policy: Policy,
    manifest: Manifest,
    end: End,
    files: Vec<(String, Zeroizing<Vec<u8>>)>,
    copy: Option<PathBuf>,
}

/// What has to be moved for the embedded database to count, in this order; moving what was moved already does nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Each from where to where.
    pub moved: Vec<(PathBuf, PathBuf)>,
    /// What is removed before anything is moved.
    pub removed: Vec<PathBuf>,
}

/// What a restore brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The name of the backup's contents.
    pub sha256: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many rows it had.
    pub rows: u64,
    /// Links that lived then and have ended.
    pub links: u64,
    /// Messages that waited and are given up.
    pub messages: u64,
    /// Invitations that weren't used and have ended.
    pub invitations: u64,
    /// Where a copy of what was there before is.
    pub copy: Option<PathBuf>,
}

/// A restored database that counts as soon as it is told to.
pub struct Ready {
    conn: Option<Connection>,
    /// What to move for it.
    pub moves: Moves,
    /// What it brought.
    pub restored: Restored,
    scratch: Scratch,
    copies: PathBuf,
    _occupied: Occupied,
}

impl Staged {
    /// Reads a backup to its end, and the sign-in setup's own behind it if there is one.
    ///
    /// # Errors
    /// [`NotBackedUp`].
    pub fn read(settings: &Settings, wish: Restoring, input: impl BufRead) -> Result<Self, NotBackedUp> {
        let mut lines = In::new(input);
        let manifest = manifest(&mut lines)?;
        manifest.admit(&known_steps()?)?;
        let occupied = Occupied::alone(&settings.database)?;
        let (mut moves, mut scratch) = (Moves::default(), Scratch::default());
        let (conn, copy) = match &settings.database {
            Database::Sqlite(file) => {
                let copy = displaced(settings, file, wish, &mut moves, &mut scratch)?;
                (built(file, &mut moves, &mut scratch)?, copy)
            }
            Database::Postgres(_) => emptied(settings, wish, &mut scratch)?,
        };
        let end = End { rows: 0, sha256: String::new() };
        let (database, policy, copies) = (settings.database.clone(), settings.policy.clone(), settings.copies.clone());
        let mut staged = Self { database, conn, occupied, moves, scratch, copies, policy, manifest, end, files: Vec::new(), copy };
        staged.conn.steps()?;
        staged.conn.make_tables(&staged.manifest.schema)?;
        staged.end = staged.fill(&mut lines)?;
        staged.follow(&mut lines)?;
        Ok(staged)
    }

    /// What the backup says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The appliance's files, by what they are.
    pub fn files(&self) -> &[(String, Zeroizing<Vec<u8>>)] {
        &self.files
    }

    /// Brings the tables up to date, ends what must not live on, and records the restore.
    ///
    /// # Errors
    /// [`NotBackedUp`].
    pub fn finish(mut self, call: &Call, by: &Actor) -> Result<Ready, NotBackedUp> {
        self.conn.migrate_within()?;
        let (hash, made_at, rows) = (self.end.sha256.clone(), self.manifest.made_at, self.end.rows);
        let ended = alone::write(&mut self.conn, call, &self.policy, |tx| settle::settle(tx, by, &hash, made_at, rows))?;
        let (links, messages, invitations) = (ended.links, ended.messages, ended.invitations);
        let restored = Restored { sha256: hash, made_at, rows, links, messages, invitations, copy: self.copy };
        let mut conn = Some(self.conn);
        if let Database::Sqlite(file) = &self.database {
            if let Some(mut conn) = conn.take() {
                conn.commit()?;
            }
            std::fs::File::open(beside(file, "restoring"))?.sync_all()?;
        }
        Ok(Ready { conn, moves: self.moves, restored, scratch: self.scratch, copies: self.copies, _occupied: self.occupied })
    }

    /// Inserts rows up to the end of the backup.
    fn fill(&mut self, lines: &mut In<impl BufRead>) -> Result<End, NotBackedUp> {
        let (mut rows, mut table): (u64, Option<Filling>) = (0, None);
        loop {
            let line = lines.next()?.ok_or_else(not_whole)?;
            if line.first() == Some(&b'[') {
                let filling = table.as_mut().ok_or_else(senseless)?;
                filling.take(line)?;
                rows += 1;
                if filling.full() {
                    filling.flush(&mut self.conn)?;
                }
                continue;
            }
            if let Some(mut filled) = table.take() {
                filled.flush(&mut self.conn)?;
            }
            match serde_json::from_slice(line).map_err(|_| senseless())? {
                Line::File(file) => self.keep(file)?,
                Line::Head(head) => table = Some(Filling::of(&mut self.conn, head)?),
                Line::End { end } => {
                    lines.check(&end, rows)?;
                    return Ok(end);
                }
            }
        }
    }

    /// Takes the files of a second backup behind the first.
    fn follow(&mut self, lines: &mut In<impl BufRead>) -> Result<(), NotBackedUp> {
        let Some(line) = lines.next()? else { return Ok(()) };
        let second: Manifest = serde_json::from_slice(line).map_err(|_| senseless())?;
        if second.postern_backup != self.manifest.postern_backup {
            return Err(NotRestorable::Format(second.postern_backup).into());
        }
        if second.holds != Holds::SignIn {
            return Err(NotBackedUp::Stream(
                "what was given as a backup of the sign-in setup is another: make one with --only-sign-in".to_owned(),
            ));
        }
        loop {
            let line = lines.next()?.ok_or_else(not_whole)?;
            match serde_json::from_slice(line).map_err(|_| senseless())? {
                // Who gives it twice may: the first backup has it already.
                Line::File(File { file, .. }) if self.files.iter().any(|(known, _)| *known == file) => {}
                Line::File(file) => self.keep(file)?,
                Line::Head(_) => return Err(senseless()),
                Line::End { end } => return lines.check(&end, 0),
            }
        }
    }

    fn keep(&mut self, File { file, bytes }: File) -> Result<(), NotBackedUp> {
        let bytes = Zeroizing::new(lines::decode(&Zeroizing::new(bytes))?);
        if self.files.len() >= FILES || bytes.len() > FILE_BYTES || self.files.iter().any(|(known, _)| *known == file) {
            return Err(senseless());
        }
        self.files.push((file, bytes));
        Ok(())
    }
}

impl Ready {
    /// Has it count, on a server. The embedded database counts once its file is moved, and isn't thrown away from here on.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn commit(&mut self) -> Result<(), Broken> {
        self.scratch.0.clear();
        if let Some(conn) = &mut self.conn {
            conn.commit()?;
        }
        // One copy too many does no harm, and is removed with the next.
        let _old = copy::forget(&self.copies, copy::REPLACED);
        Ok(())
    }
}

/// Whether a restore that was made under this request counts on this server.
///
/// # Errors
/// [`Broken`].
pub fn restored(database: &Database, request: RequestId) -> Result<bool, Broken> {
    let mut conn = database.connect(Purpose::Reading)?;
    if !conn.tables()?.iter().any(|table| table == "audit") {
        return Ok(false);
    }
    let told = audit::table.filter(audit::event.eq(Kind::BackupRestored.entry().name)).select(audit::record);
    let told: Vec<Vec<u8>> = told.load(&mut conn)?;
    let request = request.to_string();
    Ok(told.iter().any(|record| Record::decode(record).is_ok_and(|record| record.request == request)))
}

/// Rows on their way into one table.
struct Filling {
    table: &'static plan::Table,
    /// As the backup has them.
    theirs: Vec<(String, Cells)>,
    /// The same columns, as the table has them.
    ours: Vec<(String, Cells)>,
    rows: Vec<Vec<Cell>>,
    bytes: usize,
}

impl Filling {
    fn of(conn: &mut Connection, head: Head) -> Result<Self, NotBackedUp> {
        let table = plan::KEPT.iter().find(|table| table.name == head.table).ok_or_else(senseless)?;
        let there = conn.columns(table.name)?;
        // Numbers and truth values stand for each other where the databases differ.
        let alike = |theirs, ours| theirs == ours || ![theirs, ours].iter().any(|cells| matches!(cells, Cells::Bytes | Cells::Text));
        let known = |(name, cells): &(String, Cells)| there.iter().find(|(known, ours)| known == name && alike(*cells, *ours)).cloned();
        let ours = head.columns.iter().map(known).collect::<Option<Vec<_>>>().ok_or_else(senseless)?;
        let twice = |(at, (name, _)): (usize, &(String, Cells))| ours.iter().take(at).any(|(before, _)| before == name);
        if ours.is_empty() || ours.iter().enumerate().any(twice) {
            return Err(senseless());
        }
        Ok(Self { table, theirs: head.columns, ours, rows: Vec::new(), bytes: 0 })
    }

    fn take(&mut self, line: &[u8]) -> Result<(), NotBackedUp> {
        let mut row = lines::row(line, &self.theirs)?;
        for (cell, (name, _)) in row.iter_mut().zip(&self.theirs) {
            if self.table.emptied.contains(&name.as_str()) {
                *cell = Cell::Null;
            }
        }
        self.rows.push(row);
        self.bytes += line.len();
        Ok(())
    }

    fn full(&self) -> bool {
        self.rows.len() >= ROWS || self.bytes >= BYTES
    }

    fn flush(&mut self, conn: &mut Connection) -> Result<(), NotBackedUp> {
        self.bytes = 0;
        conn.insert(self.table.name, &self.ours, std::mem::take(&mut self.rows)).map_err(|broken| match broken {
            // The database names tables and columns here, and never what stands in them.
            Broken::Database(why) => NotBackedUp::Stream(format!("this backup is damaged: its rows don't fit together ({why})")),
            other => other.into(),
        })
    }
}

fn manifest(lines: &mut In<impl BufRead>) -> Result<Manifest, NotBackedUp> {
    #[derive(serde::Deserialize)]
    struct Format {
        postern_backup: u32,
    }
    let line = lines.next()?.ok_or_else(not_whole)?;
    // A later format may have another manifest; its number is told all the same.
    let Format { postern_backup } = serde_json::from_slice(line).map_err(|_| senseless())?;
    serde_json::from_slice(line)
        .map_err(|_| if postern_backup == vault::backup::FORMAT { senseless() } else { NotRestorable::Format(postern_backup).into() })
}
