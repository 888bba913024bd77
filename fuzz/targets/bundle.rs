//! The key bundle, sealed by somebody who has the root: what is inside may still be anything.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::account::{KeyBundle, Root};
use seal::ctx::ctx;
use seal::{aead, kdf, padding};

fuzz_target!(|text: &[u8]| {
    let (root, user) = (Root::from_bytes([7; 32]), [1; 16]);
    let key = kdf::derive(root.expose(), b"", &ctx("bundle-key", &[&user])).unwrap();
    let padded = padding::pad(text).unwrap();
    let sealed = aead::seal(key.expose(), &padded, &ctx("bundle", &[&user])).unwrap();
    if let Ok(bundle) = KeyBundle::open(&sealed, &root, &user) {
        let again = bundle.seal(&root, &user).unwrap();
        assert_eq!(aead::open(key.expose(), &again, &ctx("bundle", &[&user])).unwrap(), padded);
    }
});
