//! Making a share: one snapshot, and a link for each recipient.
//!
//! Nothing here is half done: share, links, sealed bytes, tokens to mail and the audit event are one write.

use diesel::prelude::*;
use vault::event::{Event, Kind, Subject};
use vault::share::{NewLink, NewShare, Views};
use vault::{Digest, ItemId, Language, MessageId, Refusal, UserId};

use super::list::{self, ShareRow};
use crate::accounts::{SignedIn, acting, owner_refused};
use crate::schema::{links, shares, snapshots, wraps};
use crate::{Answer, Broken, Call, Connection, Store, Tx, items, outbox, rows};

/// The sealed bytes of a share.
#[derive(Clone)]
pub struct SealedShare {
    /// The snapshot.
    pub snapshot: Vec<u8>,
    /// What goes with each link, in the order of the share's links.
    pub links: Vec<SealedLink>,
}

/// The sealed bytes of a link.
#[derive(Clone)]
pub struct SealedLink {
    /// The share key, wrapped for this link.
    pub wrap: Vec<u8>,
    /// The access token, where the daemon shall mail it.
    pub token: Option<SealedMail>,
    /// The link's secret, where the daemon shall mail the link, too.
    pub secret: Option<SealedMail>,
}

/// What a message will carry, sealed by the daemon for this message alone.
#[derive(Clone)]
pub struct SealedMail {
    /// The message's id, to which it is sealed.
    pub message: MessageId,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

impl Store {
    /// Makes a share of an item. The same id with the same bytes again is a success that makes nothing more.
    ///
    /// # Errors
    /// What [`NewShare::admit`] and [`NewShare::admit_mailed`] say; [`Refusal::IdReused`], [`Refusal::ClockBehind`].
    pub async fn create_share(
        &self,
        call: &Call,
        signed_in: &SignedIn,
        item: ItemId,
        new: NewShare,
        sealed: SealedShare,
    ) -> Answer<ShareRow> {
        let signed_in = signed_in.clone();
        let wraps: usize = sealed.links.iter().map(|link| link.wrap.len()).sum();
        // The sizes that count are those of the bytes that are here.
        let new = NewShare { sealed_bytes: sealed.snapshot.len().saturating_add(wraps), ..new };
        let digest = digest(item, &new, &sealed);
        self.write(call, move |tx| {
            if sealed.links.len() != new.links.len() {
                return Err(Broken::Damaged("a share came with more links than sealed bytes, or fewer".to_owned()).into());
            }
            let subject = Subject { item: Some(item), share: Some(new.id), ..Subject::default() };
            let refused = owner_refused(tx, &signed_in, "share", subject);
            let owner = acting(tx, &signed_in, "share", subject)?;
            let at = tx.now();
            match earlier(tx.conn, &signed_in, &new, digest)? {
                Earlier::Same => return Ok(list::share(tx.conn, new.id, at)?),
                Earlier::Other => return tx.decided(Err(Refusal::IdReused), refused),
                Earlier::None => {}
            }
            let found = items::item(tx.conn, item)?;
            let decision = tx.trusted().and_then(|now| {
                new.admit(&owner, &found.ok_or(Refusal::NotFound)?, tx.policy(), now)?;
                sealed.links.iter().try_for_each(|link| new.admit_mailed(link.token.is_some(), link.secret.is_some()))
            });
            tx.decided(decision, refused)?;
            keep(tx, &signed_in, item, &new, &sealed, digest)?;
            let event = told(tx.event(Kind::ShareCreated, signed_in.actor()), &new);
            let subject = Subject { user: Some(owner.id), ..subject };
            tx.record(event.on(subject))?;
            if new.delivery.mails_link() {
                let event = tx.event(Kind::ShareRelayed, signed_in.actor()).on(subject);
                tx.record(event.with("links", new.links.len()))?;
            }
            Ok(list::share(tx.conn, new.id, at)?)
        })
        .await
    }
}

/// What the ids of a share on its way in are in use for.
enum Earlier {
    None,
    Same,
    Other,
}

fn earlier(conn: &mut Connection, signed_in: &SignedIn, new: &NewShare, digest: Digest) -> Result<Earlier, Broken> {
    let found = shares::table.find(new.id.as_bytes().as_slice()).select((shares::owner, shares::digest));
    let found: Option<(Vec<u8>, Vec<u8>)> = found.first(conn).optional()?;
    if let Some((owner, stored)) = found {
        let same = owner == signed_in.owner().id.as_bytes() && rows::digest(&stored)? == digest;
        return Ok(if same { Earlier::Same } else { Earlier::Other });
    }
    let ids: Vec<&[u8]> = new.links.iter().map(|link| link.id.as_bytes().as_slice()).collect();
    let links: i64 = links::table.filter(links::id.eq_any(ids)).count().get_result(conn)?;
    Ok(if links == 0 { Earlier::None } else { Earlier::Other })
}

/// A digest over all bytes that the share is made from, but for what is mailed: that is sealed anew each time.
fn digest(item: ItemId, new: &NewShare, sealed: &SealedShare) -> Digest {
    let numbers = [new.starts_at.as_millis(), new.expires_at.as_millis(), rows::views_column(new.views).map_or(-1, i64::from)];
    let numbers: Vec<u8> = numbers.into_iter().flat_map(i64::to_be_bytes).chain([u8::from(new.with_token)]).collect();
    let label = new.label.as_ref().map(|label| label.as_str()).unwrap_or_default();
    let networks = rows::networks_column(&new.networks);
    let share: [&[u8]; 6] =
        [item.as_bytes(), &numbers, label.as_bytes(), networks.as_bytes(), new.delivery.name().as_bytes(), &sealed.snapshot];
    let links = new.links.iter().zip(&sealed.links).flat_map(|(link, bytes)| -> [&[u8]; 5] {
        [link.id.as_bytes(), link.recipient.as_str().as_bytes(), link.knock_hash.as_bytes(), link.proof_hash.as_bytes(), &bytes.wrap]
    });
    let language = new.language.map(|language| language.tag().as_bytes());
    rows::digest_of(&share.into_iter().chain(language).chain(links).collect::<Vec<_>>())
}

fn told(event: Event, new: &NewShare) -> Event {
    let views = match new.views {
        Views::Limited(limit) => limit.to_string(),
        Views::Unlimited => "unlimited".to_owned(),
    };
    event
        .with("links", new.links.len())
        .with("views", views)
        .with("expires", new.expires_at)
        .with("delivery", new.delivery.name())
        .with("token", new.with_token)
}

fn keep(tx: &mut Tx<'_>, by: &SignedIn, item: ItemId, new: &NewShare, sealed: &SealedShare, digest: Digest) -> Result<(), Broken> {
    let owner = by.owner().id;
    let id = new.id.as_bytes().as_slice();
    let (delivery, relayed) = rows::delivery_columns(new.delivery);
    diesel::insert_into(shares::table)
        .values((
            shares::id.eq(id),
            shares::owner.eq(owner.as_bytes().as_slice()),
            shares::item.eq(item.as_bytes().as_slice()),
            shares::label.eq(new.label.as_ref().map(|label| label.as_str())),
            shares::delivery.eq(delivery),
            shares::relayed.eq(relayed),
            shares::language.eq(new.language.map(Language::tag)),
            shares::with_token.eq(new.with_token),
            shares::starts_at.eq(new.starts_at.as_millis()),
            shares::expires_at.eq(new.expires_at.as_millis()),
            shares::view_limit.eq(rows::views_column(new.views)),
            shares::networks.eq(rows::networks_column(&new.networks)),
            shares::digest.eq(digest.as_bytes().as_slice()),
            shares::created_at.eq(tx.now().as_millis()),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(snapshots::table).values((snapshots::share.eq(id), snapshots::snapshot.eq(&sealed.snapshot))).execute(tx.conn)?;
    new.links.iter().zip(&sealed.links).try_for_each(|(link, sealed)| keep_link(tx, owner, item, new, link, sealed))
}

fn keep_link(tx: &mut Tx<'_>, owner: UserId, item: ItemId, share: &NewShare, new: &NewLink, sealed: &SealedLink) -> Result<(), Broken> {
    let id = new.id.as_bytes().as_slice();
    diesel::insert_into(links::table)
        .values((
            links::id.eq(id),
            links::share.eq(share.id.as_bytes().as_slice()),
            links::owner.eq(owner.as_bytes().as_slice()),
            links::item.eq(item.as_bytes().as_slice()),
            links::recipient.eq(new.recipient.as_str()),
            links::recipient_folded.eq(rows::folded(&new.recipient)),
            links::knock_hash.eq(new.knock_hash.as_bytes().as_slice()),
            links::proof_hash.eq(new.proof_hash.as_bytes().as_slice()),
            links::with_token.eq(share.with_token),
            links::starts_at.eq(share.starts_at.as_millis()),
            links::expires_at.eq(share.expires_at.as_millis()),
            links::view_limit.eq(rows::views_column(share.views)),
            links::networks.eq(rows::networks_column(&share.networks)),
            links::sweep_at.eq(share.expires_at.as_millis()),
            links::delivery.eq(share.delivery.name()),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(wraps::table).values((wraps::link.eq(id), wraps::wrap.eq(&sealed.wrap))).execute(tx.conn)?;
    if let Some(token) = &sealed.token {
        outbox::mail_token(tx, token, new.id)?;
    }
    match &sealed.secret {
        Some(secret) => outbox::mail_link(tx, secret, new.id),
        None => Ok(()),
    }
}
