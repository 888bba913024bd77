//! A person's account: one random root, under which everything of theirs is sealed.
//! The password never touches the root itself, so changing it re-seals 32 bytes and no item.

mod bundle;
mod fingerprint;
mod recovery;
mod root;

pub use bundle::{KeyBundle, Pin, PublicKeys};
pub use fingerprint::Fingerprint;
pub use recovery::{RecoveryCode, RecoveryProof};
pub use root::{KeptKey, Root};

use crate::opaque::ExportKey;
use crate::{Error, Id};

/// An account whose root and keys are open: only ever in a client's memory.
#[derive(Debug)]
pub struct Account {
    /// Whose it is.
    pub user: Id,
    /// What everything else is sealed under.
    pub root: Root,
    /// The private keys, and the keys of others that this person has met.
    pub keys: KeyBundle,
}

/// What registration uploads besides the OPAQUE record. The daemon can open none of it.
#[derive(Debug, PartialEq, Eq)]
pub struct SealedAccount {
    /// The root, sealed under the password's export key.
    pub root_by_password: Vec<u8>,
    /// The root, sealed under the recovery code.
    pub root_by_recovery: Vec<u8>,
    /// SHA-256 of the recovery proof.
    pub recovery_verifier: [u8; 32],
    /// The key bundle, sealed under the root.
    pub bundle: Vec<u8>,
    /// The public keys.
    pub public: PublicKeys,
}

impl Account {
    /// Makes a new account. The recovery code is shown once and never stored.
    pub fn create(user: Id, export_key: &ExportKey) -> Result<(Self, RecoveryCode, SealedAccount), Error> {
        let account = Self { user, root: Root::random()?, keys: KeyBundle::random()? };
        let code = RecoveryCode::random()?;
        let sealed = SealedAccount {
            root_by_password: account.root.seal_by_password(export_key, &user)?,
            root_by_recovery: account.root.seal_by_recovery(&code, &user)?,
            recovery_verifier: code.proof(&user)?.verifier(),
            bundle: account.keys.seal(&account.root, &user)?,
            public: account.keys.public()?,
        };
        Ok((account, code, sealed))
    }

    /// Opens an account whose root was opened by password, by recovery code or from where it is kept.
    pub fn open(user: Id, root: Root, bundle: &[u8]) -> Result<Self, Error> {
        let keys = KeyBundle::open(bundle, &root, &user)?;
        Ok(Self { user, root, keys })
    }

    /// This account's own entry in a list of people: derived here, never taken from the daemon.
    pub fn pin(&self) -> Result<Pin, Error> {
        Ok(Pin { user: self.user, keys: self.keys.public()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALICE: Id = [0xa1; 16];
    const BOB: Id = [0xb0; 16];

    fn export_key(byte: u8) -> ExportKey {
        ExportKey::from_bytes([byte; 64])
    }

    #[test]
    fn an_account_opens_again_by_password_and_by_recovery_code() {
        let (account, code, sealed) = Account::create(ALICE, &export_key(1)).unwrap();
        for root in [
            Root::open_by_password(&sealed.root_by_password, &export_key(1), &ALICE).unwrap(),
            Root::open_by_recovery(&sealed.root_by_recovery, &code, &ALICE).unwrap(),
        ] {
            let again = Account::open(ALICE, root, &sealed.bundle).unwrap();
            assert_eq!(again.root, account.root);
            assert_eq!(again.keys, account.keys);
            assert_eq!(again.pin().unwrap().keys, sealed.public);
        }
        assert_eq!(code.proof(&ALICE).unwrap().verifier(), sealed.recovery_verifier);
    }

    #[test]
    fn nobody_elses_password_code_or_id_opens_it() {
        let (account, code, sealed) = Account::create(ALICE, &export_key(1)).unwrap();
        let by_password = &sealed.root_by_password;
        assert!(Root::open_by_password(by_password, &export_key(2), &ALICE).is_err());
        assert!(Root::open_by_password(by_password, &export_key(1), &BOB).is_err());
        let by_recovery = &sealed.root_by_recovery;
        assert!(Root::open_by_recovery(by_recovery, &RecoveryCode::random().unwrap(), &ALICE).is_err());
        assert!(Root::open_by_recovery(by_recovery, &code, &BOB).is_err());
        // One seal can't stand in for the other.
        assert!(Root::open_by_password(by_recovery, &export_key(1), &ALICE).is_err());
        assert!(KeyBundle::open(&sealed.bundle, &account.root, &BOB).is_err());
        assert!(KeyBundle::open(&sealed.bundle, &Root::random().unwrap(), &ALICE).is_err());
    }

    #[test]
    fn the_kept_root_opens_only_with_the_sessions_key() {
        let root = Root::random().unwrap();
        let key = KeptKey::random().unwrap();
        let kept = root.keep(&key, &ALICE).unwrap();
        assert_eq!(Root::open_kept(&kept, &key, &ALICE).unwrap(), root);
        assert!(Root::open_kept(&kept, &key, &BOB).is_err());
        assert!(Root::open_kept(&kept, &KeptKey::random().unwrap(), &ALICE).is_err());
    }

    #[test]
    fn the_people_that_somebody_has_met_travel_with_their_keys() {
        let root = Root::random().unwrap();
        let mut keys = KeyBundle::random().unwrap();
        keys.pins.push(Pin { user: BOB, keys: KeyBundle::random().unwrap().public().unwrap() });
        let sealed = keys.seal(&root, &ALICE).unwrap();
        assert_eq!(KeyBundle::open(&sealed, &root, &ALICE).unwrap(), keys);
    }

    #[test]
    fn debug_output_shows_no_key() {
        let (account, code, _) = Account::create(ALICE, &export_key(1)).unwrap();
        let shown = format!("{account:?} {code:?} {:?}", code.proof(&ALICE).unwrap());
        assert!(shown.contains("redacted"));
        for secret in [account.root.expose(), account.keys.encryption.expose(), account.keys.signing.expose()] {
            assert!(!shown.contains(&format!("{:?}", &secret[..4])[1..10]), "{shown}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_altered_byte_of_a_seal_is_refused(at: prop::sample::Index, bit in 0_u32..8) {
            let (account, code, sealed) = Account::create(ALICE, &export_key(1)).unwrap();
            let altered = |blob: &[u8]| {
                let mut blob = blob.to_vec();
                let at = at.index(blob.len());
                blob[at] ^= 1_u8 << bit;
                blob
            };
            prop_assert!(Root::open_by_password(&altered(&sealed.root_by_password), &export_key(1), &ALICE).is_err());
            prop_assert!(Root::open_by_recovery(&altered(&sealed.root_by_recovery), &code, &ALICE).is_err());
            prop_assert!(KeyBundle::open(&altered(&sealed.bundle), &account.root, &ALICE).is_err());
        }
    }
}
