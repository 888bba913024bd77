//! Whether the daemon answers. A lost daemon is asked again, more and more slowly, and everything that only looks is asked again with it.
//!
//! What changes something is never asked again here: nobody knows whether it happened.

use api::Timestamp;

use super::call::{Call, Ticket};

/// How long to wait before each try, in seconds; the last counts for all further ones.
const WAITS: [i64; 5] = [1, 2, 4, 8, 15];

/// Whether the daemon answers.
#[derive(Debug, Default)]
pub(crate) enum Link {
    /// Nothing came yet.
    #[default]
    New,
    /// The last call was answered.
    Up,
    /// Nobody answers.
    Lost(Lost),
}

/// A daemon that doesn't answer.
#[derive(Debug)]
pub(crate) struct Lost {
    /// Why, in words.
    pub(crate) words: String,
    /// How often it was tried since.
    pub(crate) tries: usize,
    /// When it is tried again.
    pub(crate) due: Timestamp,
    /// What is asked again.
    pub(crate) again: Vec<(Ticket, Box<Call>)>,
}

impl Link {
    /// Nobody answered this call. Returns how many seconds to wait, where it wasn't known already that the daemon is lost.
    pub(crate) fn lose(&mut self, words: String, again: Option<(Ticket, Box<Call>)>, now: Timestamp) -> Option<i64> {
        if let Self::Lost(lost) = self {
            lost.words = words;
            lost.again.extend(again);
            return None;
        }
        let wait = WAITS[0];
        *self = Self::Lost(Lost { words, tries: 0, due: now.plus_seconds(wait), again: again.into_iter().collect() });
        Some(wait)
    }

    /// The daemon answered. Returns what was lost, to be asked again; nothing where it was there all the time.
    pub(crate) fn found(&mut self) -> Option<Vec<(Ticket, Box<Call>)>> {
        match std::mem::replace(self, Self::Up) {
            Self::Lost(lost) => Some(lost.again),
            Self::New | Self::Up => None,
        }
    }

    /// It is time to try again: returns how many seconds to wait if this try fails too.
    pub(crate) fn due(&mut self, now: Timestamp) -> Option<i64> {
        let Self::Lost(lost) = self else { return None };
        // A tick may come a little early by the daemon's clock, which is known to the second.
        if now.plus_millis(900) < lost.due {
            return None;
        }
        lost.tries += 1;
        let wait = WAITS.get(lost.tries).or(WAITS.last()).copied().unwrap_or(1);
        lost.due = now.plus_seconds(wait);
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_daemon_is_tried_more_and_more_slowly_and_found_with_everything_that_waited() {
        let mut link = Link::default();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        assert_eq!(link.lose("gone".to_owned(), Some((Ticket(1), Box::new(Call::Health))), at(0)), Some(1));
        assert_eq!(link.lose("gone".to_owned(), Some((Ticket(2), Box::new(Call::Me))), at(0)), None);
        assert_eq!(link.due(at(0)), None);
        assert_eq!((link.due(at(1)), link.due(at(3)), link.due(at(7)), link.due(at(15))), (Some(2), Some(4), Some(8), Some(15)));
        assert_eq!((link.due(at(20)), link.due(at(30))), (None, Some(15)));
        let again = link.found().unwrap();
        assert_eq!(again.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>(), [Ticket(1), Ticket(2)]);
        assert!(link.found().is_none());
    }
}
