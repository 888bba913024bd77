//! What a reveal answers: an arbitrary wrap, an arbitrary snapshot, and a right wrap around arbitrary JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::ctx::ctx;
use seal::link::{LinkSecret, open_link};
use seal::{aead, kdf, padding, sha256};

fuzz_target!(|bytes: &[u8]| {
    let (share, link, key, secret) = ([1; 16], [2; 16], [3; 32], LinkSecret::from_bytes([4; 32]));
    let (wrap, snapshot) = bytes.split_at(bytes.len() / 2);
    assert!(open_link(share, link, &secret, None, wrap, snapshot).is_err());
    let salt = [&b"postern/1/link"[..], &link].concat();
    let kek = kdf::derive(secret.expose(), &salt, &ctx("open", &[])).unwrap();
    let seal = |snapshot: &[u8]| {
        let inside = [key, sha256(snapshot)].concat();
        aead::seal(kek.expose(), &inside, &ctx("link-wrap", &[&share, &link])).unwrap()
    };
    assert!(open_link(share, link, &secret, None, &seal(bytes), bytes).is_err());
    let padded = padding::pad(bytes).unwrap();
    let sealed = aead::seal(&key, &padded, &ctx("snapshot", &[&share])).unwrap();
    if let Ok(snapshot) = open_link(share, link, &secret, None, &seal(&sealed), &sealed) {
        assert!(snapshot.starts_ms < snapshot.expires_ms);
    }
});
