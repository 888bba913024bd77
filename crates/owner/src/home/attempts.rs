//! Openings under way: the attempt is on disk before it is sent, so that a crash or a lost answer costs no second view.
//!
//! Nothing here opens a link: an attempt without link and token is worth nothing.

use api::{Fixed, LinkId, Timestamp};
use seal::link::Attempt;
use serde::{Deserialize, Serialize};

use super::Home;
use super::session::written;
use crate::failure::Failure;

/// For how long the daemon gives the same answer to the same attempt, in milliseconds (ten minutes).
const RETRY_MILLIS: i64 = 600_000;

/// Where attempts lie in the home.
const FOLDER: &str = "attempts";

/// The attempts of this home.
pub struct Attempts<'a>(pub &'a Home);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    attempt: Fixed<32>,
    made_at: Timestamp,
}

impl Attempts<'_> {
    /// The attempt that was begun for this link within the last ten minutes and isn't done.
    pub fn pending(&self, link: LinkId, now: Timestamp) -> Result<Option<Attempt>, Failure> {
        Ok(self.read(&file(link), now)?.map(|pending| Attempt::from_bytes(pending.attempt.0)))
    }

    /// A new attempt, durable before this returns. Those whose time is over go.
    pub fn begin(&self, link: LinkId, now: Timestamp) -> Result<Attempt, Failure> {
        self.forget_old(now)?;
        let attempt = Attempt::random()?;
        let pending = Pending { attempt: Fixed(*attempt.expose()), made_at: now };
        self.0.lock()?.write(&file(link), &written(&pending)?)?;
        Ok(attempt)
    }

    /// The attempt is done: what was revealed has been shown, or never will be.
    pub fn done(&self, link: LinkId) -> Result<(), Failure> {
        self.0.lock()?.remove(&file(link))
    }

    fn read(&self, name: &str, now: Timestamp) -> Result<Option<Pending>, Failure> {
        let Some(bytes) = self.0.read(name)? else { return Ok(None) };
        // A damaged file is no attempt; at worst a view is spent that need not have been, and the recipient is asked before.
        let pending = serde_json::from_slice::<Pending>(&bytes).ok();
        Ok(pending.filter(|pending| now.millis_since(pending.made_at) < RETRY_MILLIS))
    }

    fn forget_old(&self, now: Timestamp) -> Result<(), Failure> {
        let Ok(entries) = std::fs::read_dir(self.0.path(FOLDER)) else { return Ok(()) };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).map(|name| format!("{FOLDER}/{name}"));
        let locked = self.0.lock()?;
        for name in names {
            if self.read(&name, now)?.is_none() {
                locked.remove(&name)?;
            }
        }
        Ok(())
    }
}

fn file(link: LinkId) -> String {
    format!("{FOLDER}/{link}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: LinkId = LinkId::from_bytes([3; 16]);
    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn an_attempt_is_found_again_for_ten_minutes_or_until_it_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().to_path_buf())).unwrap();
        let attempts = Attempts(&home);
        assert!(attempts.pending(LINK, NOW).unwrap().is_none());
        let begun = attempts.begin(LINK, NOW).unwrap();
        assert_eq!(attempts.pending(LINK, NOW.plus_seconds(599)).unwrap(), Some(begun));
        assert!(attempts.pending(LINK, NOW.plus_seconds(600)).unwrap().is_none());
        assert!(attempts.pending(LinkId::from_bytes([4; 16]), NOW).unwrap().is_none());
        attempts.done(LINK).unwrap();
        assert!(attempts.pending(LINK, NOW).unwrap().is_none());
    }

    #[test]
    fn attempts_whose_time_is_over_do_not_pile_up() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().to_path_buf())).unwrap();
        let attempts = Attempts(&home);
        let count = || std::fs::read_dir(home.path(FOLDER)).unwrap().count();
        attempts.begin(LINK, NOW).unwrap();
        attempts.begin(LinkId::from_bytes([4; 16]), NOW.plus_seconds(300)).unwrap();
        assert_eq!(count(), 2);
        attempts.begin(LinkId::from_bytes([5; 16]), NOW.plus_seconds(600)).unwrap();
        assert_eq!(count(), 2);
        assert!(attempts.pending(LinkId::from_bytes([4; 16]), NOW.plus_seconds(600)).unwrap().is_some());
    }
}
