//! Symmetric seals: nothing that a fuzzer makes opens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::account::{KeptKey, Root};
use seal::aead;

fuzz_target!(|bytes: &[u8]| {
    assert!(aead::open(&[7; 32], bytes, b"data").is_err());
    assert!(Root::open_kept(bytes, &KeptKey::from_bytes([7; 32]), &[1; 16]).is_err());
});
