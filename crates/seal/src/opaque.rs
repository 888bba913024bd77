//! Signing in: the client's half of OPAQUE (RFC 9807). The password never leaves this file's callers,
//! and neither does anything from which the daemon alone could guess it.
//!
//! The cipher suite is fixed: ristretto255 for the OPRF and for the key exchange, SHA-512, 3DH, and
//! Argon2id with 65,536 KiB, three passes and four lanes, a salt of sixteen zero bytes and 64 bytes of
//! output, as RFC 9807 recommends where memory is scarce. Nothing but the client stretches the password,
//! so the server's agreement proves nothing about these numbers; they are given explicitly.
//!
//! There is no context, and no identifier is sent: the only one is the credential identifier that the
//! daemon takes for itself from the normalised name.

use opaque_ke::argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::errors::ProtocolError;
use opaque_ke::rand::{CryptoRng, Error as RandError, RngCore};
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters, CredentialResponse,
    Identifiers, RegistrationResponse, Ristretto255, TripleDh,
};

use crate::{Error, random};

secret!(
    /// What registration and every later sign-in with the same password give: it opens the root.
    /// The daemon never has it.
    ExportKey,
    64
);

secret!(
    /// A key that only this one sign-in's client and daemon share. No format uses it yet.
    SessionKey,
    64
);

/// Why registration or sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The password is wrong, or there is nobody of that name: nobody can tell which.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// The daemon's answer is none that an honest daemon gives.
    #[error("the answer to the sign-in was malformed; the appliance may be of another version")]
    Malformed,
    /// Something failed that no input can make fail.
    #[error(transparent)]
    Machine(Error),
}

/// Postern's one cipher suite.
pub(crate) struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Argon2<'static>;
}

/// A registration whose request has been made and whose answer is awaited.
pub struct Registration {
    state: ClientRegistration<Suite>,
    password: zeroize::Zeroizing<Vec<u8>>,
}

/// A sign-in whose first message has been made and whose answer is awaited.
pub struct SignIn {
    state: ClientLogin<Suite>,
    password: zeroize::Zeroizing<Vec<u8>>,
}

/// What a verified sign-in gives. Only its last message tells the daemon that the password was right.
#[derive(Debug)]
pub struct SignedIn {
    /// The third message (KE3), for the daemon.
    pub finalization: Vec<u8>,
    /// Opens the root.
    pub export_key: ExportKey,
    /// Shared with the daemon for this sign-in.
    pub session_key: SessionKey,
}

impl Registration {
    /// Begins. Returns what to keep and the request to send.
    pub fn start(password: &str) -> Result<(Self, Vec<u8>), Failure> {
        let started = with_randomness(|rng| ClientRegistration::start(rng, password.as_bytes()))?;
        let request = started.message.serialize().to_vec();
        let password = zeroize::Zeroizing::new(password.as_bytes().to_vec());
        Ok((Self { state: started.state, password }, request))
    }

    /// Ends with the daemon's answer. Returns the record to upload and the export key.
    pub fn finish(self, answer: &[u8]) -> Result<(Vec<u8>, ExportKey), Failure> {
        let answer = RegistrationResponse::deserialize(answer).map_err(|_| Failure::Malformed)?;
        let stretch = argon2()?;
        let parameters = ClientRegistrationFinishParameters::new(Identifiers::default(), Some(&stretch));
        let Self { state, password } = self;
        let finished = with_randomness(|rng| state.finish(rng, &password, answer, parameters))?;
        Ok((finished.message.serialize().to_vec(), export_key(&finished.export_key)?))
    }
}

impl SignIn {
    /// Begins. Returns what to keep and the first message (KE1) to send.
    pub fn start(password: &str) -> Result<(Self, Vec<u8>), Failure> {
        let started = with_randomness(|rng| ClientLogin::start(rng, password.as_bytes()))?;
        let first = started.message.serialize().to_vec();
        let password = zeroize::Zeroizing::new(password.as_bytes().to_vec());
        Ok((Self { state: started.state, password }, first))
    }

    /// Ends with the daemon's answer (KE2). A wrong password is known here, before the third message.
    pub fn finish(self, answer: &[u8]) -> Result<SignedIn, Failure> {
        let answer = CredentialResponse::deserialize(answer).map_err(|_| Failure::Malformed)?;
        let stretch = argon2()?;
        let parameters = ClientLoginFinishParameters::new(None, Identifiers::default(), Some(&stretch));
        let Self { state, password } = self;
        let finished = with_randomness(|rng| state.finish(rng, &password, answer, parameters))?;
        Ok(SignedIn {
            finalization: finished.message.serialize().to_vec(),
            export_key: export_key(&finished.export_key)?,
            session_key: SessionKey::from_slice(&finished.session_key).map_err(Failure::Machine)?,
        })
    }
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration(redacted)")
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(redacted)")
    }
}

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(65_536, 3, 4, None).map_err(|_| Failure::Machine(Error::Library))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn export_key(bytes: &[u8]) -> Result<ExportKey, Failure> {
    ExportKey::from_slice(bytes).map_err(Failure::Machine)
}

