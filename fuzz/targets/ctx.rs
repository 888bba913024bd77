//! The encoding of associated data and signed text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::ctx::{ctx, fields};

fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"postern/1/kind\0", bytes].concat();
    if let Ok(read) = fields::<3>("kind", &bytes) {
        assert_eq!(ctx("kind", &read), bytes);
    }
});
