//! Wrapping to a public key: HPKE in base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256
//! and AES-256-GCM. A wrap says nothing about who made it; signed records do.
//!
//! `0x01 || kem_id (2) || kdf_id (2) || aead_id (2) || encapsulated key (32) || ciphertext || tag (16)`
//!
//! The three ids stand in the associated data too, so that a post-quantum suite can follow one day
//! and nobody can pass one suite's wrap off as another's.

use std::convert::Infallible;

use hpke::aead::{AeadTag, AesGcm256};
use hpke::inout::InOutBuf;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use hpke::{single_shot_open_inout_detached, single_shot_seal_inout_detached_with_rng};
use zeroize::Zeroizing;

use crate::ctx::ctx;
use crate::{Error, blob, random};

secret!(
    /// An X25519 private key.
    UnwrapKey,
    32,
    random
);

/// `kem_id`, `kdf_id` and `aead_id` (RFC 9180, section 7), each two bytes, big-endian.
const SUITE: [u8; 6] = [0x00, 0x20, 0x00, 0x01, 0x00, 0x02];
const ENCAPSULATED: usize = 32;
const TAG: usize = 16;

impl UnwrapKey {
    /// The public key that belongs to this one.
    pub fn public(&self) -> Result<[u8; 32], Error> {
        Ok(X25519HkdfSha256::sk_to_pk(&self.private()?).to_bytes().into())
    }

    /// Opens what [`wrap`] made for this key with the same `info`.
    pub fn unwrap(&self, wrapped: &[u8], info: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (suite, rest) = blob::rest(wrapped)?.split_first_chunk::<6>().ok_or(Error::Length)?;
        if *suite != SUITE {
            return Err(Error::UnknownSuite);
        }
        let (encapsulated, rest) = rest.split_at_checked(ENCAPSULATED).ok_or(Error::Length)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(Error::Length)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        single_shot_open_inout_detached::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.private()?,
            &<X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| Error::NotOpened)?,
            info,
            InOutBuf::from(plaintext.as_mut_slice()),
            &associated(),
            &AeadTag::from_bytes(tag).map_err(|_| Error::Length)?,
        )
        .map_err(|_| Error::NotOpened)?;
        Ok(plaintext)
    }

    fn private(&self) -> Result<<X25519HkdfSha256 as Kem>::PrivateKey, Error> {
        Deserializable::from_bytes(&self.0).map_err(|_| Error::Library)
    }
}

/// Wraps `plaintext` to the holder of the X25519 key `public`. `info` says what is wrapped, and for
/// what: a [`ctx`] text.
pub fn wrap(public: &[u8; 32], plaintext: &[u8], info: &[u8]) -> Result<Vec<u8>, Error> {
    let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).map_err(|_| Error::PublicKey)?;
    let mut buffer = Zeroizing::new(plaintext.to_vec());
    let mut drawn = Drawn(Zeroizing::new(random::bytes()?));
    let (encapsulated, tag) = single_shot_seal_inout_detached_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &to,
        info,
        InOutBuf::from(buffer.as_mut_slice()),
        &associated(),
        &mut drawn,
    )
    // An all-zero shared secret is the one thing that goes wrong here (RFC 9180, section 7.1.4).
    .map_err(|_| Error::PublicKey)?;
    let mut out = blob::start(SUITE.len() + ENCAPSULATED + buffer.len() + TAG);
    out.extend_from_slice(&SUITE);
    out.extend_from_slice(&encapsulated.to_bytes());
    out.extend_from_slice(&buffer);
    out.extend_from_slice(&tag.to_bytes());
    Ok(out)
}

fn associated() -> Vec<u8> {
    let [_, kem, _, kdf, _, aead] = SUITE.map(|byte| u64::from(byte).to_be_bytes());
    ctx("suite", &[&kem, &kdf, &aead])
}

/// The 32 bytes that HPKE asks for to make its one-time key, drawn before it is called: its interface
/// knows no randomness that can fail. It asks once; the bytes would repeat if it asked again, so the
/// test below counts.
struct Drawn(Zeroizing<[u8; 32]>);

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for (to, from) in out.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INFO: &[u8] = b"info";

    #[test]
    fn hpke_asks_for_randomness_once() {
        struct Counting(u32);
        impl TryRng for Counting {
            type Error = Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Infallible> {
                panic!("nobody asks for this");
            }
            fn try_next_u64(&mut self) -> Result<u64, Infallible> {
                panic!("nobody asks for this");
            }
            fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
                self.0 += 1;
                assert_eq!(out.len(), 32);
                out.fill(7);
                Ok(())
            }
        }
        impl TryCryptoRng for Counting {}
        let public = UnwrapKey::from_bytes([1; 32]).public().unwrap();
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&public).unwrap();
        let mut counting = Counting(0);
        X25519HkdfSha256::encap_with_rng(&public, None, &mut counting).unwrap();
        assert_eq!(counting.0, 1);
    }

    #[test]
    fn an_unknown_suite_is_refused() {
        let key = UnwrapKey::random().unwrap();
        let wrapped = wrap(&key.public().unwrap(), b"key", INFO).unwrap();
        for at in 1..7 {
            let mut other = wrapped.clone();
            other[at] ^= 1;
            assert_eq!(key.unwrap(&other, INFO).unwrap_err(), Error::UnknownSuite);
        }
    }

    #[test]
    fn the_suite_is_bound_into_the_wrap() {
        // A wrap made by plain HPKE, without the suite in its associated data, doesn't open.
        let key = UnwrapKey::random().unwrap();
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&key.public().unwrap()).unwrap();
        let mut buffer = *b"key";
        let (encapsulated, tag) = single_shot_seal_inout_detached_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            INFO,
            InOutBuf::from(&mut buffer[..]),
            b"",
            &mut Drawn(Zeroizing::new([3; 32])),
        )
        .unwrap();
        let wrapped = [&[1][..], &SUITE, &encapsulated.to_bytes(), &buffer, &tag.to_bytes()].concat();
        assert_eq!(key.unwrap(&wrapped, INFO).unwrap_err(), Error::NotOpened);
    }

    #[test]
    fn a_public_key_that_gives_everybody_the_same_secret_is_refused() {
        assert_eq!(wrap(&[0; 32], b"key", INFO), Err(Error::PublicKey));
    }

    proptest! {
        #[test]
        fn what_was_wrapped_opens_with_the_private_key_only(private: [u8; 32], plain: Vec<u8>, at: prop::sample::Index, bit in 0_u32..8) {
            let key = UnwrapKey::from_bytes(private);
            let mut wrapped = wrap(&key.public().unwrap(), &plain, INFO).unwrap();
            prop_assert_eq!(&*key.unwrap(&wrapped, INFO).unwrap(), &plain);
            prop_assert!(key.unwrap(&wrapped, b"other").is_err());
            prop_assert!(UnwrapKey::random().unwrap().unwrap(&wrapped, INFO).is_err());
            prop_assert!(key.unwrap(&wrapped[..at.index(wrapped.len())], INFO).is_err());
            prop_assert!(key.unwrap(&[&wrapped[..], &[0]].concat(), INFO).is_err());
            let at = at.index(wrapped.len());
            wrapped[at] ^= 1_u8 << bit;
            // The highest bit of an X25519 key is ignored (RFC 7748), but HPKE binds the bytes as sent.
            prop_assert!(key.unwrap(&wrapped, INFO).is_err());
        }
    }
}
