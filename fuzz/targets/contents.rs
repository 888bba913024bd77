//! The JSON of contents and details, behind the padding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::item::{Contents, Details};
use seal::padding::pad;

fuzz_target!(|text: &[u8]| {
    let padded = pad(text).unwrap();
    if let Ok(contents) = Contents::from_padded(&padded) {
        assert_eq!(contents.to_padded().unwrap(), padded);
    }
    if let Ok(details) = Details::from_padded(&padded) {
        assert_eq!(details.to_padded().unwrap(), padded);
    }
});
