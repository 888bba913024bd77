//! The root of an account and the three ways in which it is sealed. It is never derived from anything
//! and never stored open.

use crate::account::RecoveryCode;
use crate::ctx::ctx;
use crate::opaque::ExportKey;
use crate::{Error, Id, aead, kdf};

secret!(
    /// The root of an account.
    Root,
    32,
    random
);

secret!(
    /// The key that the daemon keeps in a session's row and hands to that session only. The root at rest
    /// on the session's machine is sealed under it, so neither of the two is enough, and ending the
    /// session takes the root away.
    KeptKey,
    32,
    random
);

impl Root {
    /// Seals the root under the password's export key.
    pub fn seal_by_password(&self, export_key: &ExportKey, user: &Id) -> Result<Vec<u8>, Error> {
        aead::seal(password_key(export_key, user)?.expose(), &self.0, &ctx("root", &[user]))
    }

    /// Opens what [`Root::seal_by_password`] made.
    pub fn open_by_password(sealed: &[u8], export_key: &ExportKey, user: &Id) -> Result<Self, Error> {
        open(password_key(export_key, user)?.expose(), sealed, &ctx("root", &[user]))
    }

    /// Seals the root under the recovery code.
    pub fn seal_by_recovery(&self, code: &RecoveryCode, user: &Id) -> Result<Vec<u8>, Error> {
        aead::seal(code.seal_key(user)?.expose(), &self.0, &ctx("root-recovery", &[user]))
    }

    /// Opens what [`Root::seal_by_recovery`] made.
    pub fn open_by_recovery(sealed: &[u8], code: &RecoveryCode, user: &Id) -> Result<Self, Error> {
        open(code.seal_key(user)?.expose(), sealed, &ctx("root-recovery", &[user]))
    }

    /// Seals the root for the time that a session lasts.
    pub fn keep(&self, key: &KeptKey, user: &Id) -> Result<Vec<u8>, Error> {
        aead::seal(key.expose(), &self.0, &ctx("kept", &[user]))
    }

    /// Opens what [`Root::keep`] made.
    pub fn open_kept(sealed: &[u8], key: &KeptKey, user: &Id) -> Result<Self, Error> {
        open(key.expose(), sealed, &ctx("kept", &[user]))
    }
}

fn open(key: &[u8; 32], sealed: &[u8], associated: &[u8]) -> Result<Root, Error> {
    Ok(Root(*aead::open_array(key, sealed, associated)?))
}

fn password_key(export_key: &ExportKey, user: &Id) -> Result<kdf::Key, Error> {
    kdf::derive(export_key.expose(), b"", &ctx("account", &[user]))
}
