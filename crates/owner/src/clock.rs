//! This machine's clock, read here and nowhere else.
//!
//! Nothing that the appliance judges is made on it: ids and expiries are made on the daemon's clock.

use api::Timestamp;

/// Now, by this machine.
#[expect(clippy::disallowed_methods, reason = "this is the owner's clock.rs")]
pub fn now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}
