//! `/api/v1/admin/shares/...` and `/api/v1/admin/links/...`: who shares, for whom, until when; and ending it.

use api::Page;
use api::admin::shares::{LinkRow, Revoked, Sort};
use serde::Deserialize;
use store::{LinkFilter, LinkOrder, LinkPlace};
use vault::link::State;
use vault::share::Delivery;
use vault::text::{Email, UserName};
use vault::{ItemId, LinkId, ShareId, Timestamp};

use super::entrance::{Acts, Reads};
use crate::http::answer::{Reply, json};
use crate::http::asked::{Asked, Id, Query, misplaced, rows};

/// Which links are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    owner: Option<UserName>,
    recipient: Option<Email>,
    item: Option<ItemId>,
    share: Option<ShareId>,
    link: Option<LinkId>,
    state: Option<State>,
    delivery: Option<Delivery>,
    made_from: Option<Timestamp>,
    made_until: Option<Timestamp>,
    #[serde(default)]
    sort: Sort,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/v1/admin/shares`
pub async fn list(asked: Asked, _reader: Reads, wanted: Query<Wanted>) -> Reply {
    let Wanted { owner, recipient, item, share, link, state, delivery, made_from, made_until, sort, after, limit } = wanted.0;
    let limit = rows(limit);
    let after = after.as_deref().map(|text| place(sort, text).ok_or_else(misplaced)).transpose()?;
    let order = match sort {
        Sort::Made => LinkOrder::Made,
        Sort::Expires => LinkOrder::Expires,
    };
    let filter = LinkFilter { owner, recipient, item, share, link, state, delivery, made_from, made_until, order };
    let found = asked.store().link_rows(&asked.call(), filter, after, limit).await?;
    json(&Page { rows: found.rows.into_iter().map(shown).collect(), next: found.next.map(|place| next(sort, place)) })
}

/// A link's place in the order that is asked for, as text: the id, with the end in front where that orders.
fn next(sort: Sort, place: LinkPlace) -> String {
    match sort {
        Sort::Made => place.link.to_string(),
        Sort::Expires => format!("{}.{}", place.expires_at.as_millis(), place.link),
    }
}

fn place(sort: Sort, text: &str) -> Option<LinkPlace> {
    let (ends, link) = match sort {
        Sort::Made => ("0", text),
        Sort::Expires => text.split_once('.')?,
    };
    Some(LinkPlace { link: link.parse().ok()?, expires_at: Timestamp::from_millis(ends.parse().ok()?) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_to_go_on_from_is_read_in_its_own_order_alone() {
        let link = LinkId::from_bytes([7; 16]);
        let made = place(Sort::Made, &link.to_string()).unwrap();
        assert_eq!(made.link, link);
        let ends = place(Sort::Expires, &format!("-5.{link}")).unwrap();
        assert_eq!((ends.link, ends.expires_at), (link, Timestamp::from_millis(-5)));
        for (sort, wrong) in [(Sort::Made, format!("5.{link}")), (Sort::Expires, link.to_string()), (Sort::Expires, format!("x.{link}"))] {
            assert!(place(sort, &wrong).is_none(), "{wrong}");
        }
    }
}
