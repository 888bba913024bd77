//! Signatures: Ed25519 (RFC 8032). Only texts made by [`ctx`](crate::ctx::ctx) are ever signed, so a
//! signature for one purpose can't serve another.

use openssl::pkey::{Id as KeyKind, PKey};
use openssl::sign::{Signer, Verifier};

use crate::Error;

secret!(
    /// An Ed25519 private key: its 32-byte seed.
    SigningKey,
    32,
    random
);

/// How long a signature is.
pub const SIGNATURE: usize = 64;

impl SigningKey {
    /// The public key that belongs to this one.
    pub fn public(&self) -> Result<[u8; 32], Error> {
        let key = PKey::private_key_from_raw_bytes(&self.0, KeyKind::ED25519);
        let public = key.and_then(|key| key.raw_public_key()).map_err(|_| Error::Library)?;
        public.try_into().map_err(|_| Error::Library)
    }

    /// Signs `text`.
    pub fn sign(&self, text: &[u8]) -> Result<[u8; SIGNATURE], Error> {
        let sign = || {
            let key = PKey::private_key_from_raw_bytes(&self.0, KeyKind::ED25519)?;
            Signer::new_without_digest(&key)?.sign_oneshot_to_vec(text)
        };
        sign().map_err(|_| Error::Library)?.try_into().map_err(|_| Error::Library)
    }
}

/// Checks that the holder of `public` signed `text`.
pub fn verify(public: &[u8; 32], text: &[u8], signature: &[u8; SIGNATURE]) -> Result<(), Error> {
    let key = PKey::public_key_from_raw_bytes(public, KeyKind::ED25519).map_err(|_| Error::PublicKey)?;
    let right = Verifier::new_without_digest(&key).and_then(|mut verifier| verifier.verify_oneshot(signature, text)).unwrap_or(false); // OpenSSL reports some malformed signatures as errors; they are wrong ones.
    if right { Ok(()) } else { Err(Error::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_signature_fits_its_text_and_key_only(seed: [u8; 32], text: Vec<u8>, at in 0..64_usize, bit in 0_u32..8) {
            let key = SigningKey::from_bytes(seed);
            let public = key.public().unwrap();
            let mut signature = key.sign(&text).unwrap();
            prop_assert_eq!(verify(&public, &text, &signature), Ok(()));
            let other = [&text[..], b"!"].concat();
            prop_assert_eq!(verify(&public, &other, &signature), Err(Error::Signature));
            let stranger = SigningKey::random().unwrap().public().unwrap();
            prop_assert!(verify(&stranger, &text, &signature).is_err());
            signature[at] ^= 1_u8 << bit;
            prop_assert_eq!(verify(&public, &text, &signature), Err(Error::Signature));
        }
    }
}
