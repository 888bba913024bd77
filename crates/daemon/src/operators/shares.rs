//! `/api/v1/admin/shares/...` and `/api/v1/admin/links/...`: who shares, for whom, until when; and ending it.

use api::admin::shares::{LinkRow, Revoked};
use serde::Deserialize;
use store::LinkFilter;
use vault::link::State;
use vault::text::{Email, UserName};
use vault::{ItemId, LinkId, ShareId};

use super::entrance::{Acts, Reads};
use crate::http::answer::{Reply, json};
use crate::http::asked::{Asked, Id, Query, after, page, rows};

/// Which links are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    owner: Option<UserName>,
    recipient: Option<Email>,
    item: Option<ItemId>,
    share: Option<ShareId>,
    state: Option<State>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/v1/admin/shares`
pub async fn list(asked: Asked, _reader: Reads, wanted: Query<Wanted>) -> Reply {
    let Wanted { owner, recipient, item, share, state, after: from, limit } = wanted.0;
    let (limit, from) = (rows(limit), after::<LinkId>(from.as_deref())?);
    let filter = LinkFilter { owner, recipient, item, share, state };
    let found = asked.store().link_rows(&asked.call(), filter, from, limit).await?;
    json(&page(found, limit, |row| row.link.to_string(), shown))
}

/// `POST /api/v1/admin/shares/{share}/revoke`
pub async fn revoke(asked: Asked, operator: Acts, share: Id<ShareId>) -> Reply {
    let links = asked.store().operator_revoke_share(&asked.call(), &operator.0, share.0).await?;
    json(&Revoked { links })
}

/// `POST /api/v1/admin/links/{link}/revoke`
pub async fn revoke_link(asked: Asked, operator: Acts, link: Id<LinkId>) -> Reply {
    let links = asked.store().operator_revoke_link(&asked.call(), &operator.0, link.0).await?;
    json(&Revoked { links })
}

fn shown(row: store::LinkRow) -> LinkRow {
    LinkRow {
        link: row.link,
        share: row.share,
        item: row.item,
        owner: row.owner,
        label: row.label,
        recipient: row.recipient,
        state: row.state,
        created_at: row.created_at,
        expires_at: row.expires_at,
        views: row.views,
        views_used: row.views_used,
        failed_tokens: row.failed_tokens,
        delivery: row.delivery,
        with_token: row.with_token,
    }
}
