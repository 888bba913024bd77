//! An owner's account: invitations, sessions, suspension.
//!
//! Nothing here sees a password: OPAQUE (RFC 9807) keeps it with the client.

use serde::{Deserialize, Serialize};

use crate::ids::version_7;
use crate::text::{Email, FullName, UserName};
use crate::{Digest, Policy, Refusal, SessionId, Timestamp, UserId};

/// How long a sign-in may take between its first and its third message, in seconds.
pub const SIGN_IN_SECONDS: i64 = 60;

/// For how long after signing in a session may change passwords and keys, in seconds.
pub const FRESH_SECONDS: i64 = 300;

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// May sign in; its links live.
    Active,
    /// May not sign in; its links are frozen.
    Suspended,
}

/// What the rules know of an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Who it is.
    pub id: UserId,
    /// The name signed in with.
    pub name: UserName,
    /// The person's name.
    pub full_name: FullName,
    /// Where notices go.
    pub email: Email,
    /// Whether the account may be used.
    pub standing: Standing,
    /// Whether it may share with people outside the vault.
    pub external_share: bool,
}

impl Owner {
    /// Whether this owner may act.
    ///
    /// # Errors
    /// [`Refusal::Suspended`].
    pub fn may_act(&self) -> Result<(), Refusal> {
        match self.standing {
            Standing::Active => Ok(()),
            Standing::Suspended => Err(Refusal::Suspended),
        }
    }
}

/// An operator's invitation to register under a name. It is used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was used, if it was.
    pub used_at: Option<Timestamp>,
}

impl Invitation {
    /// An invitation made now.
    pub fn made(policy: &Policy, now: Timestamp) -> Self {
        Self { expires_at: now.plus_seconds(i64::from(policy.invitation_hours) * 3600), used_at: None }
    }

    /// Whether it can be used now.
    ///
    /// # Errors
    /// [`Refusal::InvitationNotValid`], which doesn't say why: the holder may be a stranger.
    pub fn accept(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.used_at.is_none() && now < self.expires_at { Ok(()) } else { Err(Refusal::InvitationNotValid) }
    }

    /// Whether another invitation may be made for the same name: only when this one lapsed unused.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`].
    pub fn make_room(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.used_at.is_none() && now >= self.expires_at { Ok(()) } else { Err(Refusal::NameTaken) }
    }
}

/// A session after a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// When the sign-in succeeded.
    pub signed_in_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Session {
    /// The session that begins with a sign-in now.
    pub fn begun(policy: &Policy, now: Timestamp) -> Self {
        Self { signed_in_at: now, expires_at: now.plus_seconds(i64::from(policy.session_minutes) * 60) }
    }

    /// Whether it still lives.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub fn live(&self, now: Timestamp) -> Result<(), Refusal> {
        if now < self.expires_at { Ok(()) } else { Err(Refusal::NotSignedIn) }
    }

    /// Whether the sign-in is recent enough to change a password or keys.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], [`Refusal::NotFresh`].
    pub fn fresh(&self, now: Timestamp) -> Result<(), Refusal> {
        self.live(now)?;
        if now.millis_since(self.signed_in_at) <= FRESH_SECONDS * 1000 { Ok(()) } else { Err(Refusal::NotFresh) }
    }
}

/// The name of the session whose token has this digest. No token follows from it, and no digest: it is a digest of the digest, behind the
/// time of the sign-in, so that names stand in the order in which people signed in.
pub fn session_id(session: &Session, hash: &Digest) -> SessionId {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(Digest::of(&[b"the name of a session", hash.as_bytes()]).as_bytes()) {
        *to = *from;
    }
    SessionId::from_bytes(version_7(session.signed_in_at, bytes))
}

/// Whether the third message of a sign-in (or the last of a recovery) comes in time.
pub fn sign_in_in_time(begun_at: Timestamp, now: Timestamp) -> bool {
    now.millis_since(begun_at) <= SIGN_IN_SECONDS * 1000
}

/// Whether a sign-in or recovery is still worth something: one that began under a password or recovery code replaced since is not.
pub fn begun_since(secured_at: Timestamp, begun_at: Timestamp) -> bool {
    secured_at <= begun_at
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn an_invitation_is_used_once_and_in_time() {
        let invitation = Invitation::made(&Policy::default(), NOW);
        assert_eq!(invitation.accept(NOW), Ok(()));
        assert_eq!(invitation.accept(NOW.plus_seconds(72 * 3600)), Err(Refusal::InvitationNotValid));
        assert_eq!(Invitation { used_at: Some(NOW), ..invitation }.accept(NOW), Err(Refusal::InvitationNotValid));
    }

    #[test]
    fn a_name_is_free_again_only_when_its_invitation_lapsed_unused() {
        let invitation = Invitation::made(&Policy::default(), NOW);
        assert_eq!(invitation.make_room(NOW), Err(Refusal::NameTaken));
        assert_eq!(invitation.make_room(NOW.plus_seconds(72 * 3600)), Ok(()));
        assert_eq!(Invitation { used_at: Some(NOW), ..invitation }.make_room(NOW.plus_seconds(72 * 3600)), Err(Refusal::NameTaken));
    }

    #[test]
    fn what_began_under_a_replaced_password_or_code_is_worth_nothing() {
        assert!(begun_since(NOW, NOW) && begun_since(NOW, NOW.plus_millis(1)));
        assert!(!begun_since(NOW, NOW.plus_millis(-1)));
    }

    #[test]
    fn a_session_ends_and_is_fresh_only_at_first() {
        let session = Session::begun(&Policy::default(), NOW);
        assert_eq!(session.fresh(NOW.plus_seconds(300)), Ok(()));
        assert_eq!(session.fresh(NOW.plus_seconds(301)), Err(Refusal::NotFresh));
        assert_eq!(session.live(NOW.plus_seconds(12 * 3600 - 1)), Ok(()));
        assert_eq!(session.live(NOW.plus_seconds(12 * 3600)), Err(Refusal::NotSignedIn));
    }

    #[test]
    fn a_sessions_name_tells_when_it_began_and_nothing_of_its_token() {
        let (session, hash) = (Session::begun(&Policy::default(), NOW), Digest::of(&[b"token"]));
        let name = session_id(&session, &hash);
        assert_eq!(name.check_fresh(NOW), Ok(()));
        assert_eq!(name, session_id(&session, &hash));
        assert_ne!(name, session_id(&session, &Digest::of(&[b"another"])));
        // But for the time and the marks of a UUIDv7, every byte would have to be the digest's own by chance.
        assert!(!name.as_bytes().iter().skip(9).eq(hash.as_bytes().iter().skip(9).take(7)));
    }

    #[test]
    fn a_sign_in_must_end_within_a_minute() {
        assert!(sign_in_in_time(NOW, NOW.plus_seconds(60)));
        assert!(!sign_in_in_time(NOW, NOW.plus_seconds(61)));
    }
}
