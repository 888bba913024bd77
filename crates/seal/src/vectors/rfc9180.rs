//! RFC 9180. Its appendix has X25519 with AES-128-GCM (A.1.1) but not with AES-256-GCM. So base mode
//! is written out a second time here, on OpenSSL alone; it has to agree with the RFC's vector under the
//! one cipher, and with `wrap` under the other. The numbers stand in `tests/vectors/rfc`.

use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey};
use openssl::sign::Signer;
use openssl::symm::{Cipher, decrypt_aead};
use serde_json::Value;

use super::{bytes, fixed, folder, from_disk, list};
use crate::ctx::ctx;
use crate::wrap::{UnwrapKey, wrap};

fn rfc() -> Value {
    let numbers = from_disk(&folder().join("rfc/rfc9180.json")).expect("the RFC's numbers");
    list(&numbers, "good")[0].clone()
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let key = PKey::hmac(key).unwrap();
    Signer::new(MessageDigest::sha256(), &key).unwrap().sign_oneshot_to_vec(data).unwrap()
}

/// HPKE's labels around HKDF (section 4); no output here is longer than one block.
struct Labeled(Vec<u8>);

impl Labeled {
    fn extract(&self, salt: &[u8], label: &str, ikm: &[u8]) -> Vec<u8> {
        let salt = if salt.is_empty() { &[0; 32] } else { salt };
        hmac(salt, &[b"HPKE-v1", &self.0[..], label.as_bytes(), ikm].concat())
    }

    fn expand(&self, prk: &[u8], label: &str, info: &[u8], length: u16) -> Vec<u8> {
        let info = [&length.to_be_bytes()[..], b"HPKE-v1", &self.0, label.as_bytes(), info, &[1]].concat();
        hmac(prk, &info)[..length.into()].to_vec()
    }
}

/// Opens in base mode, first message (sections 4.1, 5.1 and 5.2).
fn open(private: [u8; 32], aead_id: u8, info: &[u8], associated: &[u8], encapsulated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let private = PKey::private_key_from_raw_bytes(&private, Id::X25519).unwrap();
    let public = private.raw_public_key().unwrap();
    let peer = PKey::public_key_from_raw_bytes(encapsulated, Id::X25519).unwrap();
    let mut deriver = openssl::derive::Deriver::new(&private).unwrap();
    deriver.set_peer(&peer).unwrap();
    let kem = Labeled(b"KEM\x00\x20".to_vec());
    let prk = kem.extract(b"", "eae_prk", &deriver.derive_to_vec().unwrap());
    let shared = kem.expand(&prk, "shared_secret", &[encapsulated, &public].concat(), 32);
    let suite = Labeled([&b"HPKE\x00\x20\x00\x01\x00"[..], &[aead_id]].concat());
    let schedule = [&[0][..], &suite.extract(b"", "psk_id_hash", b""), &suite.extract(b"", "info_hash", info)].concat();
    let secret = suite.extract(&shared, "secret", b"");
    let (cipher, length) = if aead_id == 1 { (Cipher::aes_128_gcm(), 16) } else { (Cipher::aes_256_gcm(), 32) };
    let key = suite.expand(&secret, "key", &schedule, length);
    let nonce = suite.expand(&secret, "base_nonce", &schedule, 12);
    let (ciphertext, tag) = sealed.split_last_chunk::<16>().unwrap();
    decrypt_aead(cipher, &key, Some(&nonce), associated, ciphertext, tag).ok()
}

#[test]
fn base_mode_written_out_agrees_with_rfc_9180() {
    let rfc = rfc();
    let of = |member| bytes(&rfc, member);
    let opened = open(fixed(&rfc, "private"), 1, &of("info"), &of("associated"), &of("encapsulated"), &of("ciphertext"));
    assert_eq!(opened, Some(of("plaintext")));
}

#[test]
fn our_public_keys_agree_with_rfc_9180() {
    let rfc = rfc();
    assert_eq!(UnwrapKey::from_bytes(fixed(&rfc, "private")).public().unwrap(), fixed(&rfc, "public"));
}

#[test]
fn a_wrap_is_base_mode_with_the_suite_in_the_associated_data() {
    let rfc = rfc();
    let (private, plaintext) = (fixed(&rfc, "private"), bytes(&rfc, "plaintext"));
    let wrapped = wrap(&fixed(&rfc, "public"), &plaintext, b"info").unwrap();
    let number = |it: u64| it.to_be_bytes();
    let suite = ctx("suite", &[&number(0x20), &number(1), &number(2)]);
    assert_eq!(wrapped[..7], [1, 0, 0x20, 0, 1, 0, 2]);
    let opened = open(private, 2, b"info", &suite, &wrapped[7..39], &wrapped[39..]);
    assert_eq!(opened, Some(plaintext));
    assert_eq!(open(private, 2, b"info", b"", &wrapped[7..39], &wrapped[39..]), None);
}
