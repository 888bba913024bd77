//! `/api/v1/registration/...`: an account from an operator's invitation.
//!
//! No password comes here: OPAQUE's messages tell the daemon nothing that it could guess with alone.

use api::Secret;
use api::account::{FinishRegistration, PublicKeys, RegistrationStarted, StartRegistration};
use openssl::sha::Sha256;
use store::Enrolment;
use vault::Digest;

use crate::http::answer::{Reply, done, json};
use crate::http::asked::Asked;
use crate::http::body::Body;
use crate::{opaque, random};

/// `POST /api/v1/registration/start`
pub async fn start(asked: Asked, body: Body<StartRegistration>) -> Reply {
    let StartRegistration { invitation, request } = body.0;
    let invited = asked.store().invited(&asked.call(), hash(&invitation)).await?;
    let response = asked.appliance().keys.sign_in.begin_registration(&invited.name, &request.0)?;
    json(&RegistrationStarted { user: invited.user, name: invited.name, full_name: invited.full_name, response: api::Bytes(response) })
}

/// `POST /api/v1/registration/finish`
pub async fn finish(asked: Asked, body: Body<FinishRegistration>) -> Reply {
    let new = body.0;
    let enrolment = Enrolment {
        record: opaque::finish_registration(&new.upload.0)?,
        setup: asked.appliance().keys.sign_in.id().to_owned(),
        root: new.root.0,
        keys: new.keys.0,
        encryption_key: new.public.encryption.0,
        signing_key: new.public.signing.0,
        fingerprint: fingerprint(&new.public),
        recovery_root: new.recovery.root.0,
        recovery_verifier: Digest::from_bytes(new.recovery.verifier.0),
    };
    asked.store().register(&asked.call(), hash(&new.invitation), enrolment).await?;
    done()
}

/// What the store remembers of an invitation.
pub fn hash(invitation: &Secret) -> Digest {
    Digest::of(&[b"postern/1/invitation\0", random::normalised(&invitation.0).as_bytes()])
}

/// The fingerprint of an account's public keys (docs/protocol.md): eight groups of four digits, the first 160 bits of
/// `SHA-256("postern/1/fingerprint" || 0x00 || u32be(32) || X25519 key || u32be(32) || Ed25519 key)`.
fn fingerprint(keys: &PublicKeys) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"postern/1/fingerprint\0");
    for key in [&keys.encryption, &keys.signing] {
        hasher.update(&32_u32.to_be_bytes());
        hasher.update(&key.0);
    }
    let digest = hasher.finish();
    random::crockford(digest.first_chunk::<20>().map_or(&[][..], |part| part))
}

#[cfg(test)]
mod tests {
    use api::Fixed;

    use super::*;

    #[test]
    fn an_invitation_is_the_same_however_it_was_typed() {
        let hash = |text: &str| hash(&Secret(text.into()));
        assert_eq!(hash("ABCDE-01234-FGHJK-56789-MNPQR"), hash(" abcde oi234 fghjk 56789mnpqr "));
        assert_ne!(hash("ABCDE"), hash("ABCDF"));
    }

    #[test]
    fn a_fingerprint_is_eight_groups_and_covers_both_keys() {
        let of = |encryption, signing| fingerprint(&PublicKeys { encryption: Fixed([encryption; 32]), signing: Fixed([signing; 32]) });
        assert_eq!((of(1, 2).len(), of(1, 2).split('-').count()), (39, 8));
        assert_ne!(of(1, 2), of(2, 1));
        assert_ne!(of(1, 2), of(1, 3));
    }
}
