//! One encoding for associated data, derivation info and signed text. It is injective: two different
//! meanings never share an encoding.
//!
//! `ctx(kind, f...) = "postern/1/" || kind || 0x00 || (u32be(len f) || f)...`

use crate::Error;

const PREFIX: &[u8] = b"postern/1/";

/// Encodes a kind and its fields. Ids are their sixteen bytes, numbers are eight bytes, big-endian.
///
/// Kinds are this crate's constants: short, and without a zero byte.
pub fn ctx(kind: &str, fields: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(PREFIX.len() + kind.len() + 1 + fields.iter().map(|field| field.len() + 4).sum::<usize>());
    out.extend_from_slice(PREFIX);
    out.extend_from_slice(kind.as_bytes());
    out.push(0);
    for field in fields {
        // No field comes near 4 GiB; if one ever did, the reader would refuse what this writes.
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

/// Takes an encoding of exactly `kind` with exactly `N` fields apart.
pub fn fields<'a, const N: usize>(kind: &str, bytes: &'a [u8]) -> Result<[&'a [u8]; N], Error> {
    let mut rest = bytes
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix(kind.as_bytes()))
        .and_then(|rest| rest.strip_prefix(&[0]))
        .ok_or(Error::Form)?;
    let mut out: [&[u8]; N] = [&[]; N];
    for field in &mut out {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(Error::Length)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Error::Length)?;
        (*field, rest) = after.split_at_checked(length).ok_or(Error::Length)?;
    }
    if rest.is_empty() { Ok(out) } else { Err(Error::Length) }
}

/// Reads a number field: eight bytes, big-endian.
pub(crate) fn number(field: &[u8]) -> Result<u64, Error> {
    field.try_into().map(u64::from_be_bytes).map_err(|_| Error::Length)
}

/// Reads a field of a fixed length: an id, a hash, a key.
pub(crate) fn array<const N: usize>(field: &[u8]) -> Result<[u8; N], Error> {
    field.try_into().map_err(|_| Error::Length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_that_join_alike_encode_differently() {
        assert_ne!(ctx("a", &[b"bc", b""]), ctx("a", &[b"b", b"c"]));
        assert_ne!(ctx("a", &[b""]), ctx("a", &[]));
        assert_ne!(ctx("ab", &[]), ctx("a", &[b"b"]));
    }

    #[test]
    fn another_kind_or_another_count_is_refused() {
        let bytes = ctx("epoch", &[b"one", b"two"]);
        assert_eq!(fields::<2>("epoch", &bytes), Ok([&b"one"[..], &b"two"[..]]));
        assert_eq!(fields::<2>("version", &bytes), Err(Error::Form));
        assert_eq!(fields::<2>("epo", &bytes), Err(Error::Form));
        assert_eq!(fields::<1>("epoch", &bytes), Err(Error::Length));
        assert_eq!(fields::<3>("epoch", &bytes), Err(Error::Length));
    }

    proptest! {
        #[test]
        fn whatever_is_encoded_is_read_back(a: Vec<u8>, b: Vec<u8>, c: Vec<u8>) {
            let bytes = ctx("kind", &[&a, &b, &c]);
            prop_assert_eq!(fields::<3>("kind", &bytes), Ok([&a[..], &b[..], &c[..]]));
        }

        #[test]
        fn whatever_is_read_is_what_would_be_written(bytes: Vec<u8>) {
            let bytes = [&b"postern/1/k\0"[..], &bytes].concat();
            if let Ok(read) = fields::<2>("k", &bytes) {
                prop_assert_eq!(ctx("k", &read), bytes);
            }
        }
    }
}
