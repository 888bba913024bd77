//! The recovery code: 160 bits on paper that open the account when the password is lost. It is shown
//! once and stored nowhere; the daemon holds only a hash of a proof.

use zeroize::Zeroizing;

use crate::crockford::{self, NotACode};
use crate::ctx::ctx;
use crate::{Error, Id, kdf, sha256};

secret!(
    /// A recovery code.
    RecoveryCode,
    20,
    random
);

secret!(
    /// What a client shows to the daemon to prove that it has the code.
    RecoveryProof,
    32
);

impl RecoveryCode {
    /// The code as people write it down: 32 digits and letters in eight groups.
    pub fn show(&self) -> Zeroizing<String> {
        crockford::show(&self.0)
    }

    /// Reads what somebody typed; case, spaces, dashes and look-alikes are forgiven.
    pub fn read(text: &str) -> Result<Self, NotACode> {
        crockford::read(text).map(Self)
    }

    /// The proof for the daemon. It doesn't help to open the root.
    pub fn proof(&self, user: &Id) -> Result<RecoveryProof, Error> {
        self.derive(user, "recovery-proof").map(|key| RecoveryProof(*key.expose()))
    }

    pub(super) fn seal_key(&self, user: &Id) -> Result<kdf::Key, Error> {
        self.derive(user, "recovery-seal")
    }

    fn derive(&self, user: &Id, purpose: &str) -> Result<kdf::Key, Error> {
        let salt = [&b"postern/1/recovery"[..], user].concat();
        kdf::derive(&self.0, &salt, &ctx(purpose, &[]))
    }
}

impl RecoveryProof {
    /// What the daemon stores: SHA-256 of the proof.
    pub fn verifier(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}
