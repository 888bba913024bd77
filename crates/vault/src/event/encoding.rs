//! The canonical encoding of a record: the bytes that are hashed and kept.
//!
//! Nothing here is optional or reorderable: one record has exactly one encoding, and what decodes encodes to the same bytes.
//!
//! `"postern/1/event" || 0x00`, then fields, each `u32be(length) || bytes`: lane (u32be), seq (u64be), at (i64be, milliseconds),
//! event, actor, who, address, request, user, item, share, link, refusal (UTF-8, empty when absent), then for each detail
//! in ascending order of its name: name, value.

use std::collections::BTreeMap;

use super::{Lane, Record};
use crate::Timestamp;

const PREFIX: &[u8] = b"postern/1/event\0";

/// The bytes are not the canonical encoding of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record of an event, or a damaged one")]
pub struct Malformed;

impl Record {
    /// The canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(PREFIX);
        put(&mut out, &self.lane.0.to_be_bytes());
        put(&mut out, &self.seq.to_be_bytes());
        put(&mut out, &self.at.as_millis().to_be_bytes());
        for text in [
            &self.event,
            &self.actor,
            &self.who,
            &self.address,
            &self.request,
            &self.user,
            &self.item,
            &self.share,
            &self.link,
            &self.refusal,
        ] {
            put(&mut out, text.as_bytes());
        }
        for (name, value) in &self.details {
            put(&mut out, name.as_bytes());
            put(&mut out, value.as_bytes());
        }
        out
    }

    /// Reads the canonical encoding.
    ///
    /// # Errors
    /// [`Malformed`] for anything else, a second spelling of the same record included.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = bytes.strip_prefix(PREFIX).ok_or(Malformed)?;
        let rest = &mut rest;
        let mut record = Self {
            lane: Lane(u32::from_be_bytes(fixed(rest)?)),
            seq: u64::from_be_bytes(fixed(rest)?),
            at: Timestamp::from_millis(i64::from_be_bytes(fixed(rest)?)),
            event: text(rest)?,
            actor: text(rest)?,
            who: text(rest)?,
            address: text(rest)?,
            request: text(rest)?,
            user: text(rest)?,
            item: text(rest)?,
            share: text(rest)?,
            link: text(rest)?,
            refusal: text(rest)?,
            details: BTreeMap::new(),
        };
        while !rest.is_empty() {
            let name = text(rest)?;
            let ascending = record.details.last_key_value().is_none_or(|(last, _)| *last < name);
            if !ascending {
                return Err(Malformed);
            }
            record.details.insert(name, text(rest)?);
        }
        Ok(record)
    }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    // Fields are bounded far below 4 GiB where they are read; a longer one would be cut here rather than wrap.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend(bytes.iter().take(length as usize));
}

fn take<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or(Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Malformed)?;
    let (field, after) = after.split_at_checked(length).ok_or(Malformed)?;
    *rest = after;
    Ok(field)
}

fn fixed<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Malformed> {
    take(rest)?.try_into().map_err(|_| Malformed)
}

fn text(rest: &mut &[u8]) -> Result<String, Malformed> {
    String::from_utf8(take(rest)?.to_vec()).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> impl Strategy<Value = Record> {
        let texts = proptest::collection::vec(".{0,12}", 10);
        let details = proptest::collection::btree_map("[a-z_]{1,8}", ".{0,12}", 0..4);
        (any::<u32>(), any::<u64>(), any::<i64>(), texts, details).prop_map(|(lane, seq, at, mut texts, details)| {
            let mut next = || texts.pop().unwrap();
            Record {
                lane: Lane(lane),
                seq,
                at: Timestamp::from_millis(at),
                event: next(),
                actor: next(),
                who: next(),
                address: next(),
                request: next(),
                user: next(),
                item: next(),
                share: next(),
                link: next(),
                refusal: next(),
                details,
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(record in record()) {
            prop_assert_eq!(Record::decode(&record.encode()), Ok(record));
        }

        #[test]
        fn one_record_has_one_encoding(record in record(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut bytes = record.encode();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Ok(other) = Record::decode(&bytes) {
                prop_assert_ne!(&other, &record);
                prop_assert_eq!(other.encode(), bytes);
            }
        }

        #[test]
        fn bytes_from_anywhere_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Record::decode(&bytes);
        }
    }
}
