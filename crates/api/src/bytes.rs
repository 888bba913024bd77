//! Bytes as text: base64url without padding (RFC 4648, section 5).
//!
//! Nothing here shows its bytes in `Debug`: most of them are sealed, and some are secret.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The version byte with which every sealed blob begins (docs/protocol.md).
pub const SEALED_VERSION: u8 = 0x01;

/// Some bytes, of any length that the body limit lets through.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

/// Bytes of a fixed length: keys, hashes, proofs. Wiped when dropped, since some are secret.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Fixed<const N: usize>(pub [u8; N]);

/// A sealed blob: at least the version byte, and a version that this release knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

/// A secret text on its way: a session token, an invitation, an access token to be mailed. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl<const N: usize> fmt::Debug for Fixed<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fixed({N})")
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.0.len())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Self)
    }
}

impl<const N: usize> Serialize for Fixed<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fixed<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut bytes = read(deserializer)?;
        let fixed = bytes.as_slice().try_into().map(Self);
        bytes.zeroize();
        fixed.map_err(|_| Error::custom(format_args!("{N} bytes in base64url are expected")))
    }
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = read(deserializer)?;
        match bytes.first() {
            Some(&SEALED_VERSION) => Ok(Self(bytes)),
            Some(other) => {
                Err(Error::custom(format_args!("sealed bytes of version {other} are not known here; update the older of the two programs")))
            }
            None => Err(Error::custom("sealed bytes are empty")),
        }
    }
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let mut text = String::deserialize(deserializer)?;
    let bytes = URL_SAFE_NO_PAD.decode(text.as_bytes());
    text.zeroize();
    // The text itself is not repeated in the error: it may be secret.
    bytes.map_err(|_| Error::invalid_value(Unexpected::Other("this text"), &"base64url without padding"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_base64url_without_padding_and_nothing_else() {
        assert_eq!(serde_json::to_string(&Bytes(vec![0xfb, 0xff])).unwrap(), "\"-_8\"");
        assert_eq!(serde_json::from_str::<Bytes>("\"-_8\"").unwrap().0, [0xfb, 0xff]);
        for wrong in ["\"-_8=\"", "\"+/8\"", "\"-_9\"", "\"-\"", "5", "null"] {
            assert!(serde_json::from_str::<Bytes>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fixed_bytes_have_their_length() {
        assert!(serde_json::from_str::<Fixed<2>>("\"-_8\"").is_ok());
        assert!(serde_json::from_str::<Fixed<3>>("\"-_8\"").unwrap_err().to_string().contains("3 bytes"));
    }

    #[test]
    fn sealed_bytes_of_an_unknown_version_are_refused() {
        assert!(serde_json::from_str::<Sealed>("\"Af8\"").is_ok());
        assert!(serde_json::from_str::<Sealed>("\"Av8\"").unwrap_err().to_string().contains("version 2"));
        assert!(serde_json::from_str::<Sealed>("\"\"").is_err());
    }

    #[test]
    fn an_error_does_not_repeat_what_was_sent() {
        assert!(!serde_json::from_str::<Fixed<32>>("\"not!secret\"").unwrap_err().to_string().contains("secret"));
        assert_eq!(format!("{:?}", Secret("x".into())), "Secret(..)");
    }
}
