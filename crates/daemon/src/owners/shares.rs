//! `/api/v1/shares/...`: shares with people outside the vault, as their owner makes, sees and ends them.
//!
//! A token that is to be mailed is sealed before the store's write begins, and forgotten here.

use api::shares::{Link, NewLink, NewShare, Share};
use serde::Deserialize;
use store::{Call, SealedLink, SealedMail, SealedShare};
use vault::event::{Event, Kind, Subject};
use vault::share::Delivery;
use vault::text::Email;
use vault::{Digest, ItemId, LinkId, MessageId, Refusal, ShareId, share};

use crate::config::mail::Transport;
use crate::http::answer::{No, Reply, created, json};
use crate::http::asked::{Asked, Id, Part, Query, after, page, rows};
use crate::http::body::SealedBody;
use crate::http::signed_in::SignedIn;
use crate::mail::{fragment_of, mailable, mailable_fragment};
use crate::random;
use crate::recipients::links::opening;

/// Which shares are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    item: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `POST /api/v1/shares`
pub async fn create(asked: Asked, owner: SignedIn, body: SealedBody<NewShare>) -> Reply {
    let call = asked.call();
    let NewShare { id, item, label, starts_at, expires_at, views, networks, delivery, language, with_token, snapshot, links } = body.0;
    can_mail(&asked, &owner, &call, delivery, Subject { item: Some(item), share: Some(id), ..Subject::default() }).await?;
    let sealed =
        SealedShare { snapshot: snapshot.0, links: links.iter().map(|link| sealed(&asked, &call, link)).collect::<Result<_, _>>()? };
    let links = links.into_iter().map(new_link).collect();
    // The store counts the sealed bytes that it is given.
    let new = share::NewShare { id, label, starts_at, expires_at, views, networks, delivery, language, with_token, links, sealed_bytes: 0 };
    let made = asked.store().create_share(&call, &owner, item, new, sealed).await?;
    created(&share_out(made))
}

/// `GET /api/v1/shares`
pub async fn list(asked: Asked, owner: SignedIn, wanted: Query<Wanted>) -> Reply {
    let limit = rows(wanted.0.limit);
    let (item, after) = (after::<ItemId>(wanted.0.item.as_deref())?, after(wanted.0.after.as_deref())?);
    let found = asked.store().shares(&asked.call(), &owner, item, after, limit).await?;
    json(&page(found, limit, |row| row.id.to_string(), share_out))
}

/// `GET /api/v1/shares/{share}`
pub async fn show(asked: Asked, owner: SignedIn, share: Id<ShareId>) -> Reply {
    json(&share_out(asked.store().share(&asked.call(), &owner, share.0).await?))
}

/// `POST /api/v1/shares/{share}/revoke`
pub async fn revoke(asked: Asked, owner: SignedIn, share: Id<ShareId>) -> Reply {
    let call = asked.call();
    asked.store().revoke_share(&call, &owner, share.0).await?;
    json(&share_out(asked.store().share(&call, &owner, share.0).await?))
}

/// `POST /api/v1/shares/{share}/links/{link}/revoke`
pub async fn revoke_link(asked: Asked, owner: SignedIn, share: Id<ShareId>, link: Part<LinkId>) -> Reply {
    let call = asked.call();
    of_share(&asked, &owner, &call, share.0, link.0).await?;
    asked.store().revoke_link(&call, &owner, link.0).await?;
    json(&share_out(asked.store().share(&call, &owner, share.0).await?))
}

/// `POST /api/v1/shares/{share}/links/{link}/unlock`
pub async fn unlock_link(asked: Asked, owner: SignedIn, share: Id<ShareId>, link: Part<LinkId>) -> Reply {
    let call = asked.call();
    of_share(&asked, &owner, &call, share.0, link.0).await?;
    asked.store().unlock_link(&call, &owner, link.0).await?;
    json(&share_out(asked.store().share(&call, &owner, share.0).await?))
}

/// A link is named together with its share; under another share's address it is not there.
async fn of_share(asked: &Asked, owner: &SignedIn, call: &Call, share: ShareId, link: LinkId) -> Result<(), No> {
    let found = asked.store().share(call, owner, share).await?;
    if found.links.iter().any(|known| known.id == link) { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// Refuses a token or link that would wait for a mail server that isn't there.
async fn can_mail(asked: &Asked, owner: &SignedIn, call: &Call, delivery: Delivery, subject: Subject) -> Result<(), No> {
    if !delivery.mails_token() || asked.appliance().config.mail.transport != Transport::None {
        return Ok(());
    }
    let refusal = Refusal::DeliveryNotAllowed;
    let event = Event::new(Kind::OwnerRefused, call.clock, owner.actor()).on(Subject { user: Some(owner.owner().id), ..subject });
    asked.store().record(call, event.with("action", "share").refused(refusal)).await?;
    Err(No::Told(refusal, "This appliance sends no mail: hand link and token over yourself.".into()))
}

fn sealed(asked: &Asked, call: &Call, link: &NewLink) -> Result<SealedLink, No> {
    let seal = |secret| seal_mail(asked, call, &link.recipient, secret);
    let token = link.token.as_ref().map(|token| lawful(token, mailable, "a link's token is not in its printed form").and_then(seal));
    let fragment = "what follows a link's # is no link's secret";
    let knock_hash = Digest::from_bytes(link.knock_hash.0);
    if link.fragment.as_ref().is_some_and(|secret| mailable_fragment(&secret.0) && !fragment_of(&secret.0, link.id, &knock_hash)) {
        return Err(No::senseless("what follows a link's # is another link's secret: the recipient could never open this one"));
    }
    let secret = link.fragment.as_ref().map(|secret| lawful(secret, mailable_fragment, fragment).and_then(seal));
    Ok(SealedLink { wrap: link.wrap.0.clone(), token: token.transpose()?, secret: secret.transpose()? })
}

/// Seals what a message to this recipient will carry.
pub(crate) fn seal_mail(asked: &Asked, call: &Call, recipient: &Email, secret: &api::Secret) -> Result<SealedMail, No> {
    let message = MessageId::from_bytes(random::id(call.clock)?);
    let sealed = asked.appliance().mail_keys.seal_payload(message, recipient, call.clock, secret.0.as_bytes())?;
    Ok(SealedMail { message, sealed })
}

fn lawful<'a>(secret: &'a api::Secret, lawful: fn(&str) -> bool, otherwise: &'static str) -> Result<&'a api::Secret, No> {
    if lawful(&secret.0) { Ok(secret) } else { Err(No::senseless(otherwise)) }
}

fn new_link(link: NewLink) -> share::NewLink {
    share::NewLink {
        id: link.id,
        recipient: link.recipient,
        knock_hash: Digest::from_bytes(link.knock_hash.0),
        proof_hash: Digest::from_bytes(link.proof_hash.0),
    }
}

fn share_out(row: store::ShareRow) -> Share {
    Share {
        id: row.id,
        item: row.item,
        label: row.label,
        created_at: row.created_at,
        starts_at: row.starts_at,
        expires_at: row.expires_at,
        views: row.views,
        networks: row.networks,
        delivery: row.delivery,
        language: row.language,
        with_token: row.with_token,
        links: row.links.into_iter().map(link_out).collect(),
    }
}

fn link_out(link: store::LinkOfShare) -> Link {
    Link {
        id: link.id,
        recipient: link.recipient,
        state: link.state,
        views_used: link.views_used,
        failed_tokens: link.failed_tokens,
        openings: link.openings.into_iter().map(opening).collect(),
    }
}
