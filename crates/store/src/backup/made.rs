//! Making a backup while everything goes on: what is read is of one moment.
//!
//! Nothing leaves before it is recorded that a backup was begun, and no backup is whole before it is recorded that it was made.

use std::io::Write;

use vault::Timestamp;
use vault::backup::{End, FORMAT, File, Head, Holds, Manifest, Standing, name};
use vault::event::{Event, Kind};
use zeroize::Zeroizing;

use super::lines::{self, Out};
use super::{NotBackedUp, plan};
use crate::audit::audit_lanes;
use crate::engine::bulk::Cell;
use crate::engine::{Purpose, off_thread_with};
use crate::schema::credentials;
use crate::{Broken, Call, Connection, Failure, Operator, Store, rows};
use diesel::prelude::*;

/// What a backup says and holds besides the database.
pub struct Contents {
    /// What it holds.
    pub holds: Holds,
    /// The address at which people reach the appliance.
    pub appliance: String,
    /// The name of the appliance's sign-in setup.
    pub sign_in: Option<String>,
    /// The configuration, for reading.
    pub configuration: Option<serde_json::Value>,
    /// Its files by what they are.
    pub files: Vec<(String, Zeroizing<Vec<u8>>)>,
}

/// A backup that is asked for, and recorded as begun: the one to begin it has its rows.
pub struct Wished {
    store: Store,
    call: Call,
    operator: Operator,
    contents: Contents,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// How many rows it has.
    pub rows: u64,
    /// The name of its contents.
    pub sha256: String,
}

impl Store {
    /// Records that a backup is begun. What is answered makes it.
    ///
    /// # Errors
    /// Only [`Broken`].
    pub async fn begin_backup(&self, call: &Call, operator: &Operator, contents: Contents) -> Result<Wished, Failure> {
        let event = Event::new(Kind::BackupBegun, call.clock, operator.actor()).with("holds", told(contents.holds));
        self.record(call, event).await?;
        Ok(Wished { store: self.clone(), call: call.clone(), operator: operator.clone(), contents })
    }
}

impl Wished {
    /// Writes the backup's lines, records that it was made, at the time that is then, and only then writes the line without which it isn't
    /// whole.
    ///
    /// # Errors
    /// [`NotBackedUp`]: then what was written is no backup.
    pub async fn make<W: Write + Send + 'static>(self, to: W, ended: impl Fn() -> Timestamp) -> Result<Made, NotBackedUp> {
        let Self { store, mut call, operator, contents } = self;
        let (holds, clock, database) = (contents.holds, call.clock, store.target());
        let (mut to, end) = off_thread_with(move || {
            let mut conn = database.connect(Purpose::Reading)?;
            conn.begin_read()?;
            let written = write(&mut conn, &contents, clock, to);
            conn.rollback_all()?;
            written
        })
        .await?;
        call.clock = ended();
        let event = Event::new(Kind::BackupMade, call.clock, operator.actor()).with("holds", told(holds));
        let recorded = store.record(&call, event.with("rows", end.rows).with("contents", &end.sha256)).await;
        recorded.map_err(|failure| match failure {
            Failure::Broken(broken) => NotBackedUp::Broken(broken),
            Failure::Refused(refusal) => NotBackedUp::Stream(refusal.to_string()),
        })?;
        off_thread_with(move || lines::last(&mut to, &end).map(|()| Made { rows: end.rows, sha256: end.sha256 })).await
    }
}

/// How audit names what a backup holds.
const fn told(holds: Holds) -> &'static str {
    match holds {
        Holds::Appliance => "appliance",
        Holds::ApplianceWithSignIn => "appliance with sign-in setup",
        Holds::SignIn => "sign-in setup",
        Holds::Database => "database",
    }
}

/// Writes all lines but the last, inside a transaction that sees one moment.
pub(super) fn write<W: Write>(conn: &mut Connection, contents: &Contents, at: Timestamp, to: W) -> Result<(W, End), NotBackedUp> {
    let mut out = Out::new(to);
    out.line(&manifest(conn, contents, at)?)?;
    for (file, bytes) in &contents.files {
        let bytes = Zeroizing::new(lines::encode(bytes));
        out.line(&File { file: file.clone(), bytes: bytes.to_string() })?;
    }
    if contents.holds.database() {
        for table in plan::KEPT {
            rows_of(conn, table, &mut out)?;
        }
    }
    Ok(out.end())
}

fn manifest(conn: &mut Connection, contents: &Contents, at: Timestamp) -> Result<Manifest, NotBackedUp> {
    let tables = conn.tables()?;
    let has = |table: &str| tables.iter().any(|there| there == table);
    let mut sign_in: Vec<String> = Vec::new();
    if contents.holds.database() && has("credentials") {
        sign_in = credentials::table.select(credentials::setup).distinct().load(conn)?;
    } else if !contents.holds.database() {
        sign_in.extend(contents.sign_in.clone());
    }
    Ok(Manifest {
        postern_backup: FORMAT,
        holds: contents.holds,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: at,
        appliance: contents.appliance.clone(),
        database: conn.kind().to_owned(),
        schema: if contents.holds.database() { applied(conn)? } else { Vec::new() },
        sign_in,
        lanes: if contents.holds.database() { standings(conn)? } else { Vec::new() },
        configuration: contents.configuration.clone(),
    })
}

/// The steps that made the tables. A reader may not make the list of steps, so it only reads it.
fn applied(conn: &mut Connection) -> Result<Vec<String>, NotBackedUp> {
    let mut steps = Vec::new();
    conn.each("SELECT version FROM __diesel_schema_migrations ORDER BY version", |row| {
        steps.extend(row.into_iter().filter_map(|cell| if let Cell::Text(step) = cell { Some(step) } else { None }));
        Ok(())
    })?;
    Ok(steps)
}

fn standings(conn: &mut Connection) -> Result<Vec<Standing>, NotBackedUp> {
    let lanes = audit_lanes::table.select((audit_lanes::lane, audit_lanes::seq, audit_lanes::head)).order(audit_lanes::lane);
    let lanes: Vec<(i32, i64, Vec<u8>)> = lanes.load(conn)?;
    let standing = |(lane, seq, head): (i32, i64, Vec<u8>)| -> Result<Standing, Broken> {
        let lane = vault::event::Lane(rows::count(lane)?);
        Ok(Standing { lane, seq: rows::number(seq)?, head: name(rows::digest(&head)?) })
    };
    Ok(lanes.into_iter().map(standing).collect::<Result<_, _>>()?)
}

fn rows_of<W: Write>(conn: &mut Connection, table: &plan::Table, out: &mut Out<W>) -> Result<(), NotBackedUp> {
    let columns = conn.columns(table.name)?;
    // A table that came with a later version isn't there before an upgrade.
    if columns.is_empty() {
        return Ok(());
    }
    out.line(&Head { table: table.name.to_owned(), columns: columns.clone() })?;
    let chosen: Vec<String> = columns
        .iter()
        .map(|(name, _)| if table.emptied.contains(&name.as_str()) { "NULL".to_owned() } else { format!("\"{name}\"") })
        .collect();
    let order = table.order.map(|order| format!(" ORDER BY {order}")).unwrap_or_default();
    let sql = format!("SELECT {} FROM \"{}\"{order}", chosen.join(", "), table.name);
    let mut stopped = None;
    let read = conn.each(&sql, |row| {
        out.row(row).map_err(|error| {
            stopped = Some(error);
            Broken::Closed
        })
    });
    match stopped {
        Some(error) => Err(error),
        None => Ok(read?),
    }
}
