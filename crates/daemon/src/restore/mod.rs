//! Restoring: a backup's rows and files, aside at first, and then all of it at once.
//!
//! Nothing that counts is touched before the backup was read to its end and found right; from then on a crash leaves nothing half done,
//! because `moves` says what is left to do and the next start does it. One restore at a time works in a state folder, and no daemon starts there
//! meanwhile: it would read files of before beside a database of after.

mod moves;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use store::{NotBackedUp, Restoring, Settings, Staged};
use vault::event::Actor;
use vault::{RequestId, Timestamp};

use self::moves::Moves;
use crate::kept::{self, SIGN_IN};
use crate::opaque::Setup;
use crate::{Config, files, random};

/// The file that a restore locks, in the state folder.
const LOCK: &str = "restore.lock";

/// How a restore is meant.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Accounts that are there make room.
    pub replace: bool,
    /// Nobody need be able to sign in.
    pub without_sign_in: bool,
    /// Under which request it is recorded, if that was said elsewhere already.
    pub request: Option<RequestId>,
}

/// What a restore brought.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The name of the backup's contents.
    pub contents: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many rows it had.
    pub rows: u64,
    /// Links that lived then and have ended.
    pub links_ended: u64,
    /// Messages that waited and are given up.
    pub messages_given_up: u64,
    /// Invitations that weren't used and have ended.
    pub invitations_ended: u64,
    /// Where a copy of what was there before is.
    pub copy: Option<PathBuf>,
    /// Files that were put in place.
    pub files: Vec<PathBuf>,
    /// Files that weren't, because they lie outside the state folder.
    pub files_left: Vec<PathBuf>,
}

/// Restores.
///
/// # Errors
/// [`NotBackedUp`], in words for the operator. Then nothing has changed.
pub fn restore(
    config: &Config,
    settings: &Settings,
    wish: Wish,
    by: &Actor,
    at: Timestamp,
    input: impl BufRead,
) -> Result<Told, NotBackedUp> {
    let _alone = alone(config)?;
    // The database isn't taken yet, and need not be: a daemon that serves it left no list, and one that starts finishes none beside `_alone`.
    finish_in(config, Some(settings))?;
    let staged = Staged::read(settings, Restoring { replace: wish.replace, at }, input)?;
    admit_sign_in(config, &staged, wish)?;
    let request = match wish.request {
        Some(request) => request,
        None => RequestId::from_bytes(random::id(at).map_err(io::Error::other)?),
    };
    let files: Vec<_> = staged.files().to_vec();
    let call = store::Call { clock: at, address: None, request };
    let mut ready = staged.finish(&call, by)?;
    let mut moves = Moves::of(request, &ready.moves);
    let (mut put, mut left) = (Vec::new(), Vec::new());
    for kept in kept::all(config) {
        let Some((_, bytes)) = files.iter().find(|(name, _)| name == kept.name) else { continue };
        if !kept.path.starts_with(&config.state.folder) {
            if fs::read(&kept.path).ok().as_deref() != Some(bytes.as_slice()) {
                left.push(kept.path);
            }
            continue;
        }
        moves.stage(&kept.path, bytes, kept.mode)?;
        put.push(kept.path);
    }
    moves.write(config)?;
    if let Err(broken) = ready.commit() {
        // Whether the server kept it is asked at the next start, if it doesn't answer now.
        finish_in(config, Some(settings))?;
        return Err(broken.into());
    }
    moves.carry_out(config).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("all of it counts, but not every file is in its place yet ({error}): start the daemon, it does the rest"),
        )
    })?;
    let restored = ready.restored.clone();
    Ok(Told {
        contents: restored.sha256,
        made_at: restored.made_at,
        rows: restored.rows,
        links_ended: restored.links,
        messages_given_up: restored.messages,
        invitations_ended: restored.invitations,
        copy: restored.copy,
        files: put,
        files_left: left,
    })
}

/// Does what a restore left to do that was cut off at its very end, and removes what one that was cut off before that point had begun.
/// None begins for as long as the answer lives.
///
/// # Errors
/// What the system says, with the path; [`io::ErrorKind::ResourceBusy`] while a restore is under way.
pub fn finish(config: &Config) -> io::Result<Option<File>> {
    let shared = match File::open(config.path(Path::new(LOCK))) {
        Ok(file) => Some(locked(file, File::try_lock_shared)?),
        // Nobody has restored here, or an earlier version did, which had no such lock.
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    finish_in(config, None)?;
    Ok(shared)
}

/// Keeps other restores and starting daemons away for as long as the answer lives; the kernel lets them again, however this process ends.
fn alone(config: &Config) -> io::Result<File> {
    let path = config.path(Path::new(LOCK));
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(files::SECRET).open(&path).map_err(|error| {
        let advice = if error.kind() == io::ErrorKind::PermissionDenied { "; only root and the daemon's user can" } else { "" };
        io::Error::new(error.kind(), format!("can't restore here: {}: {error}{advice}", path.display()))
    })?;
    locked(file, File::try_lock)
}

fn locked(file: File, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<File> {
    match lock(&file) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(io::ErrorKind::ResourceBusy, "a restore is under way here: wait for its end")),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn finish_in(config: &Config, settings: Option<&Settings>) -> io::Result<()> {
    let Some(moves) = Moves::left(config)? else { return moves::clear(config) };
    let counts = || -> io::Result<bool> {
        let settings = match settings {
            Some(settings) => settings.clone(),
            None => crate::serve::settings(config, Timestamp::from_millis(0)).map_err(io::Error::other)?,
        };
        match &settings.database {
            store::Database::Sqlite(_) => Ok(true),
            server => store::restored(server, moves.request).map_err(io::Error::other),
        }
    };
    if counts()? { moves.carry_out(config) } else { moves.forget(config) }
}

/// Whether people can sign in afterwards: with the setup that comes along, or else with the one that is here.
fn admit_sign_in(config: &Config, staged: &Staged, wish: Wish) -> Result<(), NotBackedUp> {
    let given = staged.files().iter().find(|(name, _)| name == SIGN_IN).map(|(_, bytes)| bytes.clone());
    let setup = given.or_else(|| files::read(&config.path(&config.keys.sign_in)).ok());
    let ids: Vec<String> = setup.iter().filter_map(|bytes| Setup::from_file(bytes).ok()).map(|setup| setup.id().to_owned()).collect();
    Ok(staged.manifest().admit_sign_in(&ids, wish.without_sign_in)?)
}
