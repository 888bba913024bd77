//! What a restore ends: everything that lived when the backup was made and must not live on by itself.
//!
//! Nothing that had ended is touched, and what is ended here is recorded link by link.

use diesel::prelude::*;
use vault::Timestamp;
use vault::event::{Actor, Kind, Subject};

use crate::links::obtainable;
use crate::schema::{invitations, links, outbox};
use crate::{Broken, Tx, outbox as mail, rows};

/// How many links are looked at together.
const AT_ONCE: i64 = 500;

/// What is said of a message that waited.
const WAITED: &str = "it waited when the backup was made, and a restored appliance sends nothing by itself";

/// What a restore ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub links: u64,
    pub messages: u64,
    pub invitations: u64,
}

/// Ends it, and records the restore of this backup.
pub(super) fn settle(tx: &mut Tx<'_>, by: &Actor, hash: &str, made: Timestamp, rows: u64) -> Result<Ended, Broken> {
    let subjects = links_that_lived(tx)?;
    let messages = messages_that_waited(tx)?;
    let invitations = invitations_unused(tx)?;
    let ended = Ended { links: subjects.len() as u64, messages, invitations };
    let event = tx.event(Kind::BackupRestored, by.clone()).with("contents", hash).with("made", made).with("rows", rows);
    tx.record(event.with("links", ended.links).with("messages", messages).with("invitations", invitations))?;
    for subject in subjects {
        tx.record(tx.event(Kind::LinkNotRestored, by.clone()).on(subject))?;
    }
    Ok(ended)
}

/// A link's id, its owner's, its item's, its share's.
type Lived = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

/// What could still be had of these is in no backup: they stand as revoked.
fn links_that_lived(tx: &mut Tx<'_>) -> Result<Vec<Subject>, Broken> {
    let now = tx.now();
    let mut subjects = Vec::new();
    loop {
        let living = links::table.filter(obtainable(now)).limit(AT_ONCE);
        let living: Vec<Lived> = living.select((links::id, links::owner, links::item, links::share)).load(tx.conn)?;
        if living.is_empty() {
            return Ok(subjects);
        }
        let ids: Vec<Vec<u8>> = living.iter().map(|(id, ..)| id.clone()).collect();
        let revoked = (links::revoked_at.eq(now.as_millis()), links::sweep_at.eq(now.as_millis()));
        diesel::update(links::table.filter(links::id.eq_any(&ids))).set(revoked).execute(tx.conn)?;
        mail::withdraw(tx, &ids)?;
        for (id, owner, item, share) in &living {
            let (user, item, share, link) = (rows::id(owner)?, rows::id(item)?, rows::id(share)?, rows::id(id)?);
            subjects.push(Subject { user: Some(user), item: Some(item), share: Some(share), link: Some(link) });
        }
    }
}

/// They may have been sent since, by the appliance that this one follows; an operator may have them tried again.
fn messages_that_waited(tx: &mut Tx<'_>) -> Result<u64, Broken> {
    let waiting = outbox::table.filter(outbox::due_at.is_not_null());
    let given_up = (
        outbox::due_at.eq(None::<i64>),
        outbox::leaving_at.eq(None::<i64>),
        outbox::held.eq(false),
        outbox::dead_at.eq(tx.now().as_millis()),
        outbox::last_failure.eq(WAITED),
    );
    Ok(rows::touched(diesel::update(waiting).set(given_up).execute(tx.conn)?).into())
}

/// They may have been used or withdrawn since.
fn invitations_unused(tx: &mut Tx<'_>) -> Result<u64, Broken> {
    let now = tx.now().as_millis();
    let unused = invitations::table.filter(invitations::used_at.is_null()).filter(invitations::expires_at.gt(now));
    Ok(rows::touched(diesel::update(unused).set(invitations::expires_at.eq(now)).execute(tx.conn)?).into())
}
