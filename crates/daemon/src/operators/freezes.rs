//! `/api/v1/admin/freezes/...`: stop a selection of links, counted first if wanted, and let it go again.

use api::admin::freezes::{Freeze, Place, Placed};
use store::FreezeRow;
use vault::FreezeId;

use super::entrance::{Acts, Reads};
use crate::http::answer::{Reply, created, json};
use crate::http::asked::{Asked, Id, Paging, Query, after, page, rows};
use crate::http::body::Body;
use crate::random;

/// `POST /api/v1/admin/freezes`
pub async fn place(asked: Asked, operator: Acts, body: Body<Place>) -> Reply {
    let Place { selection, reason, count_only } = body.0;
    let call = asked.call();
    if count_only {
        let (links, owner) = asked.store().count_freeze(&call, &selection).await?;
        return json(&Placed { freeze: None, links, owner, burns_at: None });
    }
    let id = FreezeId::from_bytes(random::id(call.clock)?);
    let placed = asked.store().place_freeze(&call, &operator.0, id, selection, reason).await?;
    created(&Placed { freeze: Some(placed.id), links: placed.links, owner: placed.owner, burns_at: placed.burns_at })
}

/// `POST /api/v1/admin/freezes/{freeze}/lift`
pub async fn lift(asked: Asked, operator: Acts, freeze: Id<FreezeId>) -> Reply {
    json(&shown(asked.store().lift_freeze(&asked.call(), &operator.0, freeze.0).await?))
}

/// `GET /api/v1/admin/freezes`
pub async fn list(asked: Asked, _reader: Reads, paging: Query<Paging>) -> Reply {
    let limit = rows(paging.0.limit);
    let found = asked.store().freezes(after(paging.0.after.as_deref())?, limit).await?;
    json(&page(found, limit, |row| row.id.to_string(), shown))
}

fn shown(row: FreezeRow) -> Freeze {
    let burns_at = row.freeze().liftable_until();
    Freeze {
        freeze: row.id,
        selection: row.selection,
        owner: row.owner,
        reason: row.reason,
        placed_at: row.placed_at,
        lifted_at: row.lifted_at,
        burns_at,
        burnt_at: row.burnt_at,
        links: row.links,
        reported_by: row.reported_by,
    }
}
