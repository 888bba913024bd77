//! Ending shares and links, and letting a locked link go on: for their owner, and for operators.
//!
//! Nothing here touches a link that had ended before: it stays as it ended. Revoking twice is a success that ended nothing more.

use diesel::prelude::*;
use vault::event::{Actor, Kind, Subject};
use vault::{LinkId, Refusal, ShareId, UserId};

use crate::accounts::{SignedIn, acting, owner_refused};
use crate::links::{OnLinks, obtainable};
use crate::schema::{links, shares};
use crate::{Answer, Broken, Call, Connection, Store, Tx, outbox, rows};

impl Store {
    /// Ends every link of one of the owner's shares, and answers how many that were.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn revoke_share(&self, call: &Call, signed_in: &SignedIn, id: ShareId) -> Answer<u32> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            let found = share(tx.conn, id)?;
            let subject = mine(tx, &signed_in, "revoke", found, Subject { share: Some(id), ..Subject::default() })?;
            revoke_share(tx, id, signed_in.actor(), subject)
        })
        .await
    }

    /// Ends one of the owner's links, and answers how many that were: one, or none if it had ended.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn revoke_link(&self, call: &Call, signed_in: &SignedIn, id: LinkId) -> Answer<u32> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            let found = link(tx.conn, id)?;
            let subject = mine(tx, &signed_in, "revoke", found, Subject { link: Some(id), ..Subject::default() })?;
            revoke_link(tx, id, signed_in.actor(), subject)
        })
        .await
    }

    /// Gives a link that wrong tokens locked another ten tries.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn unlock_link(&self, call: &Call, signed_in: &SignedIn, id: LinkId) -> Answer<()> {
        let signed_in = signed_in.clone();
        self.write(call, move |tx| {
            let found = link(tx.conn, id)?;
            let subject = mine(tx, &signed_in, "unlock", found, Subject { link: Some(id), ..Subject::default() })?;
            diesel::update(links::table.find(id.as_bytes().as_slice())).set(links::failed_tokens.eq(0)).execute(tx.conn)?;
            Ok(tx.record(tx.event(Kind::LinkUnlocked, signed_in.actor()).on(subject))?)
        })
        .await
    }
}

/// Ends what can still be had of a share.
pub(crate) fn revoke_share(tx: &mut Tx<'_>, id: ShareId, by: Actor, subject: Subject) -> Answer<u32> {
    let ended = revoke(tx, Box::new(links::share.eq(id.as_bytes().to_vec())))?;
    let event = tx.event(Kind::ShareRevoked, by).on(subject);
    tx.record(event.with("links", ended))?;
    Ok(ended)
}

/// Ends a link, if anything of it can still be had.
pub(crate) fn revoke_link(tx: &mut Tx<'_>, id: LinkId, by: Actor, subject: Subject) -> Answer<u32> {
    let ended = revoke(tx, Box::new(links::id.eq(id.as_bytes().to_vec())))?;
    let event = tx.event(Kind::LinkRevoked, by).on(subject);
    tx.record(event.with("links", ended))?;
    Ok(ended)
}

/// What audit tells of this share; nothing if there is none.
pub(crate) fn share(conn: &mut Connection, id: ShareId) -> Result<Option<Subject>, Broken> {
    let found = shares::table.find(id.as_bytes().as_slice()).select((shares::owner, shares::item));
    let row: Option<(Vec<u8>, Vec<u8>)> = found.first(conn).optional()?;
    row.map(|(owner, item)| Ok(Subject { user: Some(rows::id(&owner)?), item: Some(rows::id(&item)?), share: Some(id), link: None }))
        .transpose()
}

/// What audit tells of this link; nothing if there is none.
pub(crate) fn link(conn: &mut Connection, id: LinkId) -> Result<Option<Subject>, Broken> {
    let found = links::table.find(id.as_bytes().as_slice()).select((links::owner, links::item, links::share));
    let row: Option<(Vec<u8>, Vec<u8>, Vec<u8>)> = found.first(conn).optional()?;
    row.map(|(owner, item, share)| {
        Ok(Subject { user: Some(rows::id(&owner)?), item: Some(rows::id(&item)?), share: Some(rows::id(&share)?), link: Some(id) })
    })
    .transpose()
}

/// Passes on what belongs to who acts; anything else isn't there for them.
fn mine(tx: &mut Tx<'_>, by: &SignedIn, action: &'static str, found: Option<Subject>, asked: Subject) -> Answer<Subject> {
    let owner: UserId = acting(tx, by, action, asked)?.id;
    let refused = owner_refused(tx, by, action, asked);
    tx.decided(found.filter(|subject| subject.user == Some(owner)).ok_or(Refusal::NotFound), refused)
}

fn revoke(tx: &mut Tx<'_>, which: OnLinks) -> Result<u32, Broken> {
    let now = tx.now();
    let taken: Vec<Vec<u8>> = links::table.filter(which).filter(obtainable(now)).select(links::id).load(tx.conn)?;
    for id in &taken {
        let ended = (links::revoked_at.eq(now.as_millis()), links::sweep_at.eq(now.as_millis()));
        diesel::update(links::table.find(id)).set(ended).execute(tx.conn)?;
    }
    outbox::withdraw(tx, &taken)?;
    Ok(rows::touched(taken.len()))
}
