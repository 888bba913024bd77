//! How many connections each address holds, and the bound on them.
//!
//! Nothing here waits: what is one too many is closed, so that one address can't take every connection there is.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;
use vault::Refusal;
use vault::gate::household;

type Counts = Mutex<HashMap<IpNet, usize>>;

/// How many connections each address holds.
#[derive(Clone, Debug, Default)]
pub struct Crowd(Arc<Counts>);

/// A place for one connection, free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    counts: Arc<Counts>,
    household: IpNet,
}

impl Crowd {
    /// Takes a place for a connection of this address.
    ///
    /// # Errors
    /// [`Refusal::TooManyConnections`].
    pub fn take(&self, address: IpAddr, most: usize) -> Result<Place, Refusal> {
        let household = household(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(household).or_insert(0);
        if *count >= most {
            return Err(Refusal::TooManyConnections);
        }
        *count += 1;
        Ok(Place { counts: Arc::clone(&self.0), household })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.household) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.household);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_so_many_connections_and_one_more_when_one_has_ended() {
        let crowd = Crowd::default();
        let take = |address: &str| crowd.take(address.parse().unwrap(), 2);
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
        drop(crowd.take("2001:db8::1".parse().unwrap(), 1).unwrap());
        assert!(crowd.0.lock().unwrap().is_empty());
    }
}
