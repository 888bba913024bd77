//! Which appliance was used last, its certificate authority, and the session.
//!
//! The account's root stands here only sealed, under a key that the daemon gives to this session alone: neither of the two is enough.

use std::path::PathBuf;

use api::text::UserName;
use api::{Sealed, Secret, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Home;
use crate::failure::Failure;

const SERVER: &str = "server.json";
const AUTHORITY: &str = "authority.pem";
const SESSION: &str = "session.json";

/// The appliance used last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remembered {
    /// Its address.
    pub server: String,
    /// The name signed in with.
    pub name: Option<UserName>,
    /// Where the certificate lies that is shown to it. The file is not copied: it may be renewed there, and one key is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PathBuf>,
}

/// A session, as it is kept between runs.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The appliance that gave it.
    pub server: String,
    /// Whose it is.
    pub user: UserId,
    /// What the daemon asks for.
    pub session: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The root, sealed under the session's key.
    pub root: Sealed,
}

impl Home {
    /// The appliance used last, if there was one.
    pub fn remembered(&self) -> Result<Option<Remembered>, Failure> {
        self.parsed(SERVER)
    }

    /// The authorities that go with it, if any were given.
    pub fn authority(&self) -> Option<PathBuf> {
        Some(self.path(AUTHORITY)).filter(|path| path.exists())
    }

    /// Remembers an appliance and the authorities that it was reached with.
    pub fn remember(&self, remembered: &Remembered, authority: Option<&[u8]>) -> Result<(), Failure> {
        let locked = self.lock()?;
        match authority {
            Some(authority) => locked.write(AUTHORITY, authority)?,
            None => locked.remove(AUTHORITY)?,
        }
        locked.write(SERVER, &written(remembered)?)
    }

    /// The session, if there is one.
    pub fn session(&self) -> Result<Option<Kept>, Failure> {
        self.parsed(SESSION)
    }

    /// Keeps a session.
    pub fn keep(&self, kept: &Kept) -> Result<(), Failure> {
        self.lock()?.write(SESSION, &written(kept)?)
    }

    /// Forgets the session.
    pub fn forget_session(&self) -> Result<(), Failure> {
        self.lock()?.remove(SESSION)
    }

    fn parsed<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Result<Option<T>, Failure> {
        let Some(bytes) = self.read(name)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            Failure::machine(format!("{} is damaged or of another version", self.path(name).display()))
                .hint("Remove it and sign in with `postern sign-in --server URL`.")
        })
    }
}

pub(super) fn written(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    serde_json::to_vec(value)
        .map(Zeroizing::new)
        .map_err(|error| Failure::machine(format!("what is to be remembered can't be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().to_path_buf())).unwrap();
        (folder, home)
    }

    #[test]
    fn a_session_is_kept_and_forgotten() {
        let (_folder, home) = home();
        assert!(home.session().unwrap().is_none());
        let kept = Kept {
            server: "https://localhost".into(),
            user: UserId::from_bytes([1; 16]),
            session: Secret("s".into()),
            expires_at: Timestamp::from_millis(5),
            root: Sealed(vec![1, 2, 3]),
        };
        home.keep(&kept).unwrap();
        let read = home.session().unwrap().unwrap();
        assert_eq!((read.server, read.user, read.session, read.root), (kept.server, kept.user, kept.session, kept.root));
        home.forget_session().unwrap();
        assert!(home.session().unwrap().is_none());
    }

    #[test]
    fn an_appliance_without_authorities_of_its_own_forgets_the_last_ones() {
        let (_folder, home) = home();
        let remembered = Remembered { server: "https://a".into(), name: None, client_certificate: None };
        home.remember(&remembered, Some(b"pem")).unwrap();
        assert!(home.authority().is_some());
        assert_eq!(home.remembered().unwrap(), Some(remembered.clone()));
        home.remember(&remembered, None).unwrap();
        assert!(home.authority().is_none());
    }

    #[test]
    fn a_damaged_session_is_named_without_its_content() {
        let (_folder, home) = home();
        home.lock().unwrap().write(SESSION, b"{\"server\":\"secret").unwrap();
        let failure = home.session().unwrap_err();
        assert!(failure.message.contains("session.json") && !failure.message.contains("secret"));
    }
}
