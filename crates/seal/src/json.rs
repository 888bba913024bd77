//! JSON with exactly one text for each value: members in the order in which their type declares them,
//! none left out, no white space, strings escaped as `JSON.stringify` does it. Reading writes the value
//! again and compares, so unknown and duplicate members, other orders and other spellings are refused
//! by the same few lines in every implementation.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::Error;

/// The largest integer that a browser's numbers hold exactly.
pub const MOST: u64 = (1 << 53) - 1;

/// Writes a value's one text.
pub fn write<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(|_| Error::Form)
}

/// Reads a value, if `text` is its one text.
pub fn read<T: Serialize + DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    let value = serde_json::from_slice(text).map_err(|_| Error::Form)?;
    if *write(&value)? == text { Ok(value) } else { Err(Error::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Pair {
        a: String,
        b: Option<u64>,
    }

    #[test]
    fn a_value_has_one_text() {
        let pair = Pair { a: "\u{1}\u{7f}é\"\\/\n\u{2028}".into(), b: None };
        let text = write(&pair).unwrap();
        assert_eq!(text.as_slice(), "{\"a\":\"\\u0001\u{7f}é\\\"\\\\/\\n\u{2028}\",\"b\":null}".as_bytes());
        assert_eq!(read::<Pair>(&text), Ok(pair));
    }

    #[test]
    fn every_other_text_of_it_is_refused() {
        assert!(read::<Pair>(br#"{"a":"x","b":1}"#).is_ok());
        for other in [
            r#"{"b":1,"a":"x"}"#,
            r#"{"a":"x","b":1} "#,
            r#"{"a": "x","b":1}"#,
            r#"{"a":"x"}"#,
            r#"{"a":"x","b":1,"c":2}"#,
            r#"{"a":"x","b":1,"b":1}"#,
            r#"{"a":"x","b":1.0}"#,
            r#"{"a":"x","b":1e0}"#,
            r#"{"a":"\u0078","b":1}"#,
            r#"{"a":"\/","b":1}"#,
            r#"["x",1]"#,
            "",
        ] {
            assert_eq!(read::<Pair>(other.as_bytes()), Err(Error::Form), "{other}");
        }
        assert_eq!(read::<Pair>(b"{\"a\":\"\xff\",\"b\":1}"), Err(Error::Form));
        assert_eq!(read::<Pair>(b"\xef\xbb\xbf{\"a\":\"x\",\"b\":1}"), Err(Error::Form));
    }
}
