//! A link's secret, its token, and what is derived from them. The daemon sees knock and proof and keeps
//! only their hashes; the key that opens the wrap never leaves the client.

use zeroize::Zeroizing;

use crate::crockford::{self, NotACode};
use crate::ctx::ctx;
use crate::{Error, Id, VERSION, blob, kdf, sha256, text};

secret!(
    /// The link's secret. It stands in the URL's fragment and nowhere else.
    LinkSecret,
    32,
    random
);

secret!(
    /// The access token, which travels apart from the link.
    Token,
    10,
    random
);

secret!(
    /// Says: I hold the link.
    Knock,
    32
);

secret!(
    /// Says: I hold link and token.
    Proof,
    32
);

impl LinkSecret {
    /// The URL's fragment: base64url of 0x01 and the secret.
    pub fn to_fragment(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([VERSION; 33]);
        for (to, from) in bytes.iter_mut().skip(1).zip(&self.0) {
            *to = *from;
        }
        Zeroizing::new(text::encode(&*bytes))
    }

    /// Reads what [`LinkSecret::to_fragment`] wrote.
    pub fn from_fragment(fragment: &str) -> Result<Self, Error> {
        let bytes = Zeroizing::new(text::decode(fragment)?);
        Self::from_slice(blob::rest(&bytes)?)
    }

    /// The knock of a link.
    pub fn knock(&self, link: &Id) -> Result<Knock, Error> {
        let salt = [&b"postern/1/knock"[..], link].concat();
        kdf::derive(&self.0, &salt, &ctx("knock", &[])).map(|key| Knock(*key.expose()))
    }

    /// The proof of a link; without a token, if it has none.
    pub fn proof(&self, token: Option<&Token>, link: &Id) -> Result<Proof, Error> {
        self.derive(token, link, "proof").map(|key| Proof(*key.expose()))
    }

    /// The key that opens the wrap.
    pub(crate) fn kek(&self, token: Option<&Token>, link: &Id) -> Result<kdf::Key, Error> {
        self.derive(token, link, "open")
    }

    fn derive(&self, token: Option<&Token>, link: &Id, purpose: &str) -> Result<kdf::Key, Error> {
        let token: &[u8] = token.map_or(&[], |token| &token.0);
        let both = Zeroizing::new([&self.0[..], token].concat());
        let salt = [&b"postern/1/link"[..], link].concat();
        kdf::derive(&both, &salt, &ctx(purpose, &[]))
    }
}

impl Token {
    /// The token as people see it: sixteen digits and letters in four groups.
    pub fn show(&self) -> Zeroizing<String> {
        crockford::show(&self.0)
    }

    /// Reads what somebody typed; case, spaces, dashes and look-alikes are forgiven.
    pub fn read(text: &str) -> Result<Self, NotACode> {
        crockford::read(text).map(Self)
    }
}

impl Knock {
    /// What the daemon stores.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}

impl Proof {
    /// What the daemon stores.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_is_read_only_whole_and_of_a_known_version() {
        let secret = LinkSecret::random().unwrap();
        let fragment = secret.to_fragment();
        assert_eq!(fragment.len(), 44);
        assert_eq!(LinkSecret::from_fragment(&fragment).unwrap(), secret);
        assert!(LinkSecret::from_fragment(&fragment[..43]).is_err());
        assert_eq!(LinkSecret::from_fragment(&fragment[..40]), Err(Error::Length));
        assert_eq!(LinkSecret::from_fragment(&format!("{}AAAA", &*fragment)), Err(Error::Length));
        assert_eq!(LinkSecret::from_fragment(""), Err(Error::Length));
        let newer = text::encode(&[&[2][..], secret.expose()].concat());
        assert_eq!(LinkSecret::from_fragment(&newer), Err(Error::UnknownVersion(2)));
    }

    #[test]
    fn knock_proof_and_key_tell_nothing_of_each_other_or_of_another_link() {
        let secret = LinkSecret::from_bytes([7; 32]);
        let token = Token::from_bytes([8; 10]);
        let (here, there) = ([1; 16], [2; 16]);
        let all = [
            *secret.knock(&here).unwrap().expose(),
            *secret.knock(&there).unwrap().expose(),
            *secret.proof(Some(&token), &here).unwrap().expose(),
            *secret.proof(Some(&token), &there).unwrap().expose(),
            *secret.proof(None, &here).unwrap().expose(),
            *secret.kek(Some(&token), &here).unwrap().expose(),
            *secret.kek(None, &here).unwrap().expose(),
        ];
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
