//! How many connections each address holds, or each user of this machine, and the bound on them.
//!
//! Nothing here waits: what is one too many is closed, so that nobody can take every connection there is.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use vault::Refusal;

type Counts<W> = Mutex<HashMap<W, usize>>;

/// How many connections each `W` holds: a household of addresses, a user.
#[derive(Clone, Debug)]
pub struct Crowd<W>(Arc<Counts<W>>);

impl<W> Default for Crowd<W> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// A place for one connection, free again when it is dropped.
#[derive(Debug)]
pub struct Place<W: Eq + Hash> {
    counts: Arc<Counts<W>>,
    whose: W,
}

impl<W: Copy + Eq + Hash> Crowd<W> {
    /// Takes a place for a connection of theirs.
    ///
    /// # Errors
    /// [`Refusal::TooManyConnections`].
    pub fn take(&self, whose: W, most: usize) -> Result<Place<W>, Refusal> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(whose).or_insert(0);
        if *count >= most {
            return Err(Refusal::TooManyConnections);
        }
        *count += 1;
        Ok(Place { counts: Arc::clone(&self.0), whose })
    }
}

impl<W: Eq + Hash> Drop for Place<W> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vault::gate::household;

    use super::*;

    #[test]
    fn an_address_holds_so_many_connections_and_one_more_when_one_has_ended() {
        let crowd = Crowd::default();
        let take = |address: &str| crowd.take(household(address.parse().unwrap()), 2);
        let (first, _second) = (take("10.20.0.5").unwrap(), take("::ffff:10.20.0.5").unwrap());
        assert_eq!(take("10.20.0.5").unwrap_err(), Refusal::TooManyConnections);
        let _another = take("10.20.0.6").unwrap();
        drop(first);
        let _third = take("10.20.0.5").unwrap();
        assert!(take("10.20.0.5").is_err());
    }

    #[test]
    fn who_has_gone_is_forgotten() {
        let crowd = Crowd::default();
        drop(crowd.take(household("2001:db8::1".parse().unwrap()), 1).unwrap());
        assert!(crowd.0.lock().unwrap().is_empty());
    }
}
