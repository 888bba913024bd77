//! What people bring along: blobs that look sealed, and what is derived from secrets. The same for the same thing each time.

use store::{Enrolment, EpochBlobs, Failure, Operator, VersionBlobs};
use vault::link::{Attempt, Knock, Proof};
use vault::{Digest, LinkId, Refusal, ShareId};

pub fn operator() -> Operator {
    Operator { uid: 1000, name: "olga".to_owned() }
}

/// SHA-256 of the invitation's code.
pub fn code(name: &str) -> Digest {
    Digest::of(&[b"invitation", name.as_bytes()])
}

/// SHA-256 of the proof that a recovery code yields.
pub fn verifier(name: &str) -> Digest {
    Digest::of(&[b"recovery", name.as_bytes()])
}

pub fn enrolment(name: &str) -> Enrolment {
    Enrolment {
        record: format!("record of {name}").into_bytes(),
        setup: "2026-11".to_owned(),
        root: b"\x01sealed root".to_vec(),
        keys: b"\x01sealed keys".to_vec(),
        encryption_key: [1; 32],
        signing_key: [2; 32],
        fingerprint: format!("fingerprint of {name}"),
        recovery_root: b"\x01sealed root for the code".to_vec(),
        recovery_verifier: verifier(name),
    }
}

pub fn epoch(number: u64) -> EpochBlobs {
    let previous_key = (number > 1).then(|| b"\x01previous key".to_vec());
    EpochBlobs { epoch: number, record: format!("\x01epoch {number}").into_bytes(), wrap: b"\x01wrapped item key".to_vec(), previous_key }
}

pub fn version(number: u64, epoch: u64) -> VersionBlobs {
    VersionBlobs { version: number, epoch, record: format!("\x01version {number}").into_bytes(), details: b"\x01sealed name".to_vec() }
}

pub fn snapshot(share: ShareId) -> Vec<u8> {
    format!("\x01snapshot of {share}").into_bytes()
}

pub fn wrap(link: LinkId) -> Vec<u8> {
    format!("\x01wrap for {link}").into_bytes()
}

/// 32 bytes that only who holds the link could send.
pub fn knock_bytes(link: LinkId) -> [u8; 32] {
    *Digest::of(&[b"the secret of", link.as_bytes()]).as_bytes()
}

/// 32 bytes that only who holds link and token could send.
pub fn proof_bytes(link: LinkId) -> [u8; 32] {
    *Digest::of(&[b"the token of", link.as_bytes()]).as_bytes()
}

pub fn knock(link: LinkId) -> Knock {
    Knock::from_bytes(knock_bytes(link))
}

pub fn proof(link: LinkId) -> Proof {
    Proof::from_bytes(proof_bytes(link))
}

pub fn wrong_knock() -> Knock {
    Knock::from_bytes([0xa7; 32])
}

pub fn wrong_proof() -> Proof {
    Proof::from_bytes([0xb7; 32])
}

pub fn attempt(try_number: u8) -> Attempt {
    Attempt::from_bytes([0xc0 ^ try_number; 32])
}

/// The link that a message is about.
pub fn about(message: &store::Message) -> &store::OfLink {
    match &message.matter {
        store::Matter::Link(of) => of,
        store::Matter::Invitation(_) => panic!("it is about an invitation"),
    }
}

/// The refusal that this must be.
pub fn refusal<T>(answer: Result<T, Failure>) -> Refusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(broken)) => panic!("broken instead of refused: {broken}"),
        Ok(_) => panic!("granted instead of refused"),
    }
}

/// Bytes as [`House::remembered`] shows them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
