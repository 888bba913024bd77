//! How every blob starts: with one version byte. Who receives a blob never chooses its version.

use crate::Error;

/// The one version that there is so far.
pub const VERSION: u8 = 0x01;

/// Puts the version byte in front.
pub(crate) fn start(capacity: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + capacity);
    out.push(VERSION);
    out
}

/// Takes the version byte off and returns the rest.
pub(crate) fn rest(blob: &[u8]) -> Result<&[u8], Error> {
    match blob.split_first() {
        Some((&VERSION, rest)) => Ok(rest),
        Some((other, _)) => Err(Error::UnknownVersion(*other)),
        None => Err(Error::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_version_is_named_in_the_error() {
        assert_eq!(rest(&[1, 2, 3]), Ok(&[2, 3][..]));
        assert_eq!(rest(&[2, 2, 3]), Err(Error::UnknownVersion(2)));
        assert_eq!(rest(&[0]), Err(Error::UnknownVersion(0)));
        assert_eq!(rest(&[]), Err(Error::Length));
    }
}
