//! The keys that stand outside the database: the appliance's own, and what sign-in needs.
//!
//! Nothing here leaves the daemon, and nothing here shows itself in `Debug`.

use std::fmt;
use std::io;

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use vault::text::UserName;
use vault::{Timestamp, UserId};
use zeroize::Zeroizing;

use crate::opaque::Setup;
use crate::{Config, files};

/// The span of time from which the ids of accounts seem to come, in milliseconds: two years.
const SPAN_MILLIS: u64 = 2 * 365 * 86_400 * 1000;

/// Where that span ends: 2026-01-01T00:00:00Z.
const SPAN_END: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// The keys that stand outside the database.
pub struct Keys {
    appliance: Zeroizing<[u8; 32]>,
    /// What sign-in needs.
    pub sign_in: Setup,
}

impl Keys {
    /// Reads the files that `posternd init` made.
    ///
    /// # Errors
    /// Which file is missing or damaged, and what to do.
    pub fn read(config: &Config) -> io::Result<Self> {
        let appliance = files::read(&config.path(&config.keys.appliance)).map_err(advised)?;
        let appliance: [u8; 32] = appliance.as_slice().try_into().map_err(|_| damaged("the appliance's key"))?;
        let setup = files::read(&config.path(&config.keys.sign_in)).map_err(advised)?;
        let sign_in = Setup::from_file(&setup).map_err(|_| damaged("the sign-in setup"))?;
        Ok(Self { appliance: Zeroizing::new(appliance), sign_in })
    }

    /// The id of the account of this name, whether there is one or not: always the same. A time in it would tell a real one
    /// from an invented one, so both seem to come from the same span.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn user_of(&self, name: &UserName) -> io::Result<UserId> {
        let key = PKey::hmac(self.appliance.as_slice())?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
        signer.update(b"postern/1/invented-user\0")?;
        signer.update(name.as_str().as_bytes())?;
        let derived = signer.sign_to_vec()?;
        let (bytes, rest) = derived.split_first_chunk::<16>().ok_or_else(|| damaged("the derived id"))?;
        let age = rest.first_chunk::<8>().map_or(0, |age| u64::from_be_bytes(*age)) % SPAN_MILLIS;
        let made = SPAN_END.plus_millis(-i64::try_from(age).unwrap_or(0));
        Ok(UserId::from_bytes(vault::ids::version_7(made, *bytes)))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

fn advised(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => io::Error::new(error.kind(), format!("{error}; `posternd init` makes it")),
        _ => error,
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} is damaged: restore its file from a backup"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys { appliance: Zeroizing::new([byte; 32]), sign_in: Setup::generate().unwrap() }
    }

    #[test]
    fn the_id_of_a_name_is_always_the_same_and_shaped_like_any_other_id() {
        let ada: UserName = "ada".parse().unwrap();
        let id = keys(1).user_of(&ada).unwrap();
        assert_eq!(id, keys(1).user_of(&"Ada".parse().unwrap()).unwrap());
        assert_ne!(id, keys(1).user_of(&"bob".parse().unwrap()).unwrap());
        assert_ne!(id, keys(2).user_of(&ada).unwrap());
        let text = id.to_string();
        assert_eq!(text.as_bytes()[14], b'7');
        assert!(text.starts_with("018") || text.starts_with("019"), "{text}");
    }
}
