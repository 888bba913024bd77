//! Padding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::padding::{pad, unpad};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(data) = unpad(bytes) {
        assert_eq!(pad(data).unwrap().as_slice(), bytes);
    }
    assert_eq!(unpad(&pad(bytes).unwrap()), Ok(bytes));
});
