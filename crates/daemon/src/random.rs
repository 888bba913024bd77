//! Randomness, and the ids that the daemon makes itself.
//!
//! Nothing here is derived or remembered; if the machine gives no randomness, that is an error and never a weak value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vault::Timestamp;
use vault::ids::version_7;
use zeroize::Zeroizing;

/// The machine gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no randomness")]
pub struct NoRandomness;

/// Random bytes.
///
/// # Errors
/// [`NoRandomness`].
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    openssl::rand::rand_bytes(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A UUIDv7 (RFC 9562) of this time, as its 16 bytes.
///
/// # Errors
/// [`NoRandomness`].
pub fn id(now: Timestamp) -> Result<[u8; 16], NoRandomness> {
    Ok(version_7(now, bytes()?))
}

/// A text for people to hand over: 24 digits in six groups, 120 bits.
///
/// # Errors
/// [`NoRandomness`].
pub fn code() -> Result<Zeroizing<String>, NoRandomness> {
    Ok(Zeroizing::new(crockford(&*Zeroizing::new(bytes::<15>()?))))
}

/// Bytes in Crockford's base32, in groups of four digits joined by dashes. A multiple of five bytes fills its digits.
pub fn crockford(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut text = String::with_capacity(bytes.len() * 2);
    let (mut held, mut bits, mut shown) = (0_u32, 0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if shown > 0 && shown % 4 == 0 {
                text.push('-');
            }
            shown += 1;
            let digit = usize::try_from(held >> bits & 31).unwrap_or(0);
            text.extend(DIGITS.get(digit).map(|digit| char::from(*digit)));
        }
    }
    text
}

/// What a code means, however it was typed: case, spaces, dashes, and the letters that look like digits don't matter.
pub fn normalised(code: &str) -> Zeroizing<String> {
    let digit = |c: char| match c.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        c if c.is_whitespace() || c == '-' => None,
        c => Some(c),
    };
    Zeroizing::new(code.chars().filter_map(digit).collect())
}

/// Bytes as base64url without padding.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text without padding, if they are exactly this many.
pub fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    // The longest that is ever asked for is a server setup of a few hundred bytes.
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.get(..text.len().min(4096))?).ok()?);
    bytes.as_slice().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vault::ItemId;

    #[test]
    fn an_id_is_a_version_7_uuid_of_its_time() {
        let now = Timestamp::from_millis(1_772_373_900_123);
        let made = ItemId::from_bytes(id(now).unwrap());
        assert_eq!(made.check_fresh(now), Ok(()));
        assert!(made.check_fresh(now.plus_seconds(301)).is_err());
        assert_ne!(made, ItemId::from_bytes(id(now).unwrap()));
    }

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let made = code().unwrap();
        assert_eq!(made.len(), 29);
        assert_eq!(crockford(&[0xff, 0, 0, 0, 0x1f]), "ZW00-000Z");
        let typed = made.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(normalised(&typed), normalised(&made));
        assert_eq!(normalised(&made).len(), 24);
    }

    #[test]
    fn bytes_are_read_back_only_in_their_length() {
        assert_eq!(read::<4>(&text(b"door")), Some(*b"door"));
        assert_eq!(read::<5>(&text(b"door")), None);
        assert_eq!(read::<4>("ZG9vcg=="), None);
    }
}
