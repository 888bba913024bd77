//! What follows a link's `#`, where the owner chose that the appliance mails the link too: whether it is one, and this link's.
//!
//! Nothing here opens anything. Of the secret only the knock is derived, the value that a recipient's page would send first.

use api::{Fixed, SEALED_VERSION};
use openssl::kdf::{HkdfMode, hkdf};
use openssl::md::Md;
use vault::{Digest, LinkId};
use zeroize::Zeroizing;

/// Whether a text may be mailed as what follows a link's `#`: 44 digits of base64url, a version that this release knows. All before it is
/// the appliance's own, so that whatever an owner sends can't lead elsewhere.
pub fn mailable_fragment(fragment: &str) -> bool {
    read(fragment).is_some()
}

/// Whether it is the fragment of this link, whose knock has this hash. Another one would be mailed to somebody who could never open it.
pub fn fragment_of(fragment: &str, link: LinkId, knock_hash: &Digest) -> bool {
    let Some(bytes) = read(fragment) else { return false };
    let [_, secret @ ..] = &bytes.0;
    let salt = [&b"postern/1/knock"[..], link.as_bytes()].concat();
    let mut knock = Zeroizing::new([0; 32]);
    let derived = hkdf(Md::sha256(), secret, Some(&salt), Some(b"postern/1/knock\0"), HkdfMode::ExtractAndExpand, None, &mut *knock);
    derived.is_ok() && openssl::memcmp::eq(&openssl::sha::sha256(&*knock), knock_hash.as_bytes())
}

fn read(fragment: &str) -> Option<Fixed<33>> {
    let bytes: Fixed<33> = serde_json::from_value(fragment.into()).ok()?;
    (bytes.0.first() == Some(&SEALED_VERSION)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_follows_a_links_hash_can_not_lead_elsewhere() {
        assert!(mailable_fragment(&format!("AQ{}", "-_".repeat(21))));
        for other in [
            "",
            "x",
            &"A".repeat(44),
            &format!("Ag{}", "A".repeat(42)),
            &format!("AQ{}", "A".repeat(41)),
            &format!("AQ{}", "A".repeat(43)),
            &format!("AQ{}.", "A".repeat(41)),
            &format!("AQ{}=", "A".repeat(41)),
            &format!("AQ{}é", "A".repeat(40)),
        ] {
            assert!(!mailable_fragment(other), "{other:?}");
        }
    }

    #[test]
    fn a_fragment_belongs_to_the_link_whose_knock_it_yields_and_to_no_other() {
        let vectors: Value = serde_json::from_str(include_str!("../../../../tests/vectors/link.json")).unwrap();
        let good = vectors["good"].as_array().unwrap();
        assert!(good.len() >= 2);
        for (at, vector) in good.iter().enumerate() {
            let text = |name: &str| vector[name].as_str().unwrap();
            let bytes = |name: &str| -> Vec<u8> {
                text(name).as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
            };
            let link = LinkId::from_bytes(bytes("link").try_into().unwrap());
            let hash = Digest::from_bytes(bytes("knock_hash").try_into().unwrap());
            assert!(fragment_of(text("fragment"), link, &hash));
            assert!(!fragment_of(text("fragment"), LinkId::from_bytes([0x12; 16]), &hash));
            assert!(!fragment_of(good[1 - at]["fragment"].as_str().unwrap(), link, &hash));
        }
    }
}
