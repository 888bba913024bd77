//! Signing in: the daemon's half of OPAQUE (RFC 9807), as docs/protocol.md fixes it.
//!
//! No password is ever seen here, and nothing is stretched here: only clients run Argon2id, so this half's suite names no
//! stretching. The credential identifier is always the normalised name, for unknown names too.

use opaque_ke::ksf::Identity;
use opaque_ke::{
    CipherSuite, CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, Ristretto255, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup, TripleDh,
};
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use vault::text::UserName;
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

/// ristretto255 for the OPRF and for the key exchange, SHA-512, 3DH.
struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Identity;
}

/// A message of the exchange isn't one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sign-in message is malformed; the program may be of another version")]
pub struct Malformed;

/// Why a sign-in could not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The client's message isn't one.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The account's record and this appliance's setup don't belong together.
    #[error("the account's record was made with sign-in setup {record}, but this appliance has {here}: restore the right setup file")]
    OtherSetup {
        /// The setup that the record names.
        record: String,
        /// The setup that is here.
        here: String,
    },
    /// The account's record can't be read.
    #[error("the account's sign-in record is damaged")]
    Damaged,
}

/// What sign-in needs besides the accounts' records. It stands outside the database.
pub struct Setup {
    id: String,
    server: ServerSetup<Suite>,
}

/// The setup as its file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    setup_id: String,
    server_setup: Zeroizing<String>,
}

/// The answer to a first message, and what to keep until the third.
pub struct Begun {
    /// For the client (KE2).
    pub response: Vec<u8>,
    /// For the store, single use.
    pub state: Vec<u8>,
}

impl Setup {
    /// A new setup.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        let id = random::bytes::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id, server: ServerSetup::new(&mut OsRng) })
    }

    /// What its file holds.
    pub fn to_file(&self) -> Zeroizing<Vec<u8>> {
        let server_setup = Zeroizing::new(random::text(&Zeroizing::new(self.server.serialize().to_vec())));
        // Two strings can always be written as JSON.
        Zeroizing::new(serde_json::to_vec_pretty(&Kept { setup_id: self.id.clone(), server_setup }).unwrap_or_default())
    }

    /// Reads what [`Setup::to_file`] wrote.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, Malformed> {
        let kept: Kept = serde_json::from_slice(bytes).map_err(|_| Malformed)?;
        let setup = Zeroizing::new(random::read::<128>(&kept.server_setup).ok_or(Malformed)?);
        let server = ServerSetup::deserialize(setup.as_slice()).map_err(|_| Malformed)?;
        Ok(Self { id: kept.setup_id, server })
    }

    /// The name that records made with it bear.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Answers a registration's request.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn begin_registration(&self, name: &UserName, request: &[u8]) -> Result<Vec<u8>, Malformed> {
        let request = RegistrationRequest::deserialize(request).map_err(|_| Malformed)?;
        let started = ServerRegistration::<Suite>::start(&self.server, request, name.as_str().as_bytes()).map_err(|_| Malformed)?;
        Ok(started.message.serialize().to_vec())
    }

    /// Answers a sign-in's first message. Without a record the answer looks like any other and can't be finished.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub fn begin_sign_in(&self, name: &UserName, record: Option<(&str, &[u8])>, request: &[u8]) -> Result<Begun, Unanswered> {
        let request = CredentialRequest::deserialize(request).map_err(|_| Malformed)?;
        let record = match record {
            Some((setup, _)) if setup != self.id => {
                return Err(Unanswered::OtherSetup { record: setup.to_owned(), here: self.id.clone() });
            }
            Some((_, bytes)) => Some(ServerRegistration::deserialize(bytes).map_err(|_| Unanswered::Damaged)?),
            None => None,
        };
        let name = name.as_str().as_bytes();
        let started = ServerLogin::<Suite>::start(&mut OsRng, &self.server, record, request, name, ServerLoginParameters::default())
            .map_err(|_| Malformed)?;
        Ok(Begun { response: started.message.serialize().to_vec(), state: started.state.serialize().to_vec() })
    }
}

