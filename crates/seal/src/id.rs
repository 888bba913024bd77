//! Ids as the sealed formats see them: sixteen raw bytes, whatever they name. This file makes none.

use crate::Error;

/// The id of a user, item, share or link: the sixteen bytes of a UUID.
pub type Id = [u8; 16];

/// Writes an id as links show it: lower-case hexadecimal in groups of 8-4-4-4-12 digits (RFC 9562).
pub fn to_text(id: &Id) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in id.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

/// Reads what [`to_text`] writes, and nothing else.
pub fn from_text(text: &str) -> Result<Id, Error> {
    let mut digits = text.chars().filter(|c| *c != '-').map(|c| c.to_digit(16));
    let mut id = Id::default();
    for byte in &mut id {
        let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
            return Err(Error::Text);
        };
        *byte = u8::try_from(high << 4 | low).map_err(|_| Error::Text)?;
    }
    // Writing it again settles what the loop above was too lenient about: case, hyphens, length.
    if to_text(&id) == text { Ok(id) } else { Err(Error::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_only_in_the_form_in_which_it_is_written() {
        let id: Id = *b"\x01\x98\xc0\xde\x00\x00\x70\x00\x80\x00\x00\x00\x00\x00\xab\xcd";
        let text = "0198c0de-0000-7000-8000-00000000abcd";
        assert_eq!(to_text(&id), text);
        assert_eq!(from_text(text), Ok(id));
        for other in [
            "",
            "0198C0DE-0000-7000-8000-00000000ABCD",
            "0198c0de000070008000000000 00abcd",
            "0198c0de00007000800000000000abcd",
            "0198c0de-0000-7000-8000-00000000abc",
            "0198c0de-0000-7000-8000-00000000abcd0",
            "0198c0de-0000-7000-8000-0000000-0abcd",
            "{0198c0de-0000-7000-8000-00000000abcd}",
            "0198c0de-0000-7000-8000-00000000abcg",
        ] {
            assert_eq!(from_text(other), Err(Error::Text), "{other}");
        }
    }
}
