//! Finding the links of a page, from indexes alone: by state, by what they belong to, in the order that is asked for.
//!
//! Nothing here is a second opinion about a state: conditions only help an index to find what `in_state` decides.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use vault::link::State;
use vault::{LinkId, Timestamp};

use super::{LinkFilter, LinkOrder, LinkPlace};
use crate::links::{ENDED_WITHIN_MILLIS, OnLinks, alive, in_state};
use crate::schema::{links, users};
use crate::{Broken, Connection, rows};

/// Where a link stands in both orders.
type Found = (Vec<u8>, i64);

/// Rows of `links`, narrowed.
type Narrowed = diesel::dsl::IntoBoxed<'static, diesel::dsl::Select<links::table, (links::id, links::expires_at)>, Backend>;
type Backend = <Connection as diesel::Connection>::Backend;

/// Where links of a state are looked for. Several sources together hold all of them.
struct Source {
    condition: OnLinks,
    /// Whether they are so few that all of them are read and put in order here: no index has both them and the order.
    few: bool,
}

/// The ids of a page, in its order.
pub(crate) fn page(
    conn: &mut Connection,
    filter: &LinkFilter,
    after: Option<LinkPlace>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Vec<u8>>, Broken> {
    let owner = match &filter.owner {
        None => None,
        Some(name) => {
            let id: Option<Vec<u8>> = users::table.filter(users::name.eq(name.as_str())).select(users::id).first(conn).optional()?;
            let Some(id) = id else { return Ok(Vec::new()) };
            Some(id)
        }
    };
    let after = after.map(|place| (place.link.as_bytes().to_vec(), place.expires_at.as_millis()));
    let mut found: Vec<Found> = Vec::new();
    for source in sources(conn, filter, now)? {
        let query = match source {
            None => narrowed(filter, owner.as_deref()),
            Some(Source { condition, few }) => {
                let query = narrowed(filter, owner.as_deref()).filter(condition);
                if few {
                    found.extend(query.load::<Found>(conn)?.into_iter().filter(|one| is_after(filter.order, one, after.as_ref())));
                    continue;
                }
                query
            }
        };
        found.extend(ordered(query, filter.order, after.clone()).limit(i64::from(limit)).load::<Found>(conn)?);
    }
    match filter.order {
        LinkOrder::Made => found.sort_unstable_by(|(one, _), (other, _)| other.cmp(one)),
        LinkOrder::Expires => found.sort_unstable_by(|(one, ends), (other, other_ends)| (ends, one).cmp(&(other_ends, other))),
    }
    // A link that two sources hold stands next to itself.
    found.dedup();
    Ok(found.into_iter().map(|(id, _)| id).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}

fn ordered(query: Narrowed, order: LinkOrder, after: Option<Found>) -> Narrowed {
    match (order, after) {
        (LinkOrder::Made, None) => query.order(links::id.desc()),
        (LinkOrder::Made, Some((id, _))) => query.filter(links::id.lt(id)).order(links::id.desc()),
        (LinkOrder::Expires, None) => query.order((links::expires_at, links::id)),
        // The first part alone lets the index find the place; the rest takes out what was shown.
        (LinkOrder::Expires, Some((id, ends))) => query
            .filter(links::expires_at.ge(ends).and(links::expires_at.gt(ends).or(links::id.gt(id))))
            .order((links::expires_at, links::id)),
    }
}

fn is_after(order: LinkOrder, (id, ends): &Found, after: Option<&Found>) -> bool {
    after.is_none_or(|(place, place_ends)| match order {
        LinkOrder::Made => id < place,
        LinkOrder::Expires => (ends, id) > (place_ends, place),
    })
}

/// What belongs to what was asked for, in any state.
fn narrowed(filter: &LinkFilter, owner: Option<&[u8]>) -> Narrowed {
    let mut query = links::table.select((links::id, links::expires_at)).into_boxed();
    if let Some(owner) = owner {
        query = query.filter(links::owner.eq(owner.to_vec()));
    }
    if let Some(recipient) = &filter.recipient {
        query = query.filter(links::recipient_folded.eq(rows::folded(recipient)));
    }
    if let Some(item) = filter.item {
        query = query.filter(links::item.eq(item.as_bytes().to_vec()));
    }
    if let Some(share) = filter.share {
        query = query.filter(links::share.eq(share.as_bytes().to_vec()));
    }
    if let Some(link) = filter.link {
        query = query.filter(links::id.eq(link.as_bytes().to_vec()));
    }
    if let Some(delivery) = filter.delivery {
        // Half of all links may travel alike: written so that no database takes that index where another one has fewer.
        query = match named_besides(filter) {
            true => query.filter(sql::<Bool>("(links.delivery = ").bind::<Text, _>(delivery.name()).sql(") IS TRUE")),
            false => query.filter(links::delivery.eq(delivery.name())),
        };
    }
    if let Some(from) = filter.made_from {
        query = query.filter(links::id.ge(LinkId::earliest(from).as_bytes().to_vec()));
    }
    if let Some(until) = filter.made_until {
        query = query.filter(links::id.lt(LinkId::earliest(until).as_bytes().to_vec()));
    }
    query
}

/// Whether something is named whose index serves better than that of how links travel.
fn named_besides(filter: &LinkFilter) -> bool {
    let by_state = matches!(filter.state, Some(State::Open | State::Waiting | State::Locked | State::Frozen | State::Expired));
    by_state
        || filter.owner.is_some()
        || filter.recipient.is_some()
        || filter.item.is_some()
        || filter.share.is_some()
        || filter.link.is_some()
}

/// Where to look; nothing stands for everywhere.
fn sources(conn: &mut Connection, filter: &LinkFilter, now: Timestamp) -> Result<Vec<Option<Source>>, Broken> {
    let Some(state) = filter.state else { return Ok(vec![None]) };
    let belongs = filter.owner.is_some() || filter.recipient.is_some() || filter.item.is_some();
    let source = |few, helping: OnLinks| Some(Source { condition: Box::new(in_state(state, now).and(helping)), few });
    if belongs || filter.share.is_some() || filter.link.is_some() {
        return Ok(vec![Some(Source { condition: in_state(state, now), few: false })]);
    }
    let by_expiry = filter.order == LinkOrder::Expires;
    let lives = || -> OnLinks { Box::new(links::sweep_at.is_not_null()) };
    Ok(match state {
        State::Open => vec![source(false, lives())],
        // They are found by their start.
        State::Waiting => vec![source(true, lives())],
        State::Locked => vec![source(by_expiry, Box::new(sql::<Bool>("failed_tokens >= 10")))],
        State::Revoked => vec![source(by_expiry, Box::new(links::revoked_at.is_not_null()))],
        State::Burnt => vec![source(by_expiry, Box::new(links::burnt_at.is_not_null()))],
        State::UsedUp => vec![source(false, Box::new(sql::<Bool>("view_limit IS NOT NULL AND views_used >= view_limit")))],
        // Those that the sweeper is done with, and those few that it looks at these minutes: an expired link can be had again for that long.
        State::Expired if by_expiry => vec![Some(Source { condition: in_state(state, now), few: false })],
        State::Expired => {
            let soon = now.plus_millis(ENDED_WITHIN_MILLIS).as_millis();
            let sweeping = links::sweep_at.is_not_null().and(links::sweep_at.assume_not_null().le(soon));
            vec![source(false, Box::new(links::sweep_at.is_null())), source(true, Box::new(sweeping))]
        }
        State::Frozen => {
            let mut sources = vec![Some(Source { condition: Box::new(alive(now).and(sql::<Bool>("freezes > 0"))), few: by_expiry })];
            for owner in suspended(conn)? {
                let lives = alive(now).and(links::owner.eq(owner)).and(links::sweep_at.is_not_null());
                sources.push(Some(Source { condition: Box::new(lives), few: by_expiry }));
            }
            sources
        }
    })
}

/// Whose links are all held.
pub(crate) fn suspended(conn: &mut Connection) -> Result<Vec<Vec<u8>>, Broken> {
    Ok(users::table.filter(users::suspended_at.is_not_null()).select(users::id).load(conn)?)
}
