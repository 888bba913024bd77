//! Sealing a share, and opening it with a link. The snapshot is sealed once under a share key of its own;
//! each link wraps that key together with the hash of the sealed snapshot. So nobody, not even another
//! recipient together with the daemon, can slip in another snapshot.

use zeroize::Zeroizing;

use crate::ctx::ctx;
use crate::link::{LinkSecret, Snapshot, Token};
use crate::{Error, Id, aead, sha256};

secret!(
    /// The key of one share's snapshot.
    ShareKey,
    32,
    random
);

/// A link that is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLink {
    /// Its id.
    pub link: Id,
    /// Whether its recipient needs a token too.
    pub with_token: bool,
}

/// A sealed share.
#[derive(Debug, PartialEq, Eq)]
pub struct SealedShare {
    /// The sealed snapshot, for the daemon.
    pub snapshot: Vec<u8>,
    /// The links, in the order in which they were asked for.
    pub links: Vec<SealedLink>,
}

/// A link that was made. `secret` never goes to the daemon; `token` only where the daemon is to mail it.
#[derive(Debug, PartialEq, Eq)]
pub struct SealedLink {
    /// Its id.
    pub link: Id,
    /// What stands in its fragment.
    pub secret: LinkSecret,
    /// What its recipient needs besides.
    pub token: Option<Token>,
    /// SHA-256 of the knock, for the daemon.
    pub knock_hash: [u8; 32],
    /// SHA-256 of the proof, for the daemon.
    pub proof_hash: [u8; 32],
    /// The share key and the snapshot's hash, sealed, for the daemon.
    pub wrap: Vec<u8>,
}

/// Why a link didn't open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenFailure {
    /// Something is malformed or doesn't open.
    #[error(transparent)]
    Sealed(#[from] Error),
    /// The snapshot isn't the one that this link was made for.
    #[error("the appliance answered with another snapshot than the one that was shared with you; tell the sharer")]
    OtherSnapshot,
}

/// Seals a snapshot once, and its key for each link.
pub fn seal_share(share: Id, snapshot: &Snapshot, links: &[NewLink]) -> Result<SealedShare, Error> {
    let key = ShareKey::random()?;
    let sealed = aead::seal(key.expose(), &snapshot.to_padded()?, &ctx("snapshot", &[&share]))?;
    let inside = Zeroizing::new([*key.expose(), sha256(&sealed)].concat());
    let links = links.iter().map(|new| seal_link(&share, *new, &inside)).collect::<Result<_, _>>()?;
    Ok(SealedShare { snapshot: sealed, links })
}

/// Opens a snapshot with what a reveal answered.
pub fn open_link(
    share: Id,
    link: Id,
    secret: &LinkSecret,
    token: Option<&Token>,
    wrap: &[u8],
    snapshot: &[u8],
) -> Result<Snapshot, OpenFailure> {
    let kek = secret.kek(token, &link)?;
    let inside = aead::open_array::<64>(kek.expose(), wrap, &link_wrap(&share, &link))?;
    let (key, hash) = inside.split_first_chunk::<32>().ok_or(Error::Length)?;
    if sha256(snapshot)[..] != *hash {
        return Err(OpenFailure::OtherSnapshot);
    }
    let padded = aead::open(key, snapshot, &ctx("snapshot", &[&share]))?;
    Ok(Snapshot::from_padded(&padded)?)
}

fn seal_link(share: &Id, new: NewLink, inside: &[u8]) -> Result<SealedLink, Error> {
    let link = new.link;
    let secret = LinkSecret::random()?;
    let token = if new.with_token { Some(Token::random()?) } else { None };
    let kek = secret.kek(token.as_ref(), &link)?;
    Ok(SealedLink {
        link,
        knock_hash: secret.knock(&link)?.hash(),
        proof_hash: secret.proof(token.as_ref(), &link)?.hash(),
        wrap: aead::seal(kek.expose(), inside, &link_wrap(share, &link))?,
        secret,
        token,
    })
}

