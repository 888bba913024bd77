//! Texts that people and mail programs handle: base64url, ids, codes, links.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::account::RecoveryCode;
use seal::link::{LinkUrl, Origin, Token};
use seal::{id, text};

fuzz_target!(|typed: &str| {
    if let Ok(bytes) = text::decode(typed) {
        assert_eq!(text::encode(&bytes), typed);
    }
    if let Ok(read) = id::from_text(typed) {
        assert_eq!(id::to_text(&read), typed);
    }
    if let Ok(token) = Token::read(typed) {
        assert_eq!(Token::read(&token.show()).as_ref(), Ok(&token));
    }
    if let Ok(code) = RecoveryCode::read(typed) {
        assert_eq!(RecoveryCode::read(&code.show()).as_ref(), Ok(&code));
    }
    if let Ok(origin) = Origin::parse(typed) {
        assert_eq!(origin.as_str(), typed);
    }
    for prefix in ["", "https://a/s/", "https://a/s/00000000-0000-0000-0000-000000000000#"] {
        let whole = format!("{prefix}{typed}");
        if let Ok(link) = LinkUrl::parse(&whole) {
            assert_eq!(*link.to_text(), whole.trim());
        }
    }
});
