//! Public-key wraps: opening arbitrary bytes, with and without a right beginning.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::wrap::UnwrapKey;

fuzz_target!(|bytes: &[u8]| {
    let key = UnwrapKey::from_bytes([7; 32]);
    assert!(key.unwrap(bytes, b"info").is_err());
    let begun = [&[1, 0, 0x20, 0, 1, 0, 2], bytes].concat();
    assert!(key.unwrap(&begun, b"info").is_err());
});
