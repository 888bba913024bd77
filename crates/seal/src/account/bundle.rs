//! A person's key bundle: the two private keys and the public keys of everybody they have met.
//! Public keys of one's own are derived, never fetched.

use serde::{Deserialize, Serialize};

use crate::account::{Fingerprint, Root};
use crate::ctx::ctx;
use crate::sign::SigningKey;
use crate::wrap::UnwrapKey;
use crate::{Error, Id, aead, json, kdf, padding, text};

/// Somebody's two public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    /// X25519: others wrap to it.
    #[serde(with = "text::array")]
    pub encryption: [u8; 32],
    /// Ed25519: verifies what its holder signed.
    #[serde(with = "text::array")]
    pub signing: [u8; 32],
}

/// Somebody and the keys under which one knows them. From the first meeting on, other keys are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Who.
    #[serde(with = "text::array")]
    pub user: Id,
    /// Their keys.
    pub keys: PublicKeys,
}

/// The private keys of one person, and whom that person has met.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyBundle {
    /// Opens what others wrapped to this person.
    pub encryption: UnwrapKey,
    /// Signs this person's records.
    pub signing: SigningKey,
    /// The people met so far, in the order of meeting.
    pub pins: Vec<Pin>,
}

/// The bundle as it is sealed.
#[derive(Serialize, Deserialize, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
struct Plain {
    #[serde(with = "text::array")]
    encryption: [u8; 32],
    #[serde(with = "text::array")]
    signing: [u8; 32],
    #[zeroize(skip)]
    pins: Vec<Pin>,
}

impl PublicKeys {
    /// What people compare.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self)
    }
}

impl KeyBundle {
    /// Draws two new private keys.
    pub fn random() -> Result<Self, Error> {
        Ok(Self { encryption: UnwrapKey::random()?, signing: SigningKey::random()?, pins: Vec::new() })
    }

    /// Derives the public keys.
    pub fn public(&self) -> Result<PublicKeys, Error> {
        Ok(PublicKeys { encryption: self.encryption.public()?, signing: self.signing.public()? })
    }

    /// Seals the bundle under the root.
    pub fn seal(&self, root: &Root, user: &Id) -> Result<Vec<u8>, Error> {
        let plain = Plain { encryption: *self.encryption.expose(), signing: *self.signing.expose(), pins: self.pins.clone() };
        let padded = padding::pad(&json::write(&plain)?)?;
        aead::seal(key(root, user)?.expose(), &padded, &ctx("bundle", &[user]))
    }

    /// Opens what [`KeyBundle::seal`] made.
    pub fn open(sealed: &[u8], root: &Root, user: &Id) -> Result<Self, Error> {
        let padded = aead::open(key(root, user)?.expose(), sealed, &ctx("bundle", &[user]))?;
        let mut plain: Plain = json::read(padding::unpad(&padded)?)?;
        let mut met = std::collections::HashSet::new();
        if !plain.pins.iter().all(|pin| met.insert(pin.user)) {
            // Two keys for one person would make it a matter of luck which of them is believed.
            return Err(Error::Form);
        }
        Ok(Self {
            encryption: UnwrapKey::from_bytes(plain.encryption),
            signing: SigningKey::from_bytes(plain.signing),
            pins: std::mem::take(&mut plain.pins),
        })
    }
}

fn key(root: &Root, user: &Id) -> Result<kdf::Key, Error> {
    kdf::derive(root.expose(), b"", &ctx("bundle-key", &[user]))
}
