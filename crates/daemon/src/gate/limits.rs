//! How much one caller may ask for: a bucket of tokens for each, in memory.
//!
//! Nothing here is for keeping: a restart forgets it, and limits that must hold stand in the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use ipnet::IpNet;
use vault::{Refusal, Timestamp};

use crate::config;

/// The most callers that are remembered at once.
const MOST: usize = 50_000;

/// Tokens are counted in thousandths, so that slow filling needs no fractions.
const TOKEN: u64 = 1000;

/// What is counted as one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// An address; of IPv6 a /64.
    Household(IpNet),
    /// A user of this machine who is let in nowhere: their refusals are written down, and must not fill the log.
    User(u32),
}

/// A bucket of tokens for each caller.
pub struct Limits {
    per_minute: AtomicU64,
    at_once: AtomicU64,
    buckets: Mutex<HashMap<Counted, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    thousandths: u64,
    filled_at: Timestamp,
}

impl Limits {
    /// With the configured bounds.
    pub fn new(config: &config::limits::Limits) -> Self {
        let limits = Self { per_minute: AtomicU64::new(0), at_once: AtomicU64::new(0), buckets: Mutex::new(HashMap::new()) };
        limits.set(config);
        limits
    }

    /// Other bounds from now on. What was used stays used.
    pub fn set(&self, config: &config::limits::Limits) {
        self.per_minute.store(config.requests_per_minute.into(), Ordering::Relaxed);
        self.at_once.store(config.requests_at_once.into(), Ordering::Relaxed);
    }

    fn full(&self) -> u64 {
        self.at_once.load(Ordering::Relaxed) * TOKEN
    }

    /// Takes one token for this caller.
    ///
    /// # Errors
    /// [`Refusal::TooManyRequests`] with the seconds to wait.
    pub fn take(&self, caller: Counted, now: Timestamp) -> Result<(), Refusal> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| self.filled(*bucket, now).thousandths < self.full());
            // Rather forget what some have used than refuse who has used nothing.
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let full = Bucket { thousandths: self.full(), filled_at: now };
        let bucket = buckets.entry(caller).or_insert(full);
        *bucket = self.filled(*bucket, now);
        match bucket.thousandths.checked_sub(TOKEN) {
            Some(rest) => {
                bucket.thousandths = rest;
                Ok(())
            }
            None => {
                let missing = TOKEN - bucket.thousandths;
                let millis = (missing * 60).div_ceil(self.per_minute.load(Ordering::Relaxed).max(1));
                Err(Refusal::TooManyRequests { retry_seconds: u32::try_from(millis.div_ceil(1000)).unwrap_or(60).max(1) })
            }
        }
    }

    fn filled(&self, bucket: Bucket, now: Timestamp) -> Bucket {
        let millis = now.millis_since(bucket.filled_at).unsigned_abs();
        // per_minute tokens a minute are per_minute thousandths in 60 milliseconds.
        let gained = millis.saturating_mul(self.per_minute.load(Ordering::Relaxed)) / 60;
        let thousandths = bucket.thousandths.saturating_add(gained).min(self.full());
        // What was too little to count stays in the time; a clock that was set back starts anew.
        let filled_at = if gained > 0 || now < bucket.filled_at { now } else { bucket.filled_at };
        Bucket { thousandths, filled_at }
    }
}

#[cfg(test)]
mod tests {
    use vault::gate::household;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn limits() -> Limits {
        Limits::new(&config::limits::Limits { requests_per_minute: 60, requests_at_once: 5, ..Default::default() })
    }

    fn address(text: &str) -> Counted {
        Counted::Household(household(text.parse().unwrap()))
    }

    #[test]
    fn who_asks_too_much_at_once_waits_and_others_do_not() {
        let limits = limits();
        for _ in 0..5 {
            assert_eq!(limits.take(address("10.0.0.1"), NOW), Ok(()));
        }
        assert_eq!(limits.take(address("10.0.0.1"), NOW), Err(Refusal::TooManyRequests { retry_seconds: 1 }));
        assert_eq!(limits.take(address("10.0.0.2"), NOW), Ok(()));
        assert_eq!(limits.take(address("10.0.0.1"), NOW.plus_millis(999)), Err(Refusal::TooManyRequests { retry_seconds: 1 }));
        assert_eq!(limits.take(address("10.0.0.1"), NOW.plus_millis(2000)), Ok(()));
    }

    #[test]
    fn a_steady_caller_within_the_limit_is_never_refused() {
        let limits = limits();
        for n in 0..1000 {
            assert_eq!(limits.take(address("10.0.0.1"), NOW.plus_millis(n * 1000)), Ok(()), "{n}");
        }
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let limits = limits();
        for _ in 0..6 {
            let _ = limits.take(address("10.0.0.1"), NOW.plus_seconds(86_400));
        }
        assert!(limits.take(address("10.0.0.1"), NOW).is_err());
        assert_eq!(limits.take(address("10.0.0.1"), NOW.plus_seconds(2)), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let limits = limits();
        for n in 0..u32::try_from(MOST).unwrap() + 100 {
            let _ = limits.take(Counted::User(n), NOW);
        }
        assert!(limits.buckets.lock().unwrap().len() <= MOST);
    }
}
