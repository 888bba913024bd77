//! RFC 5869, appendix A, test cases 1 to 3. The derivation here gives 32 bytes; a longer output begins
//! with them.

use super::{hex, unhex};
use crate::kdf;

#[test]
fn the_derivation_agrees_with_rfc_5869() {
    let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    let cases = [
        (vec![0x0b; 22], range(0x00, 0x0c), range(0xf0, 0xf9), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"),
        (range(0x00, 0x4f), range(0x60, 0xaf), range(0xb0, 0xff), "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"),
        (vec![0x0b; 22], vec![], vec![], "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"),
    ];
    for (ikm, salt, info, okm) in cases {
        assert_eq!(hex(kdf::derive(&ikm, &salt, &info).unwrap().expose()), okm);
        assert_eq!(unhex(okm).len(), 32);
    }
}
