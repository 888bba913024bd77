//! Copies made by themselves, before tables are changed or a database is replaced: a backup of the database alone, in the clear, beside it.
//!
//! Nothing that opens a link is in them, like in any backup, and only the last two of each kind are kept.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use vault::Timestamp;
use vault::backup::Holds;

use super::made::{Contents, write};
use super::{NotBackedUp, lines};
use crate::{Broken, Connection};

/// How the names of copies begin that were made because a restore replaced what was there.
pub(super) const REPLACED: &str = "before-restore";

/// How many are kept of those made before upgrades, and of those made before restores.
const KEPT: usize = 2;

/// Writes a copy into this folder, under a name that begins so. Answers where it is.
pub(crate) fn before(conn: &mut Connection, folder: &Path, kind: &str, at: Timestamp) -> Result<PathBuf, Broken> {
    // Rows of text take about a third more room than in the database, and what was sealed for links isn't in it.
    let need = conn.size()?.saturating_mul(3) / 2;
    conn.begin_read()?;
    let made = file(conn, folder, kind, at, need);
    conn.rollback_all()?;
    made.map_err(|error| match error {
        NotBackedUp::Broken(broken) => broken,
        other => Broken::NoCopy(format!("{}: {other}", folder.display())),
    })
}

fn file(conn: &mut Connection, folder: &Path, kind: &str, at: Timestamp, need: u64) -> Result<PathBuf, NotBackedUp> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let room = nix::sys::statvfs::statvfs(folder).map_err(std::io::Error::from)?;
    let free = room.blocks_available().saturating_mul(room.fragment_size());
    if free < need {
        return Err(NotBackedUp::Stream(format!(
            "there are {} MiB free, and {} MiB are needed: make room, or name a folder with more in database.copies",
            free >> 20,
            need.div_ceil(1 << 20)
        )));
    }
    let path = folder.join(format!("{kind}-{}.backup", at.to_string().replace(':', "-")));
    let beside = path.with_extension("new");
    let made = (|| {
        let to = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        let contents = Contents { holds: Holds::Database, appliance: String::new(), sign_in: None, configuration: None, files: Vec::new() };
        let (mut to, end) = write(conn, &contents, at, BufWriter::with_capacity(1 << 20, to))?;
        lines::last(&mut to, &end)?;
        to.flush()?;
        to.get_ref().sync_all()?;
        fs::rename(&beside, &path)?;
        Ok(File::open(folder)?.sync_all()?)
    })();
    if made.is_err() {
        let _gone = fs::remove_file(&beside);
    }
    made.map(|()| path)
}

/// Removes all but the newest copies of this kind.
pub(crate) fn forget(folder: &Path, kind: &str) -> std::io::Result<()> {
    let of_restores = |name: &str| name.starts_with(REPLACED);
    let mut there: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".backup") && of_restores(&name) == of_restores(kind) {
            there.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    there.sort();
    let old = there.len().saturating_sub(KEPT);
    for (_, path) in there.into_iter().take(old) {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Puts the file of an embedded database that can't be copied row by row aside, and answers where it is.
pub(super) fn set_aside(file: &Path, at: Timestamp) -> PathBuf {
    crate::engine::beside(file, &format!("replaced-{}", at.to_string().replace(':', "-")))
}
