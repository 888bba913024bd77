//! Accounts: registration with an invitation, sign-in, password, recovery. OPAQUE messages (RFC 9807) travel as bytes.

use serde::{Deserialize, Serialize};
use vault::text::{Email, FullName, UserName};
use vault::{Language, SignInId, Timestamp, UserId};

use crate::{Bytes, Fixed, Sealed, Secret};

/// The keys that others may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeys {
    /// X25519, for wrapping keys to this person.
    pub encryption: Fixed<32>,
    /// Ed25519, for recognising what this person signed.
    pub signing: Fixed<32>,
}

/// The root, sealed under what the recovery code yields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverySeal {
    /// The sealed root.
    pub root: Sealed,
    /// SHA-256 of the recovery proof.
    pub verifier: Fixed<32>,
}

/// `POST /api/v1/registration/start`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartRegistration {
    /// What the operator handed over.
    pub invitation: Secret,
    /// OPAQUE registration request.
    pub request: Bytes,
}

/// The answer: who the invitation is for.
#[derive(Debug, Serialize, Deserialize)]
pub struct RegistrationStarted {
    /// The account that will be; the seals are bound to it.
    pub user: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// OPAQUE registration response.
    pub response: Bytes,
}

/// `POST /api/v1/registration/finish`. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishRegistration {
    /// What the operator handed over.
    pub invitation: Secret,
    /// OPAQUE registration upload.
    pub upload: Bytes,
    /// The root, sealed under OPAQUE's export key.
    pub root: Sealed,
    /// Private keys and pins, sealed under the root.
    pub keys: Sealed,
    /// The public keys.
    pub public: PublicKeys,
    /// The root again, for the recovery code.
    pub recovery: RecoverySeal,
}

/// `POST /api/v1/sign-in/start`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartSignIn {
    /// The name to sign in with.
    pub name: UserName,
    /// OPAQUE credential request (KE1).
    pub request: Bytes,
}

/// The answer, which has the same shape for names that don't exist.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignInStarted {
    /// To be named in the next message, within a minute and once.
    pub sign_in: SignInId,
    /// OPAQUE credential response (KE2).
    pub response: Bytes,
}

/// `POST /api/v1/sign-in/finish`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishSignIn {
    /// From the first answer.
    pub sign_in: SignInId,
    /// OPAQUE credential finalization (KE3).
    pub finalization: Bytes,
}

/// The answer to a right sign-in.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// To be sent as `Authorization: Bearer` from now on.
    pub session: Secret,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// The account.
    pub account: Account,
}

/// `GET /api/v1/account`. `POST /api/v1/sign-out` ends the session; neither it nor its answer has a body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Who it is.
    pub user: UserId,
    /// The name signed in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// Where notices go.
    pub email: Email,
    /// Whether sharing with people outside the vault is allowed.
    pub external_share: bool,
    /// The root, sealed under OPAQUE's export key.
    pub root: Sealed,
    /// Private keys and pins, sealed under the root.
    pub keys: Sealed,
    /// The public keys as the daemon tells them; clients derive their own.
    pub public: PublicKeys,
    /// A random key of this session, under which the command line keeps the root at rest.
    pub kept_key: Fixed<32>,
    /// The address at which recipients reach the appliance: links begin with it. `https://HOST[:port]`; empty if it isn't told.
    #[serde(default)]
    pub public_url: String,
    /// In which language recipients are written to where their share names none.
    #[serde(default)]
    pub language: Language,
}

/// `POST /api/v1/password/start`, in a fresh session.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartPassword {
    /// OPAQUE registration request for the new password.
    pub request: Bytes,
}

/// The answer to the start of a password change.
#[derive(Debug, Serialize, Deserialize)]
pub struct PasswordStarted {
    /// OPAQUE registration response.
    pub response: Bytes,
}

/// `POST /api/v1/password/finish`, in a fresh session. All other sessions end. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishPassword {
    /// OPAQUE registration upload.
    pub upload: Bytes,
    /// The same root, sealed under the new export key.
    pub root: Sealed,
}

/// `POST /api/v1/recovery/start`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartRecovery {
    /// The name to sign in with.
    pub name: UserName,
    /// Derived from the recovery code.
    pub proof: Fixed<32>,
    /// OPAQUE registration request for the new password.
    pub request: Bytes,
}

/// The answer to a right recovery proof.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecoveryStarted {
    /// To be named in the next message, within a minute and once.
    pub recovery: SignInId,
    /// The account.
    pub user: UserId,
    /// The root, sealed for the recovery code.
    pub root: Sealed,
    /// OPAQUE registration response.
    pub response: Bytes,
}

/// `POST /api/v1/recovery/finish`. All sessions end. The answer has no body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishRecovery {
    /// From the first answer.
    pub recovery: SignInId,
    /// OPAQUE registration upload.
    pub upload: Bytes,
    /// The same root, sealed under the new export key.
    pub root: Sealed,
    /// The same root, for the new recovery code.
    pub recovery_seal: RecoverySeal,
}

/// `POST /api/v1/recovery/user`: the account's id, which the recovery proof is derived with. The answer has the same shape,
/// and stays the same, for names that don't exist.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindRecovery {
    /// The name to sign in with.
    pub name: UserName,
}

/// The answer: an account's id.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecoveryFound {
    /// The account, or what looks like one.
    pub user: UserId,
}
