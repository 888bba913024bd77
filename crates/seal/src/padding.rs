//! Padding to a multiple of 256 bytes, because GCM would show how long a password is.
//! Each text has exactly one padded form; any other is refused.
//!
//! `u32be(length) || data || zeros`

use zeroize::Zeroizing;

use crate::Error;

/// Padded lengths are multiples of this many bytes.
pub const BLOCK: usize = 256;

/// Pads `data` to the next multiple of [`BLOCK`].
pub fn pad(data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let most = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
    let length = u32::try_from(data.len()).map_err(|_| Error::TooLarge { bytes: data.len(), most })?;
    let whole = (data.len() + 4).next_multiple_of(BLOCK);
    let mut out = Zeroizing::new(Vec::with_capacity(whole));
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(data);
    out.resize(whole, 0);
    Ok(out)
}

/// Takes the padding off again.
pub fn unpad(padded: &[u8]) -> Result<&[u8], Error> {
    let (length, rest) = padded.split_first_chunk::<4>().ok_or(Error::Padding)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Error::Padding)?;
    let (data, zeros) = rest.split_at_checked(length).ok_or(Error::Padding)?;
    let shortest = (data.len() + 4).next_multiple_of(BLOCK) == padded.len();
    if shortest && zeros.iter().all(|byte| *byte == 0) { Ok(data) } else { Err(Error::Padding) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_hidden_in_steps_of_256() {
        for (length, padded) in [(0, 256), (1, 256), (252, 256), (253, 512), (508, 512), (509, 768)] {
            assert_eq!(pad(&vec![b'x'; length]).unwrap().len(), padded);
        }
    }

    #[test]
    fn padding_that_says_anything_is_refused() {
        let mut padded = pad(b"data").unwrap();
        padded[255] = 1;
        assert_eq!(unpad(&padded), Err(Error::Padding));
    }

    #[test]
    fn padding_longer_than_needed_is_refused() {
        let mut padded = pad(b"data").unwrap();
        padded.resize(512, 0);
        assert_eq!(unpad(&padded), Err(Error::Padding));
        assert_eq!(unpad(&[]), Err(Error::Padding));
        assert_eq!(unpad(&[0; 4]), Err(Error::Padding));
        assert_eq!(unpad(&[0xff; 256]), Err(Error::Padding));
    }

    proptest! {
        #[test]
        fn whatever_is_padded_is_read_back(data: Vec<u8>) {
            let padded = pad(&data).unwrap();
            prop_assert_eq!(unpad(&padded), Ok(&data[..]));
        }
    }
}
