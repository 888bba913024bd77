//! Key derivation: HKDF with SHA-256, extract and expand together, 32 bytes (RFC 5869).
//! No key is ever derived from a password here; `opaque` stretches those.

use openssl::kdf::{HkdfMode, hkdf};
use openssl::md::Md;
use zeroize::Zeroizing;

use crate::Error;

secret!(
    /// A derived key, for one purpose.
    Key,
    32
);

/// `H(ikm, salt, info)`, the protocol's one derivation.
pub fn derive(ikm: &[u8], salt: &[u8], info: &[u8]) -> Result<Key, Error> {
    let mut out = Zeroizing::new([0; 32]);
    hkdf(Md::sha256(), ikm, Some(salt), Some(info), HkdfMode::ExtractAndExpand, None, &mut *out).map_err(|_| Error::Library)?;
    Ok(Key::from_bytes(*out))
}