/// The record to keep from a registration's upload.
///
/// # Errors
/// [`Malformed`].
pub fn finish_registration(upload: &[u8]) -> Result<Vec<u8>, Malformed> {
    let upload = RegistrationUpload::<Suite>::deserialize(upload).map_err(|_| Malformed)?;
    Ok(ServerRegistration::finish(upload).serialize().to_vec())
}

/// Whether the third message proves the password.
pub fn finish_sign_in(state: &[u8], finalization: &[u8]) -> bool {
    let Ok(state) = ServerLogin::<Suite>::deserialize(state) else { return false };
    let Ok(finalization) = CredentialFinalization::deserialize(finalization) else { return false };
    state.finish(finalization, ServerLoginParameters::default()).is_ok()
}

#[cfg(test)]
mod tests {
    use opaque_ke::{
        ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters, CredentialResponse,
        RegistrationResponse,
    };

    use super::*;

    fn name() -> UserName {
        "ada".parse().unwrap()
    }

    fn register(setup: &Setup, password: &[u8]) -> Vec<u8> {
        let client = ClientRegistration::<Suite>::start(&mut OsRng, password).unwrap();
        let answer = setup.begin_registration(&name(), &client.message.serialize()).unwrap();
        let answer = RegistrationResponse::deserialize(&answer).unwrap();
        let done = client.state.finish(&mut OsRng, password, answer, ClientRegistrationFinishParameters::default()).unwrap();
        finish_registration(&done.message.serialize()).unwrap()
    }

    fn sign_in(setup: &Setup, record: Option<&[u8]>, password: &[u8]) -> bool {
        let client = ClientLogin::<Suite>::start(&mut OsRng, password).unwrap();
        let begun = setup.begin_sign_in(&name(), record.map(|record| (setup.id(), record)), &client.message.serialize()).unwrap();
        let answer = CredentialResponse::deserialize(&begun.response).unwrap();
        match client.state.finish(&mut OsRng, password, answer, ClientLoginFinishParameters::default()) {
            Ok(done) => finish_sign_in(&begun.state, &done.message.serialize()),
            Err(_) => false,
        }
    }

    #[test]
    fn the_right_password_signs_in_and_a_wrong_one_or_none_registered_does_not() {
        let setup = Setup::generate().unwrap();
        let record = register(&setup, b"correct horse");
        assert!(sign_in(&setup, Some(&record), b"correct horse"));
        assert!(!sign_in(&setup, Some(&record), b"wrong horse"));
        assert!(!sign_in(&setup, None, b"correct horse"));
    }

    #[test]
    fn a_setup_read_from_its_file_lets_the_same_people_in() {
        let setup = Setup::generate().unwrap();
        let record = register(&setup, b"correct horse");
        let again = Setup::from_file(&setup.to_file()).unwrap();
        assert_eq!(again.id(), setup.id());
        assert!(sign_in(&again, Some(&record), b"correct horse"));
    }

    #[test]
    fn a_record_of_another_setup_is_told_apart_from_a_wrong_password() {
        let setup = Setup::generate().unwrap();
        let client = ClientLogin::<Suite>::start(&mut OsRng, b"correct horse").unwrap();
        let other = setup.begin_sign_in(&name(), Some(("another", &[0; 192])), &client.message.serialize());
        assert!(matches!(other, Err(Unanswered::OtherSetup { .. })));
    }

    #[test]
    fn malformed_messages_are_refused_and_never_panic() {
        let setup = Setup::generate().unwrap();
        for wrong in [&b""[..], b"hello", &[0; 32], &[0; 96], &[0xff; 96], &[0; 5000]] {
            assert!(setup.begin_registration(&name(), wrong).is_err());
            assert!(setup.begin_sign_in(&name(), None, wrong).is_err());
            assert!(finish_registration(wrong).is_err());
            assert!(!finish_sign_in(&[1; 128], wrong));
            assert!(!finish_sign_in(wrong, &[1; 64]));
            assert!(Setup::from_file(wrong).is_err());
        }
    }
}
