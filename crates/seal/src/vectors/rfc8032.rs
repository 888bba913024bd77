//! RFC 8032, section 7.1, tests 1 to 3. The numbers stand in `tests/vectors/rfc`, where the browser's tests find them too.

use super::{bytes, fixed, folder, from_disk, list};
use crate::sign::{SigningKey, verify};

#[test]
fn signatures_agree_with_rfc_8032() {
    let rfc = from_disk(&folder().join("rfc/rfc8032.json")).expect("the RFC's numbers");
    assert_eq!(list(&rfc, "good").len(), 3);
    for case in list(&rfc, "good") {
        let (key, text) = (SigningKey::from_bytes(fixed(case, "private")), bytes(case, "text"));
        assert_eq!(key.public().unwrap(), fixed(case, "public"));
        assert_eq!(key.sign(&text).unwrap(), fixed(case, "signature"));
        assert_eq!(verify(&fixed(case, "public"), &text, &fixed(case, "signature")), Ok(()));
    }
}
