//! Fixed-length secrets as types of their own. They are wiped when dropped, compare in constant
//! time, and never show themselves in `Debug`.

/// Declares a secret of `$length` bytes. With `random`, it can also be drawn.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $length:literal, random) => {
        secret!($(#[$doc])* $name, $length);

        impl $name {
            /// Draws a new one.
            pub fn random() -> Result<Self, $crate::Error> {
                crate::random::bytes().map(Self)
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name([u8; $length]);

        #[allow(dead_code, reason = "not every secret comes and goes in every way")]
        impl $name {
            /// Takes the bytes as they are.
            pub fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Takes the bytes as they are, if there are as many as there should be.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, $crate::Error> {
                bytes.try_into().map(Self).map_err(|_| $crate::Error::Length)
            }

            /// Shows the bytes. Whoever calls this is responsible for where they go.
            pub fn expose(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
            }
        }

        impl Eq for $name {}
    };
}

#[cfg(test)]
mod tests {
    secret!(
        /// A secret for these tests.
        Whisper,
        4,
        random
    );

    #[test]
    fn a_secret_does_not_show_itself_in_debug_output() {
        assert_eq!(format!("{:?}", Whisper::from_bytes(*b"psst")), "Whisper(redacted)");
    }

    #[test]
    fn a_secret_equals_only_the_same_bytes() {
        assert_eq!(Whisper::from_bytes(*b"psst"), Whisper::from_bytes(*b"psst"));
        assert_ne!(Whisper::from_bytes(*b"psst"), Whisper::from_bytes(*b"hush"));
        assert!(Whisper::from_slice(b"hus").is_err());
        assert!(Whisper::from_slice(b"hushh").is_err());
    }

    #[test]
    fn two_drawn_secrets_differ() {
        assert_ne!((Whisper::random().unwrap(), Whisper::random().unwrap()).0.expose(), Whisper::random().unwrap().expose());
    }
}
