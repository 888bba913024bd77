//! Sessions: who is signed in. A [`SignedIn`] comes from nowhere else.
//!
//! Nothing here sees a session token: only its digest.

use diesel::prelude::*;
use vault::account::{Owner, Session, session_id};
use vault::event::{Actor, Kind, Subject};
use vault::text::UserName;
use vault::{Digest, Refusal, SessionId, Timestamp, UserId};
use zeroize::Zeroizing;

use super::owner::StoredOwner;
use crate::schema::{credentials, sessions, users};
use crate::{Answer, Broken, Call, Connection, Store, rows};

/// Proof that somebody is signed in. Owners' intentions ask for it, so that a forgotten check does not compile.
#[derive(Clone, Debug)]
pub struct SignedIn {
    owner: Owner,
    session: Session,
    hash: Digest,
}

impl SignedIn {
    /// Who acts in this session, as audit tells it.
    pub fn actor(&self) -> Actor {
        Actor::Owner(self.owner.name.clone())
    }

    /// Who is signed in, as of when the session was looked up.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Since when and until when.
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub(super) fn hash(&self) -> &[u8] {
        self.hash.as_bytes()
    }
}

/// A session as operators see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Which it is.
    pub id: SessionId,
    /// Since when and until when.
    pub session: Session,
}

/// An account as its owner gets it after signing in.
#[derive(Clone)]
pub struct AccountRow {
    /// Who it is.
    pub owner: Owner,
    /// The root, sealed under OPAQUE's export key.
    pub root: Vec<u8>,
    /// Private keys and pins, sealed under the root.
    pub keys: Vec<u8>,
    /// X25519 public key.
    pub encryption_key: [u8; 32],
    /// Ed25519 public key.
    pub signing_key: [u8; 32],
    /// This session's random key, under which the command line keeps the root at rest.
    pub kept_key: Zeroizing<[u8; 32]>,
}

impl Store {
    /// Who is signed in with this session. A refusal is not recorded here, since anybody may present anything: the daemon counts them.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], [`Refusal::Suspended`].
    pub async fn signed_in(&self, call: &Call, session_hash: Digest) -> Answer<SignedIn> {
        let found = self.read(move |conn| find(conn, session_hash)).await?;
        let signed_in = found.ok_or(Refusal::NotSignedIn)?;
        signed_in.session.live(call.clock)?;
        signed_in.owner.may_act()?;
        Ok(signed_in)
    }

    /// The account of who is signed in.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] when the session ended meanwhile.
    pub async fn account(&self, signed_in: &SignedIn) -> Answer<AccountRow> {
        let hash = signed_in.hash;
        let row = self.read(move |conn| account(conn, hash)).await?;
        Ok(row.ok_or(Refusal::NotSignedIn)?)
    }

    /// Where somebody is signed in, the latest first, from after this session on. Sessions whose time is over are told no longer.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn sessions(&self, call: &Call, name: &UserName, after: Option<SessionId>, limit: u32) -> Answer<Vec<SessionRow>> {
        let (now, name) = (call.clock, name.clone());
        let found = self
            .read(move |conn| {
                let user: Option<Vec<u8>> = users::table.filter(users::name.eq(name.as_str())).select(users::id).first(conn).optional()?;
                let Some(user) = user else { return Ok(None) };
                let living = sessions::table.filter(sessions::account.eq(user)).filter(sessions::expires_at.gt(now.as_millis()));
                let living: Vec<(Vec<u8>, i64, i64)> =
                    living.select((sessions::hash, sessions::signed_in_at, sessions::expires_at)).load(conn)?;
                living.into_iter().map(told).collect::<Result<Vec<_>, _>>().map(Some)
            })
            .await?;
        let mut found = found.ok_or(Refusal::NotFound)?;
        found.retain(|row| after.is_none_or(|after| row.id < after));
        found.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// Only [`Broken`]: signing out twice is a success.
    pub async fn sign_out(&self, call: &Call, signed_in: &SignedIn) -> Answer<()> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            // What ended in between isn't ended again.
            if diesel::delete(sessions::table.find(signed_in.hash())).execute(tx.conn)? == 0 {
                return Ok(());
            }
            let user = signed_in.owner.id;
            let event = tx.event(Kind::AccountSignedOut, signed_in.actor());
            Ok(tx.record(event.on(Subject { user: Some(user), ..Subject::default() }))?)
        })
        .await
    }
}

