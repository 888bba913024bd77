//! The sealed formats of Postern: what is sealed before it leaves a client, and opened only in one.
//!
//! There is no clock, no file and no network here, and nothing but randomness from outside.
//! `docs/protocol.md` describes every format exactly; `tests/vectors/` holds examples, good and
//! malformed, that the browser's implementation reads too.
//!
//! From the outside in:
//!
//! * [`account`]: a person's root, keys, fingerprint and recovery code; [`opaque`]: sign-in.
//! * [`item`]: contents, epochs with their signed records, versions.
//! * [`link`]: what a recipient without an account opens.
//! * One primitive per file below them: [`aead`], [`kdf`], [`wrap`], [`sign`], [`padding`], and the
//!   encodings [`mod@ctx`], [`json`], [`text`] and [`crockford`].

#[macro_use]
mod secret;

pub mod account;
pub mod aead;
mod blob;
pub mod crockford;
pub mod ctx;
mod error;
pub mod id;
pub mod item;
pub mod json;
pub mod kdf;
pub mod link;
pub mod opaque;
pub mod padding;
mod random;
pub mod sign;
pub mod text;
pub mod wrap;

#[cfg(test)]
mod vectors;

pub use blob::VERSION;
pub use error::Error;
pub use id::Id;
pub use openssl::sha::sha256;
pub use zeroize::Zeroizing;
