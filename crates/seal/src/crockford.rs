//! Codes that people read aloud and type: Crockford's base32 in groups of four digits.
//! No letter is left whose look or sound belongs to another digit, and no code carries a check digit:
//! what a code opens tells whether it was right.

use zeroize::Zeroizing;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why typed text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// A character that no code contains.
    #[error("there is a character in it that no code contains; only digits and letters without U do")]
    Character,
    /// Too many digits or too few.
    #[error("a code like this has {expected} digits and letters, not {found}")]
    Length {
        /// How many digits a code of this kind has.
        expected: usize,
        /// How many were typed.
        found: usize,
    },
}

/// Shows bytes as groups of four digits, joined by dashes. The bits must fill whole digits: all codes
/// of Postern have a multiple of five bytes.
pub fn show(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    let (mut bits, mut held, mut shown) = (0_u32, 0_u32, 0_usize);
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xfff;
        held += 8;
        while held >= 5 {
            held -= 5;
            if shown > 0 && shown % 4 == 0 {
                text.push('-');
            }
            shown += 1;
            let digit = usize::try_from(bits >> held & 31).unwrap_or_default();
            text.push(DIGITS.get(digit).copied().map_or('0', char::from));
        }
    }
    text
}

/// Reads what somebody typed: case, spaces and dashes don't matter; O counts as 0, I and L as 1.
pub fn read<const N: usize>(text: &str) -> Result<[u8; N], NotACode> {
    let mut bytes = [0; N];
    let mut slots = bytes.iter_mut();
    let (mut bits, mut held, mut found) = (0_u32, 0_u32, 0_usize);
    for typed in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        bits = (bits << 5 | value(typed).ok_or(NotACode::Character)?) & 0xfff;
        held += 5;
        found += 1;
        if held >= 8 {
            held -= 8;
            if let Some(slot) = slots.next() {
                *slot = u8::try_from(bits >> held & 0xff).unwrap_or_default();
            }
        }
    }
    let expected = N * 8 / 5;
    if found == expected { Ok(bytes) } else { Err(NotACode::Length { expected, found }) }
}

fn value(typed: char) -> Option<u32> {
    let digit = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    DIGITS.iter().position(|known| char::from(*known) == digit).and_then(|at| u32::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_shown_in_groups_of_four() {
        assert_eq!(*show(&[0; 5]), "0000-0000");
        assert_eq!(*show(&[0xff; 10]), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(*show(&[0x00, 0x44, 0x32, 0x14, 0xc7]), "0123-4567");
    }

    #[test]
    fn a_code_is_forgiving_to_type() {
        let bytes = read::<5>("0123-4567").unwrap();
        for typed in ["01234567", "o1234567", "OL23 4567", " oi-23-45-67 ", "0\u{a0}1234567"] {
            assert_eq!(read::<5>(typed), Ok(bytes), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused_with_a_reason() {
        assert_eq!(read::<5>("0123456"), Err(NotACode::Length { expected: 8, found: 7 }));
        assert_eq!(read::<5>("012345678"), Err(NotACode::Length { expected: 8, found: 9 }));
        assert_eq!(read::<5>(""), Err(NotACode::Length { expected: 8, found: 0 }));
        assert_eq!(read::<5>("0123-456U"), Err(NotACode::Character));
        assert_eq!(read::<5>("0123-456é"), Err(NotACode::Character));
        assert_eq!(read::<5>("0123_4567"), Err(NotACode::Character));
    }

    proptest! {
        #[test]
        fn every_code_is_read_back(bytes: [u8; 20]) {
            prop_assert_eq!(read::<20>(&show(&bytes)), Ok(bytes));
            prop_assert_eq!(read::<20>(&show(&bytes).to_lowercase()), Ok(bytes));
        }
    }
}
