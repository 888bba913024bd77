//! What two people read to each other to be sure that they hold each other's keys.

use std::fmt;

use crate::account::PublicKeys;
use crate::crockford;
use crate::ctx::ctx;
use crate::sha256;

/// SHA-256 over both public keys. Rosters hold all of it; people compare the first 160 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The fingerprint of somebody's keys.
    pub fn of(keys: &PublicKeys) -> Self {
        Self(sha256(&ctx("fingerprint", &[&keys.encryption, &keys.signing])))
    }
}

/// Eight groups of four digits and letters: the first 160 bits in Crockford's base32.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::show(self.0.first_chunk::<20>().unwrap_or(&[0; 20])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_changes_with_either_key() {
        let keys = PublicKeys { encryption: [1; 32], signing: [2; 32] };
        let of = |encryption, signing| Fingerprint::of(&PublicKeys { encryption, signing }).to_string();
        assert_eq!(of(keys.encryption, keys.signing).len(), 39);
        assert_eq!(of(keys.encryption, keys.signing), Fingerprint::of(&keys).to_string());
        assert_ne!(of([3; 32], keys.signing), of(keys.encryption, keys.signing));
        assert_ne!(of(keys.encryption, [3; 32]), of(keys.encryption, keys.signing));
        assert_ne!(of(keys.signing, keys.encryption), of(keys.encryption, keys.signing));
    }
}
