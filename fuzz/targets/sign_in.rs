//! The daemon's answers to registration and sign-in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::opaque::{Registration, SignIn};

fuzz_target!(|answer: &[u8]| {
    let (registration, _) = Registration::start("password").unwrap();
    let _ = registration.finish(answer);
    let (sign_in, _) = SignIn::start("password").unwrap();
    assert!(sign_in.finish(answer).is_err());
});
