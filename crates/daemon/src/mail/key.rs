//! The daily mail keys: one file for each day, outside database and backups.
//!
//! No key is kept longer than the messages that need it: once its day is over and nothing waits under it, its file is overwritten
//! and removed.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use vault::Timestamp;
use zeroize::Zeroizing;

use crate::{Config, clock, files, random};

const DAY_MILLIS: i64 = 86_400_000;

/// For how long a key is kept after its day, in milliseconds: what was sealed just before midnight is stored a little after.
const GRACE_MILLIS: i64 = 3_600_000;

pub(super) type Key = Zeroizing<[u8; 32]>;

/// A day by UTC, as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub u32);

impl Day {
    pub fn of(at: Timestamp) -> Self {
        Self(u32::try_from(at.as_millis().div_euclid(DAY_MILLIS)).unwrap_or(0))
    }

    fn start(self) -> Timestamp {
        Timestamp::from_millis(i64::from(self.0).saturating_mul(DAY_MILLIS))
    }

    /// Until when messages may appear that were sealed on this day.
    fn lapses(self) -> Timestamp {
        self.start().plus_millis(DAY_MILLIS + GRACE_MILLIS)
    }

    /// The day that a file is named after, if it is one of this folder's.
    fn of_file(path: &Path) -> Option<Self> {
        let ours = path.extension().is_some_and(|extension| extension == "key" || extension == "new");
        let name = path.file_stem()?.to_str().filter(|_| ours)?;
        let at = name.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        let day = Self::of(Timestamp::from_millis(at.as_millisecond()));
        (day.to_string() == name).then_some(day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clock::day(self.start()))
    }
}

/// The daily mail keys of one state folder. Clones are cheap and share what is in memory.
#[derive(Clone)]
pub struct MailKeys(Arc<Folder>);

struct Folder {
    path: PathBuf,
    /// The key that is in use, so that sealing reads no file.
    current: Mutex<Option<(Day, Key)>>,
}

impl MailKeys {
    /// The keys in the configured folder, which is made if it isn't there.
    ///
    /// # Errors
    /// What the system says, with the path.
    pub fn open(config: &Config) -> io::Result<Self> {
        Self::in_folder(config.path(&config.keys.mail))
    }

    pub(super) fn in_folder(path: PathBuf) -> io::Result<Self> {
        files::folder(&path)?;
        Ok(Self(Arc::new(Folder { path, current: Mutex::new(None) })))
    }

    /// The key of this day for sealing; made when it isn't there.
    pub(super) fn of_day(&self, day: Day) -> io::Result<Key> {
        // While this is held nobody else of this process makes the same file.
        let mut current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, key)) = &*current
            && *known == day
        {
            return Ok(key.clone());
        }
        let path = self.path(day);
        if !path.exists() {
            let fresh = Zeroizing::new(random::bytes::<32>().map_err(io::Error::other)?);
            match files::create(&path, fresh.as_slice(), files::SECRET) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        // Read back: what counts is what stands in the file, whoever made it.
        let key = read(&path)?;
        *current = Some((day, key.clone()));
        Ok(key)
    }

    /// The key of this day for opening; none is made.
    pub(super) fn kept(&self, day: Day) -> io::Result<Key> {
        if let Some((known, key)) = &*self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
            && *known == day
        {
            return Ok(key.clone());
        }
        read(&self.path(day))
    }

    /// Whether there are keys whose day is over. Only then is it worth asking what still waits.
    ///
    /// # Errors
    /// What the system says, with the path.
    pub fn any_lapsed(&self, now: Timestamp) -> io::Result<bool> {
        Ok(!self.lapsed(now)?.is_empty())
    }

    /// Overwrites and removes the keys whose day is over and under which nothing waits. `oldest` is when the oldest waiting message
    /// with a sealed payload was stored. Answers how many keys went.
    ///
    /// # Errors
    /// What the system says, with the path.
    pub fn erase(&self, now: Timestamp, oldest: Option<Timestamp>) -> io::Result<usize> {
        let mut erased = 0;
        for (day, path) in self.lapsed(now)? {
            if oldest.is_none_or(|oldest| oldest >= day.lapses()) {
                let mut current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
                if current.as_ref().is_some_and(|(known, _)| *known == day) {
                    *current = None;
                }
                files::erase(&path)?;
                erased += 1;
            }
        }
        Ok(erased)
    }

    /// The files of days that are over, those left by an interrupted start included.
    fn lapsed(&self, now: Timestamp) -> io::Result<Vec<(Day, PathBuf)>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.0.path)? {
            let path = entry?.path();
            if let Some(day) = Day::of_file(&path).filter(|day| now >= day.lapses()) {
                found.push((day, path));
            }
        }
        Ok(found)
    }

    fn path(&self, day: Day) -> PathBuf {
        self.0.path.join(format!("{day}.key"))
    }
}