fn told((hash, signed_in_at, expires_at): (Vec<u8>, i64, i64)) -> Result<SessionRow, Broken> {
    let session = Session { signed_in_at: rows::time(signed_in_at), expires_at: rows::time(expires_at) };
    Ok(SessionRow { id: session_id(&session, &rows::digest(&hash)?), session })
}

fn find(conn: &mut Connection, hash: Digest) -> Result<Option<SignedIn>, Broken> {
    let row: Option<(StoredOwner, i64, i64)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::hash.eq(hash.as_bytes().as_slice()))
        .select((StoredOwner::as_select(), sessions::signed_in_at, sessions::expires_at))
        .first(conn)
        .optional()?;
    row.map(|(owner, signed_in_at, expires_at)| {
        let session = Session { signed_in_at: rows::time(signed_in_at), expires_at: rows::time(expires_at) };
        Ok(SignedIn { owner: owner.read()?, session, hash })
    })
    .transpose()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = credentials)]
struct StoredKeys {
    root: Vec<u8>,
    keys: Vec<u8>,
    encryption_key: Vec<u8>,
    signing_key: Vec<u8>,
}

pub(super) fn account(conn: &mut Connection, session_hash: Digest) -> Result<Option<AccountRow>, Broken> {
    let row: Option<(StoredOwner, StoredKeys, Vec<u8>)> = sessions::table
        .inner_join(users::table.inner_join(credentials::table))
        .filter(sessions::hash.eq(session_hash.as_bytes().as_slice()))
        .select((StoredOwner::as_select(), StoredKeys::as_select(), sessions::kept_key))
        .first(conn)
        .optional()?;
    row.map(|(owner, stored, kept_key)| {
        Ok(AccountRow {
            owner: owner.read()?,
            encryption_key: rows::key(&stored.encryption_key)?,
            signing_key: rows::key(&stored.signing_key)?,
            kept_key: Zeroizing::new(rows::key(&Zeroizing::new(kept_key))?),
            root: stored.root,
            keys: stored.keys,
        })
    })
    .transpose()
}

/// Keeps a session that begins.
pub(super) fn begin(conn: &mut Connection, user: UserId, session: Session, hash: Digest, kept_key: &[u8; 32]) -> Result<(), Broken> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::hash.eq(hash.as_bytes().as_slice()),
            sessions::account.eq(user.as_bytes().as_slice()),
            sessions::kept_key.eq(kept_key.as_slice()),
            sessions::signed_in_at.eq(session.signed_in_at.as_millis()),
            sessions::expires_at.eq(session.expires_at.as_millis()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether a session has not been ended.
pub(super) fn stands(conn: &mut Connection, signed_in: &SignedIn) -> Result<bool, Broken> {
    Ok(diesel::select(diesel::dsl::exists(sessions::table.find(signed_in.hash()))).get_result(conn)?)
}

/// Ends all of somebody's sessions, and answers how many that were.
pub(super) fn end_all(conn: &mut Connection, user: UserId) -> Result<u32, Broken> {
    let theirs = sessions::table.filter(sessions::account.eq(user.as_bytes().as_slice()));
    Ok(rows::touched(diesel::delete(theirs).execute(conn)?))
}

/// When somebody last signed in, for operators.
pub(super) fn note_sign_in(conn: &mut Connection, user: UserId, now: Timestamp) -> Result<(), Broken> {
    diesel::update(users::table.find(user.as_bytes().as_slice())).set(users::signed_in_at.eq(now.as_millis())).execute(conn)?;
    Ok(())
}
