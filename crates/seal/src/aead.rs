//! Sealing under a symmetric key: AES-256-GCM (SP 800-38D). The nonce is drawn anew for every seal
//! and never derived.
//!
//! `0x01 || nonce (12) || ciphertext || tag (16)`

use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use zeroize::Zeroizing;

use crate::{Error, blob, random};

const NONCE: usize = 12;
const TAG: usize = 16;

/// How many bytes sealing adds: version, nonce and tag.
pub const OVERHEAD: usize = 1 + NONCE + TAG;

/// Seals `plaintext` under `key`, bound to `associated`.
pub fn seal(key: &[u8; 32], plaintext: &[u8], associated: &[u8]) -> Result<Vec<u8>, Error> {
    let nonce: [u8; NONCE] = random::bytes()?;
    let mut tag = [0; TAG];
    let ciphertext = encrypt_aead(Cipher::aes_256_gcm(), key, Some(&nonce), associated, plaintext, &mut tag).map_err(|_| Error::Library)?;
    let mut out = blob::start(NONCE + ciphertext.len() + TAG);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&ciphertext);
    out.extend_from_slice(&tag);
    Ok(out)
}

/// Opens what [`seal`] made with the same key and the same associated data.
pub fn open(key: &[u8; 32], sealed: &[u8], associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, rest) = blob::rest(sealed)?.split_first_chunk::<NONCE>().ok_or(Error::Length)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(Error::Length)?;
    decrypt_aead(Cipher::aes_256_gcm(), key, Some(nonce), associated, ciphertext, tag).map(Zeroizing::new).map_err(|_| Error::NotOpened)
}

/// Opens a blob that must hold exactly `N` bytes: another key, mostly.
pub(crate) fn open_array<const N: usize>(key: &[u8; 32], sealed: &[u8], associated: &[u8]) -> Result<Zeroizing<[u8; N]>, Error> {
    if sealed.len() != OVERHEAD + N {
        // An unknown version may well have another length, so it is told first.
        blob::rest(sealed)?;
        return Err(Error::Length);
    }
    let plaintext = open(key, sealed, associated)?;
    plaintext.as_slice().try_into().map(Zeroizing::new).map_err(|_| Error::Length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn sealing_twice_never_gives_the_same_bytes() {
        assert_ne!(seal(&KEY, b"secret", b"").unwrap(), seal(&KEY, b"secret", b"").unwrap());
    }

    #[test]
    fn a_key_of_another_length_is_refused_before_it_is_opened() {
        let sealed = seal(&KEY, &[1; 31], b"").unwrap();
        assert_eq!(open_array::<32>(&KEY, &sealed, b"").unwrap_err(), Error::Length);
        assert_eq!(*open_array::<31>(&KEY, &sealed, b"").unwrap(), [1; 31]);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_with_the_same_key_and_data(plain: Vec<u8>, data: Vec<u8>, key: [u8; 32]) {
            let sealed = seal(&key, &plain, &data).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            prop_assert_eq!(&*open(&key, &sealed, &data).unwrap(), &plain);
        }

        #[test]
        fn any_flipped_bit_is_refused(plain: Vec<u8>, at: prop::sample::Index, bit in 0_u32..8) {
            let mut sealed = seal(&KEY, &plain, b"data").unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1_u8 << bit;
            prop_assert!(open(&KEY, &sealed, b"data").is_err());
        }

        #[test]
        fn any_other_length_is_refused(plain: Vec<u8>, cut: prop::sample::Index, more in prop::collection::vec(any::<u8>(), 1..20)) {
            let sealed = seal(&KEY, &plain, b"data").unwrap();
            prop_assert!(open(&KEY, &sealed[..cut.index(sealed.len())], b"data").is_err());
            prop_assert!(open(&KEY, &[sealed, more].concat(), b"data").is_err());
        }

        #[test]
        fn other_data_or_another_key_is_refused(plain: Vec<u8>, data: Vec<u8>, key: [u8; 32]) {
            let sealed = seal(&KEY, &plain, b"these data").unwrap();
            prop_assert_eq!(open(&KEY, &sealed, &data).unwrap_err(), Error::NotOpened);
            prop_assert_eq!(open(&key, &sealed, b"these data").unwrap_err(), Error::NotOpened);
        }
    }
}