impl fmt::Debug for MailKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailKeys(..)")
    }
}

fn read(path: &Path) -> io::Result<Key> {
    let bytes = files::read(path)?;
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged: it isn't 32 bytes long", path.display()));
    bytes.as_slice().try_into().map(Zeroizing::new).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// 2026-03-01, noon.
    const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

    fn keys(folder: &Path) -> MailKeys {
        MailKeys::in_folder(folder.join("mail-keys")).unwrap()
    }

    #[test]
    fn a_day_has_one_key_in_a_file_for_the_daemon_alone_and_a_restart_finds_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = keys(folder.path()).of_day(Day::of(NOON)).unwrap();
        let file = folder.path().join("mail-keys/2026-03-01.key");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        let restarted = keys(folder.path());
        assert_eq!(restarted.kept(Day::of(NOON)).unwrap(), key);
        assert_eq!(restarted.of_day(Day::of(NOON)).unwrap(), key);
        assert_ne!(restarted.of_day(Day::of(NOON.plus_seconds(86_400))).unwrap(), key);
    }

    #[test]
    fn a_key_is_erased_once_its_day_is_over_and_its_last_message_has_left() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(folder.path());
        keys.of_day(Day::of(NOON)).unwrap();
        let file = folder.path().join("mail-keys/2026-03-01.key");
        let seen = folder.path().join("seen-through-a-hard-link");
        fs::hard_link(&file, &seen).unwrap();
        // Its day, and the hour after it in which what was sealed before midnight may still be stored.
        let over = NOON.plus_seconds(13 * 3600);
        assert!(!keys.any_lapsed(over.plus_millis(-1)).unwrap());
        assert_eq!(keys.erase(over.plus_millis(-1), None).unwrap(), 0);
        assert!(keys.any_lapsed(over).unwrap());
        // A message of that day waits, or one that was stored just after midnight.
        for waiting in [NOON, over.plus_millis(-1)] {
            assert_eq!(keys.erase(over.plus_seconds(86_400), Some(waiting)).unwrap(), 0);
        }
        keys.kept(Day::of(NOON)).unwrap();
        assert_eq!(keys.erase(over, Some(over)).unwrap(), 1);
        assert!(!file.exists());
        assert_eq!(fs::read(seen).unwrap(), [0; 32]);
        assert!(keys.kept(Day::of(NOON)).is_err(), "it isn't kept in memory either");
    }

    #[test]
    fn only_files_that_are_daily_keys_are_touched() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(folder.path());
        for name in ["README", "2026-03-01.txt", "2026-3-1.key", "server.key", "2026-02-30.key"] {
            fs::write(folder.path().join("mail-keys").join(name), b"x").unwrap();
        }
        fs::write(folder.path().join("mail-keys/2026-03-01.new"), b"left by an interrupted start").unwrap();
        assert_eq!(keys.erase(NOON.plus_seconds(10 * 86_400), None).unwrap(), 1);
        assert_eq!(fs::read_dir(folder.path().join("mail-keys")).unwrap().count(), 5);
    }

    #[test]
    fn a_damaged_key_is_an_error_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mail-keys/2026-03-01.key");
        let keys = keys(folder.path());
        fs::write(&file, b"short").unwrap();
        assert!(keys.of_day(Day::of(NOON)).unwrap_err().to_string().contains("2026-03-01.key is damaged"));
        assert_eq!(fs::read(&file).unwrap(), b"short");
    }
}
