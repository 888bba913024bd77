//! Who may hold how many of the places at the operators' socket. Every user of the machine may connect there, so each has a small share.
//!
//! Nothing here waits, and nobody's name is looked up: what is one too many is closed at once, so that those behind it come in.

use std::sync::{Arc, Mutex, PoisonError};

use vault::{Refusal, Timestamp};

use super::crowd::{Crowd, Place};
use crate::operators::caller::Credentials;

/// How many connections operators may have at once.
pub const ALL: usize = 256;

/// How many of them one user other than root may hold. A command or a console is one or a few connections, so a busy operator with scripts
/// has enough, and more than a dozen users must come together before the places are gone.
const ONE_USERS: usize = 16;

/// How many of them all users other than root may hold together. The rest is root's, however many others come.
const ALL_BUT_ROOTS: usize = ALL - 16;

const MINUTE_MILLIS: i64 = 60_000;

/// Whose places are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// One user's.
    User(u32),
    /// Those of all users but root.
    AllButRoots,
}

/// Who holds how many places at the operators' socket.
#[derive(Clone, Debug, Default)]
pub struct Seats {
    crowd: Crowd<Whose>,
    /// The minute in which was last told that somebody was closed out.
    told: Arc<Mutex<Option<i64>>>,
}

/// A user's place, and what it takes of the places of all; nothing of either for root.
pub type Seat = Option<[Place<Whose>; 2]>;

impl Seats {
    /// Takes a place for a connection of this user. That there is none is told in the log, once a minute at most.
    ///
    /// # Errors
    /// [`Refusal::TooManyConnections`].
    pub fn take(&self, user: Credentials, now: Timestamp) -> Result<Seat, Refusal> {
        if user.uid == 0 {
            return Ok(None);
        }
        let own = self.crowd.take(Whose::User(user.uid), ONE_USERS);
        let seat = own.and_then(|own| Ok(Some([own, self.crowd.take(Whose::AllButRoots, ALL_BUT_ROOTS)?])));
        if seat.is_err() && self.tells(now) {
            log::warn!(
                "connections to the admin socket are being closed, of user {} among others: one user may hold {ONE_USERS} at once, and all but root {ALL_BUT_ROOTS}",
                user.uid
            );
        }
        seat
    }

    /// Whether nothing was told in this minute yet.
    fn tells(&self, now: Timestamp) -> bool {
        let minute = Some(now.as_millis().div_euclid(MINUTE_MILLIS));
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *told, minute) != minute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_040_000);

    fn take(seats: &Seats, uid: u32) -> Result<Seat, Refusal> {
        // The group is nobody's: what counts is the user.
        seats.take(Credentials { uid, gid: 0 }, NOW)
    }

    #[test]
    fn a_user_holds_a_share_of_the_places_and_another_one_when_one_is_free() {
        let seats = Seats::default();
        let mut held: Vec<Seat> = (0..ONE_USERS).map(|_| take(&seats, 1000).unwrap()).collect();
        assert_eq!(take(&seats, 1000).unwrap_err(), Refusal::TooManyConnections);
        let _another = take(&seats, 1001).unwrap();
        held.pop();
        let _again = take(&seats, 1000).unwrap();
        assert!(take(&seats, 1000).is_err());
    }

    #[test]
    fn who_is_closed_out_takes_nothing_from_the_others() {
        let seats = Seats::default();
        let _held: Vec<Seat> = (0..ONE_USERS).map(|_| take(&seats, 1000).unwrap()).collect();
        assert!((0..10 * ALL).all(|_| take(&seats, 1000).is_err()));
        let others: Vec<Seat> = (2000..).map_while(|uid| take(&seats, uid).ok()).collect();
        assert_eq!(others.len(), ALL_BUT_ROOTS - ONE_USERS);
    }

    #[test]
    fn root_gets_through_however_many_users_come() {
        let seats = Seats::default();
        let others: Vec<Seat> = (1000..).map_while(|uid| take(&seats, uid).ok()).collect();
        assert!(others.len() < ALL, "some places are left");
        let roots: Vec<Seat> = (0..ALL).map(|_| take(&seats, 0).unwrap()).collect();
        assert!(roots.iter().all(Option::is_none), "root takes nobody's");
        drop(others);
        assert!(take(&seats, 1000).is_ok(), "and all are free again");
    }

    #[test]
    fn a_flood_is_told_once_a_minute() {
        let seats = Seats::default();
        assert!(seats.tells(NOW) && !seats.tells(NOW) && !seats.tells(NOW.plus_seconds(10)));
        assert!(seats.tells(NOW.plus_seconds(60)));
    }
}