fn link_wrap(share: &Id, link: &Id) -> Vec<u8> {
    ctx("link-wrap", &[share, link])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::Contents;
    use proptest::prelude::*;

    const SHARE: Id = [5; 16];
    const ANNA: NewLink = NewLink { link: [1; 16], with_token: true };
    const BEN: NewLink = NewLink { link: [2; 16], with_token: false };

    fn snapshot(body: &str) -> Snapshot {
        Snapshot {
            sharer: "Olga Owner".into(),
            starts_ms: 1_750_000_000_000,
            expires_ms: 1_750_086_400_000,
            views: Some(1),
            contents: Contents::Note { name: "Door".into(), body: body.into() },
        }
    }

    fn open(link: &SealedLink, snapshot: &[u8]) -> Result<Snapshot, OpenFailure> {
        open_link(SHARE, link.link, &link.secret, link.token.as_ref(), &link.wrap, snapshot)
    }

    #[test]
    fn each_recipient_opens_the_share_with_their_own_link() {
        let sealed = seal_share(SHARE, &snapshot("1234"), &[ANNA, BEN]).unwrap();
        let [anna, ben] = &sealed.links[..] else { panic!("two links") };
        assert!(anna.token.is_some() && ben.token.is_none());
        assert_eq!(open(anna, &sealed.snapshot), Ok(snapshot("1234")));
        assert_eq!(open(ben, &sealed.snapshot), Ok(snapshot("1234")));
        assert_ne!(anna.secret, ben.secret);
        let proof = anna.secret.proof(anna.token.as_ref(), &anna.link).unwrap();
        assert_eq!(proof.hash(), anna.proof_hash);
        assert_eq!(anna.secret.knock(&anna.link).unwrap().hash(), anna.knock_hash);
    }

    #[test]
    fn the_link_without_its_token_and_the_token_without_its_link_open_nothing() {
        let sealed = seal_share(SHARE, &snapshot("1234"), &[ANNA, ANNA]).unwrap();
        let [anna, other] = &sealed.links[..] else { panic!("two links") };
        let try_with = |secret, token| open_link(SHARE, anna.link, secret, token, &anna.wrap, &sealed.snapshot).unwrap_err();
        let refused = OpenFailure::Sealed(Error::NotOpened);
        assert_eq!(try_with(&anna.secret, None), refused);
        assert_eq!(try_with(&anna.secret, other.token.as_ref()), refused);
        assert_eq!(try_with(&other.secret, anna.token.as_ref()), refused);
    }

    #[test]
    fn another_snapshot_under_the_same_key_is_noticed() {
        let sealed = seal_share(SHARE, &snapshot("1234"), &[ANNA]).unwrap();
        let anna = &sealed.links[0];
        // Another recipient knows the share key and could seal whatever they like under it.
        let kek = anna.secret.kek(anna.token.as_ref(), &anna.link).unwrap();
        let inside = aead::open(kek.expose(), &anna.wrap, &link_wrap(&SHARE, &anna.link)).unwrap();
        let key: [u8; 32] = inside[..32].try_into().unwrap();
        let padded = snapshot("6666").to_padded().unwrap();
        let forged = aead::seal(&key, &padded, &ctx("snapshot", &[&SHARE])).unwrap();
        assert_eq!(open(anna, &forged), Err(OpenFailure::OtherSnapshot));
    }

    #[test]
    fn a_wrap_serves_its_own_share_and_link_only() {
        let sealed = seal_share(SHARE, &snapshot("1234"), &[BEN]).unwrap();
        let ben = &sealed.links[0];
        let open = |share, link| open_link(share, link, &ben.secret, None, &ben.wrap, &sealed.snapshot);
        assert!(open(SHARE, ben.link).is_ok());
        assert!(open([6; 16], ben.link).is_err());
        assert!(open(SHARE, [6; 16]).is_err());
    }

    #[test]
    fn a_snapshot_that_makes_no_sense_is_neither_sealed_nor_opened() {
        let twisted: [fn(&mut Snapshot); 4] = [
            |it| it.views = Some(0),
            |it| it.expires_ms = it.starts_ms,
            |it| it.expires_ms = json_most() + 1,
            |it| it.sharer = "x".repeat(300_000),
        ];
        for twist in twisted {
            let mut it = snapshot("1234");
            twist(&mut it);
            assert!(seal_share(SHARE, &it, &[BEN]).is_err());
            let text = crate::json::write(&it).unwrap();
            assert!(Snapshot::from_padded(&crate::padding::pad(&text).unwrap()).is_err());
        }
    }

    fn json_most() -> u64 {
        crate::json::MOST
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_altered_byte_is_refused(at: prop::sample::Index, bit in 0_u32..8, body in ".{0,300}") {
            let sealed = seal_share(SHARE, &snapshot(&body), &[ANNA]).unwrap();
            let anna = &sealed.links[0];
            let altered = |bytes: &[u8]| {
                let mut bytes = bytes.to_vec();
                let at = at.index(bytes.len());
                bytes[at] ^= 1_u8 << bit;
                bytes
            };
            prop_assert_eq!(open(anna, &altered(&sealed.snapshot)), Err(OpenFailure::OtherSnapshot));
            prop_assert!(open_link(SHARE, anna.link, &anna.secret, anna.token.as_ref(), &altered(&anna.wrap), &sealed.snapshot).is_err());
        }

        #[test]
        fn any_other_length_is_refused(cut: prop::sample::Index, more in prop::collection::vec(any::<u8>(), 1..20)) {
            let sealed = seal_share(SHARE, &snapshot("1234"), &[ANNA]).unwrap();
            let anna = &sealed.links[0];
            let with = |wrap: &[u8], snapshot: &[u8]| {
                open_link(SHARE, anna.link, &anna.secret, anna.token.as_ref(), wrap, snapshot)
            };
            prop_assert!(with(&anna.wrap, &sealed.snapshot).is_ok());
            prop_assert!(with(&anna.wrap[..cut.index(anna.wrap.len())], &sealed.snapshot).is_err());
            prop_assert!(with(&[&anna.wrap[..], &more].concat(), &sealed.snapshot).is_err());
            prop_assert!(with(&anna.wrap, &sealed.snapshot[..cut.index(sealed.snapshot.len())]).is_err());
            prop_assert!(with(&anna.wrap, &[&sealed.snapshot[..], &more].concat()).is_err());
        }
    }
}