/// Runs one step. What it made is thrown away if any of its randomness failed to come.
fn with_randomness<T>(step: impl FnOnce(&mut Randomness) -> Result<T, ProtocolError>) -> Result<T, Failure> {
    let mut randomness = Randomness { failed: false };
    let out = step(&mut randomness);
    if randomness.failed {
        return Err(Failure::Machine(Error::Library));
    }
    match out {
        Ok(out) => Ok(out),
        Err(ProtocolError::InvalidLoginError) => Err(Failure::WrongPassword),
        Err(_) => Err(Failure::Malformed),
    }
}

/// OpenSSL's randomness for a library whose interface knows none that fails: a failure is remembered
/// and asked for afterwards.
pub(crate) struct Randomness {
    pub(crate) failed: bool,
}

impl RngCore for Randomness {
    fn next_u32(&mut self) -> u32 {
        let mut out = [0; 4];
        self.fill_bytes(&mut out);
        u32::from_be_bytes(out)
    }

    fn next_u64(&mut self) -> u64 {
        let mut out = [0; 8];
        self.fill_bytes(&mut out);
        u64::from_be_bytes(out)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        if random::fill(out).is_err() {
            self.failed = true;
            // Not zeros: scalars are drawn until one isn't zero, and that must end.
            out.fill(1);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), RandError> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Randomness {}

#[cfg(test)]
mod tests {
    use super::*;
    use opaque_ke::{
        CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, ServerLogin, ServerLoginParameters,
        ServerRegistration, ServerSetup,
    };

    /// The daemon's half, as the daemon runs it.
    struct Daemon {
        setup: ServerSetup<Suite>,
        record: Option<Vec<u8>>,
    }

    impl Daemon {
        fn with_registered(password: &str) -> (Self, ExportKey) {
            let mut daemon = Self { setup: ServerSetup::new(&mut rng()), record: None };
            let (registration, request) = Registration::start(password).unwrap();
            let request = RegistrationRequest::deserialize(&request).unwrap();
            let answer = ServerRegistration::start(&daemon.setup, request, b"anna").unwrap();
            let (upload, key) = registration.finish(&answer.message.serialize()).unwrap();
            let upload = RegistrationUpload::deserialize(&upload).unwrap();
            daemon.record = Some(ServerRegistration::<Suite>::finish(upload).serialize().to_vec());
            (daemon, key)
        }

        fn answer(&self, first: &[u8]) -> (ServerLogin<Suite>, Vec<u8>) {
            let record = self.record.as_ref().map(|it| ServerRegistration::deserialize(it).unwrap());
            let first = CredentialRequest::deserialize(first).unwrap();
            let parameters = ServerLoginParameters::default();
            let started = ServerLogin::start(&mut rng(), &self.setup, record, first, b"anna", parameters).unwrap();
            (started.state, started.message.serialize().to_vec())
        }
    }

    fn rng() -> Randomness {
        Randomness { failed: false }
    }

    #[test]
    fn the_right_password_opens_and_gives_the_same_export_key_each_time() {
        let (daemon, registered) = Daemon::with_registered("correct horse");
        let (sign_in, first) = SignIn::start("correct horse").unwrap();
        let (state, answer) = daemon.answer(&first);
        let signed_in = sign_in.finish(&answer).unwrap();
        assert_eq!(signed_in.export_key, registered);
        let third = CredentialFinalization::deserialize(&signed_in.finalization).unwrap();
        let verified = state.finish(third, ServerLoginParameters::default()).unwrap();
        assert_eq!(signed_in.session_key.expose()[..], verified.session_key[..]);
    }

    #[test]
    fn a_wrong_password_and_an_unknown_name_fail_alike() {
        let (mut daemon, _) = Daemon::with_registered("correct horse");
        let (sign_in, first) = SignIn::start("wrong horse").unwrap();
        assert_eq!(sign_in.finish(&daemon.answer(&first).1).unwrap_err(), Failure::WrongPassword);
        daemon.record = None;
        let (sign_in, first) = SignIn::start("correct horse").unwrap();
        assert_eq!(sign_in.finish(&daemon.answer(&first).1).unwrap_err(), Failure::WrongPassword);
    }

    #[test]
    fn a_malformed_answer_is_told_from_a_wrong_password() {
        let (daemon, _) = Daemon::with_registered("correct horse");
        let (sign_in, first) = SignIn::start("correct horse").unwrap();
        let answer = daemon.answer(&first).1;
        assert_eq!(sign_in.finish(&answer[1..]).unwrap_err(), Failure::Malformed);
        let (registration, _) = Registration::start("correct horse").unwrap();
        assert_eq!(registration.finish(b"hello").unwrap_err(), Failure::Malformed);
    }

    #[test]
    fn debug_output_shows_no_password() {
        let (registration, _) = Registration::start("correct horse").unwrap();
        let (sign_in, _) = SignIn::start("correct horse").unwrap();
        let shown = format!("{registration:?} {sign_in:?}");
        assert_eq!(shown, "Registration(redacted) SignIn(redacted)");
    }
}
