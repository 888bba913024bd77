//! Identifiers: one type for each kind of thing, so that one can't be taken for another.
//!
//! Ids are UUIDv7 (RFC 9562), made by whoever creates the thing; nothing here makes one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::{Refusal, Timestamp};

/// How far an id's own time may lie from the daemon's clock, in milliseconds (five minutes).
pub const ID_TOLERANCE_MILLIS: i64 = 5 * 60 * 1000;

/// The text is not a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 36 characters like 0190163d-8694-739b-aea5-966c26f8ad91 are expected")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id with these 16 raw bytes, as they stand in sealed formats and in the database.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 raw bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// The first of all ids of this time: what was made then or later has it or a later one.
            pub fn earliest(at: Timestamp) -> Self {
                Self(earliest(at))
            }

            /// Eight hexadecimal digits for people to compare: the last ones, since the first ones are the time.
            pub fn short(&self) -> String {
                let mut text = self.to_string();
                text.split_off(28)
            }

            /// Refuses an id whose own time is more than five minutes from `now`: a client with a wrong clock
            /// would scatter its rows over the index and could reuse ids.
            ///
            /// # Errors
            /// [`Refusal::IdOffClock`], also for an id that is not a UUIDv7.
            pub fn check_fresh(&self, now: Timestamp) -> Result<(), Refusal> {
                check_fresh(&self.0, now)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", Uuid::from_bytes(self.0).as_hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id!(
    /// A person with an account: an owner.
    UserId
);
id!(
    /// An operator's invitation to register.
    InvitationId
);
id!(
    /// A sign-in under way, between its first and its third message.
    SignInId
);
id!(
    /// An item in the vault.
    ItemId
);
id!(
    /// One snapshot of an item, shared with people outside the vault.
    ShareId
);
id!(
    /// One recipient's way to a share. It stands in the link's path and is no secret.
    LinkId
);
id!(
    /// A freeze placed by an operator over a selection of links.
    FreezeId
);
id!(
    /// A message waiting in the outbox.
    MessageId
);
id!(
    /// Somebody's being signed in, as operators name it. It is no token, and none follows from it.
    SessionId
);
id!(
    /// One request to the daemon, for finding its traces together.
    RequestId
);

/// Puts a time into 16 bytes and the marks of a UUIDv7 (RFC 9562, section 5.7) around it; the other bits stay.
pub fn version_7(at: Timestamp, mut bytes: [u8; 16]) -> [u8; 16] {
    let millis = at.as_millis().to_be_bytes();
    // 48 bits of milliseconds, then 4 bits of version, later 2 of variant.
    for (to, from) in bytes.iter_mut().zip(millis.iter().skip(2)) {
        *to = *from;
    }
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    *version = (*version & 0x0f) | 0x70;
    *variant = (*variant & 0x3f) | 0x80;
    bytes
}

/// The time in front, and nothing behind it: no UUIDv7 of that time is smaller. Times that no id can say are the nearest that one can.
fn earliest(at: Timestamp) -> [u8; 16] {
    const LAST: i64 = (1 << 48) - 1;
    let [_, _, millis @ ..] = at.as_millis().clamp(0, LAST).to_be_bytes();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(millis) {
        *to = from;
    }
    bytes
}

fn parse(text: &str) -> Result<[u8; 16], NotAnId> {
    // `Uuid` also reads braces, URNs and bare digits; one thing has one spelling here.
    let canonical = text.len() == 36 && !text.bytes().any(|b| b.is_ascii_uppercase());
    if !canonical {
        return Err(NotAnId);
    }
    Uuid::try_parse(text).map(Uuid::into_bytes).map_err(|_| NotAnId)
}

fn check_fresh(bytes: &[u8; 16], now: Timestamp) -> Result<(), Refusal> {
    let uuid = Uuid::from_bytes(*bytes);
    let (7, Some(time)) = (uuid.get_version_num(), uuid.get_timestamp()) else {
        return Err(Refusal::IdOffClock);
    };
    let (seconds, nanos) = time.to_unix();
    let made = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000).saturating_add(i64::from(nanos / 1_000_000));
    if made.abs_diff(now.as_millis()) > ID_TOLERANCE_MILLIS.unsigned_abs() {
        return Err(Refusal::IdOffClock);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "0190163d-8694-739b-aea5-966c26f8ad91";
    const MADE: i64 = 0x0190_163d_8694;

    #[test]
    fn an_id_has_one_spelling() {
        let id: LinkId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(id.short(), "26f8ad91");
        for other in [TEXT.to_uppercase(), TEXT.replace('-', ""), format!("{{{TEXT}}}"), format!("urn:uuid:{TEXT}"), String::new()] {
            assert_eq!(other.parse::<LinkId>(), Err(NotAnId), "{other}");
        }
    }

    #[test]
    fn an_id_made_more_than_five_minutes_off_is_refused() {
        let id: ItemId = TEXT.parse().unwrap();
        for (offset, expected) in
            [(0, Ok(())), (300_000, Ok(())), (-300_000, Ok(())), (300_001, Err(Refusal::IdOffClock)), (-300_001, Err(Refusal::IdOffClock))]
        {
            assert_eq!(id.check_fresh(Timestamp::from_millis(MADE + offset)), expected, "{offset}");
        }
    }

    #[test]
    fn bytes_of_a_time_become_an_id_of_that_time_and_keep_their_other_bits() {
        let id = ItemId::from_bytes(version_7(Timestamp::from_millis(MADE), [0xff; 16]));
        assert_eq!(id.to_string(), "0190163d-8694-7fff-bfff-ffffffffffff");
        assert_eq!(
            version_7(Timestamp::from_millis(MADE), *TEXT.parse::<ItemId>().unwrap().as_bytes()),
            *TEXT.parse::<ItemId>().unwrap().as_bytes()
        );
    }

    #[test]
    fn ids_follow_time() {
        let id: LinkId = TEXT.parse().unwrap();
        let [then, later] = [MADE, MADE + 1].map(|at| LinkId::earliest(Timestamp::from_millis(at)));
        assert!(then <= id && id < later);
        assert_eq!(LinkId::earliest(Timestamp::from_millis(-1)), LinkId::from_bytes([0; 16]));
        assert!(LinkId::earliest(Timestamp::from_millis(i64::MAX)) > later);
    }

    #[test]
    fn an_id_that_carries_no_time_is_refused() {
        assert_eq!(ItemId::from_bytes([0x44; 16]).check_fresh(Timestamp::from_millis(0)), Err(Refusal::IdOffClock));
    }
}
