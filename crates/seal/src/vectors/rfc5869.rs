//! RFC 5869, appendix A, test cases 1 to 3, from `tests/vectors/rfc/`. The derivation here gives 32 bytes; a longer output
//! begins with them.

use super::{bytes, folder, from_disk, list};
use crate::kdf;

#[test]
fn the_derivation_agrees_with_rfc_5869() {
    let rfc = from_disk(&folder().join("rfc/rfc5869.json")).expect("the RFC's vectors");
    let cases = list(&rfc, "good");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let key = kdf::derive(&bytes(case, "ikm"), &bytes(case, "salt"), &bytes(case, "info")).unwrap();
        assert_eq!(key.expose()[..], bytes(case, "okm")[..32], "{case}");
    }
}
