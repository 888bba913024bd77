//! New ids: UUIDv7 (RFC 9562) on the daemon's clock, whatever this machine's clock says.
//!
//! Nothing here reads a clock.

use api::Timestamp;
use uuid::{NoContext, Uuid};

/// The sixteen bytes of a new id.
pub fn new(now: Timestamp) -> seal::Id {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    let nanos = u32::try_from(millis % 1000 * 1_000_000).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, millis / 1000, nanos)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_id_bears_the_time_that_it_was_given_and_is_never_the_same() {
        let now = Timestamp::from_millis(0x0190_163d_8694);
        let id = new(now);
        assert!(seal::id::to_text(&id).starts_with("0190163d-8694-7"), "{}", seal::id::to_text(&id));
        assert_ne!(id, new(now));
    }
}
