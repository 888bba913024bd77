//! Why sealed bytes were refused. An error never repeats the bytes it is about.

/// What can go wrong with any sealed blob, whatever is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The first byte names a format that this program doesn't know.
    #[error("sealed in format version {0}, which this program doesn't know; a newer program may open it")]
    UnknownVersion(u8),
    /// The bytes end early, or go on where they should end.
    #[error("sealed bytes are cut short, or longer than they should be; fetch them again")]
    Length,
    /// Authenticated decryption failed.
    #[error("sealed bytes don't open: another key sealed them, or they were altered on the way")]
    NotOpened,
    /// A public-key wrap names algorithms that this program doesn't know.
    #[error("wrapped with algorithms that this program doesn't know; a newer program may open it")]
    UnknownSuite,
    /// A public key is no usable point.
    #[error("a public key is unusable; ask its holder for the right one")]
    PublicKey,
    /// A signature doesn't fit the text or the key.
    #[error("a signature is wrong: somebody else signed this, or it was altered on the way")]
    Signature,
    /// The padding is not the one that sealing makes.
    #[error("opened, but the padding inside is malformed")]
    Padding,
    /// The decrypted or signed bytes don't have their one valid form.
    #[error("opened, but what is inside doesn't have the form that it should")]
    Form,
    /// Text that should be base64url without padding is not.
    #[error("not base64url text without padding, or not of the right length")]
    Text,
    /// There is more to seal than the format allows.
    #[error("too large to seal: {bytes} bytes, and at most {most} are possible")]
    TooLarge {
        /// How many bytes there are.
        bytes: usize,
        /// How many there may be.
        most: usize,
    },
    /// OpenSSL failed where no input can make it fail.
    #[error("the cryptographic library failed; the machine may be out of memory or of randomness")]
    Library,
}
