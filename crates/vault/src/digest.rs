//! SHA-256 digests of what the daemon must recognise but never keep, compared in constant time.
//!
//! Nothing here is kept as clear text: a secret goes in by reference and only its digest stays.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// A SHA-256 digest (FIPS 180-4), 32 bytes. Equality takes the same time wherever the first difference lies.
#[derive(Clone, Copy, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The digest with these 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest in this slice, if it is exactly 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A digest under way, of bytes that come piece by piece.
#[derive(Clone, Default)]
pub struct Digesting(Sha256);

impl Digesting {
    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all that was taken.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_hashed_in_order_as_one_text() {
        assert_eq!(Digest::of(&[b"ab", b"c"]), Digest::of(&[b"abc"]));
        assert_ne!(Digest::of(&[b"abc"]), Digest::of(&[b"abd"]));
    }

    #[test]
    fn the_digest_of_abc_is_the_one_in_fips_180() {
        assert_eq!(Digest::of(&[b"abc"]).as_bytes().get(..4), Some(&[0xba, 0x78, 0x16, 0xbf][..]));
    }

    #[test]
    fn a_digest_does_not_show_itself() {
        assert_eq!(format!("{:?}", Digest::of(&[b"x"])), "Digest(..)");
    }
}
