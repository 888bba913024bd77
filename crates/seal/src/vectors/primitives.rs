//! Primitives: derivation, symmetric seal, signature, public-key wrap.

use serde_json::json;

use super::{File, altered, bytes, damaged, fixed, hex, malformed, same, with, word};
use crate::sign::SigningKey;
use crate::wrap::{UnwrapKey, wrap};
use crate::{aead, kdf, sign};

pub(super) fn files() -> [File; 4] {
    [
        File {
            name: "kdf",
            about: "H(ikm, salt, info): HKDF-SHA-256, extract and expand, 32 bytes.",
            good: || {
                let case = |ikm: &[u8], salt: &[u8], info: &[u8]| {
                    let key = kdf::derive(ikm, salt, info).unwrap();
                    json!({ "ikm": hex(ikm), "salt": hex(salt), "info": hex(info), "key": hex(key.expose()) })
                };
                vec![case(&[1; 32], b"", b"info"), case(&[1; 10], b"salt", b""), case(&[1; 64], &[2; 100], &[3; 300])]
            },
            malformed: Vec::new,
            read: |case| {
                let key = kdf::derive(&bytes(case, "ikm"), &bytes(case, "salt"), &bytes(case, "info")).map_err(word)?;
                same(*key.expose(), fixed(case, "key"))
            },
        },
        File {
            name: "aead",
            about: "0x01 || nonce (12) || AES-256-GCM ciphertext || tag (16).",
            good: || {
                let case = |key: [u8; 32], plain: &[u8], associated: &[u8]| {
                    let sealed = aead::seal(&key, plain, associated).unwrap();
                    json!({ "key": hex(&key), "plaintext": hex(plain), "associated": hex(associated), "sealed": hex(&sealed) })
                };
                vec![case([7; 32], b"", b""), case([7; 32], b"a secret", b"data"), case([8; 32], &[9; 300], &[1; 40])]
            },
            malformed: || {
                let sealed = aead::seal(&[7; 32], b"a secret", b"data").unwrap();
                let case = json!({ "key": hex(&[7; 32]), "associated": hex(b"data"), "sealed": hex(&sealed) });
                let mut all = damaged(&case, "sealed");
                all.extend(altered(&case, "sealed", "opening"));
                all.push(malformed(with(&case, "key", hex(&[8; 32])), "opening", "another key"));
                all.push(malformed(with(&case, "associated", hex(b"date")), "opening", "other associated data"));
                all
            },
            read: |case| {
                let (key, associated) = (fixed(case, "key"), bytes(case, "associated"));
                let plain = aead::open(&key, &bytes(case, "sealed"), &associated).map_err(word)?;
                same(plain.to_vec(), bytes(case, "plaintext"))
            },
        },
        File {
            name: "sign",
            about: "Ed25519 signatures.",
            good: || {
                let case = |seed: [u8; 32], text: &[u8]| {
                    let key = SigningKey::from_bytes(seed);
                    let (public, signature) = (key.public().unwrap(), key.sign(text).unwrap());
                    json!({ "private": hex(&seed), "public": hex(&public), "text": hex(text), "signature": hex(&signature) })
                };
                vec![case([1; 32], b""), case([2; 32], b"postern/1/epoch\0")]
            },
            malformed: || {
                let key = SigningKey::from_bytes([1; 32]);
                let signature = key.sign(b"text").unwrap();
                let case = json!({ "private": hex(&[1; 32]), "public": hex(&key.public().unwrap()), "text": hex(b"text"), "signature": hex(&signature) });
                let mut flipped = signature;
                flipped[63] ^= 0x10;
                let other = SigningKey::from_bytes([2; 32]).public().unwrap();
                vec![
                    malformed(with(&case, "text", hex(b"texts")), "signature", "another text"),
                    malformed(with(&case, "signature", hex(&flipped)), "signature", "another signature"),
                    malformed(with(&case, "signature", hex(&[0; 64])), "signature", "an empty signature"),
                    malformed(with(&case, "public", hex(&other)), "signature", "another key"),
                ]
            },
            read: |case| {
                sign::verify(&fixed(case, "public"), &bytes(case, "text"), &fixed(case, "signature")).map_err(word)?;
                let key = SigningKey::from_bytes(fixed(case, "private"));
                same(key.public().unwrap(), fixed(case, "public"))?;
                same(key.sign(&bytes(case, "text")).unwrap(), fixed(case, "signature"))
            },
        },
        File {
            name: "wrap",
            about: "HPKE base mode: 0x01 || kem_id || kdf_id || aead_id || encapsulated key (32) || ciphertext || tag (16).",
            good: || {
                let case = |private: [u8; 32], plain: &[u8], info: &[u8]| {
                    let public = UnwrapKey::from_bytes(private).public().unwrap();
                    let wrapped = wrap(&public, plain, info).unwrap();
                    json!({ "private": hex(&private), "public": hex(&public), "plaintext": hex(plain), "info": hex(info), "wrapped": hex(&wrapped) })
                };
                vec![case([1; 32], &[5; 32], b"info"), case([2; 32], b"", b""), case([0xff; 32], &[6; 64], &[1; 40])]
            },
            malformed: || {
                let public = UnwrapKey::from_bytes([1; 32]).public().unwrap();
                let wrapped = wrap(&public, &[5; 32], b"info").unwrap();
                let case = json!({ "private": hex(&[1; 32]), "public": hex(&public), "plaintext": hex(&[5; 32]), "info": hex(b"info"), "wrapped": hex(&wrapped) });
                let change = |at: usize, to: u8| {
                    let mut other = wrapped.clone();
                    other[at] = to;
                    with(&case, "wrapped", hex(&other))
                };
                let mut all = damaged(&case, "wrapped");
                all.push(malformed(change(2, 0x10), "suite", "another KEM"));
                all.push(malformed(change(4, 0x03), "suite", "another KDF"));
                all.push(malformed(change(6, 0x01), "suite", "another AEAD"));
                all.push(malformed(change(38, wrapped[38] ^ 0x80), "opening", "another spelling of the encapsulated key"));
                all.push(malformed(with(&case, "info", hex(b"other")), "opening", "other info"));
                all.push(malformed(with(&case, "private", hex(&[2; 32])), "opening", "another key"));
                all.push(malformed(with(&case, "wrapped", hex(&[&wrapped[..], &[0]].concat())), "opening", "a byte more"));
                all
            },
            read: |case| {
                let key = UnwrapKey::from_bytes(fixed(case, "private"));
                let plain = key.unwrap(&bytes(case, "wrapped"), &bytes(case, "info")).map_err(word)?;
                same(plain.to_vec(), bytes(case, "plaintext"))?;
                same(key.public().unwrap(), fixed(case, "public"))
            },
        },
    ]
}
