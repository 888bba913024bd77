//! Finding the links of a page, in the order that is asked for, along indexes that are chosen here and by a bounded amount of work.
//!
//! Nothing here reads on until it has found enough: a page may be short, or empty, and say where the next one begins.

use diesel::prelude::*;
use vault::Timestamp;
use vault::link::State;

use super::walk::{Walk, Wish, hidden, made, unordered, walks};
use super::{LinkFilter, LinkOrder, LinkPlace};
use crate::links::OnLinks;
use crate::schema::{links, users};
use crate::{Broken, Connection, rows};

/// How many links a page looks at, where no index has just those that are wanted in their order.
pub(crate) const LOOKED_AT: i64 = 1_000;

/// Where a link stands in both orders.
pub(super) type Found = (Vec<u8>, i64);

/// Rows of `links`, narrowed.
pub(super) type Narrowed = diesel::dsl::IntoBoxed<'static, diesel::dsl::Select<links::table, (links::id, links::expires_at)>, Backend>;
type Backend = <Connection as diesel::Connection>::Backend;

/// The ids of a page, in its order.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) ids: Vec<Vec<u8>>,
    /// Where the list goes on; nothing at its end.
    pub(crate) next: Option<LinkPlace>,
}

/// A page of at most `limit` links, behind `after` if that is given. Looks at no more than `most` along an index where it must look for what fits.
pub(crate) fn page(
    conn: &mut Connection,
    filter: &LinkFilter,
    after: Option<LinkPlace>,
    limit: u32,
    most: i64,
    now: Timestamp,
) -> Result<Ids, Broken> {
    let owner = match &filter.owner {
        None => None,
        Some(name) => {
            let id: Option<Vec<u8>> = users::table.filter(users::name.eq(name.as_str())).select(users::id).first(conn).optional()?;
            let Some(id) = id else { return Ok(Ids::default()) };
            Some(id)
        }
    };
    let suspended = if filter.state == Some(State::Frozen) { suspended(conn)? } else { Vec::new() };
    let wish = Wish { filter, owner, suspended, now };
    let after = after.map(|place| (place.link.as_bytes().to_vec(), place.expires_at.as_millis()));
    let (mut found, until) = match few(conn, &wish, 2 * most)? {
        Some(walk) => (all(conn, &wish, walk, after.as_ref())?, None),
        None => {
            let (walk, until) = farthest(conn, &wish, after.as_ref(), most)?;
            (along(conn, &wish, walk, after.as_ref(), until.as_ref(), limit)?, until)
        }
    };
    match filter.order {
        LinkOrder::Made => found.sort_unstable_by(|(one, _), (other, _)| other.cmp(one)),
        LinkOrder::Expires => found.sort_unstable_by(|(one, ends), (other, other_ends)| (ends, one).cmp(&(other_ends, other))),
    }
    // A link that two sources hold stands next to itself.
    found.dedup();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let full = found.len() >= limit;
    found.truncate(limit);
    let next = if full { found.last().cloned() } else { until };
    Ok(Ids { next: next.map(place).transpose()?, ids: found.into_iter().map(|(id, _)| id).collect() })
}

fn place((id, ends): Found) -> Result<LinkPlace, Broken> {
    Ok(LinkPlace { link: rows::id(&id)?, expires_at: Timestamp::from_millis(ends) })
}

/// An index that has another order and holds fewer than `few` links, if there is one: all of them are read and put in order here, for each page.
fn few(conn: &mut Connection, wish: &Wish<'_>, few: i64) -> Result<Option<Walk>, Broken> {
    'walks: for walk in unordered(wish.filter) {
        let mut left = few;
        for source in walk.sources(wish) {
            let some: Vec<Found> = walk.whole(wish, source).limit(left).load(conn)?;
            left -= i64::try_from(some.len()).unwrap_or(few);
            if left <= 0 {
                continue 'walks;
            }
        }
        return Ok(Some(walk));
    }
    Ok(None)
}

/// Whatever an index has that fits, behind a place.
fn all(conn: &mut Connection, wish: &Wish<'_>, walk: Walk, after: Option<&Found>) -> Result<Vec<Found>, Broken> {
    let mut found = Vec::new();
    for source in walk.sources(wish) {
        let all: Vec<Found> =
            walk.looked_for(wish).into_iter().fold(walk.whole(wish, source), |query, condition| query.filter(condition)).load(conn)?;
        found.extend(all.into_iter().filter(|one| is_after(wish.filter.order, one, after)));
    }
    Ok(found)
}

/// The walk that comes farthest by as many links, and where it has come then; nothing if it comes to its end, or needn't look.
fn farthest(conn: &mut Connection, wish: &Wish<'_>, after: Option<&Found>, most: i64) -> Result<(Walk, Option<Found>), Broken> {
    let order = wish.filter.order;
    let mut best: Option<(Walk, Found)> = None;
    for walk in walks(wish.filter) {
        if walk.looked_for(wish).is_empty() {
            return Ok((walk, None));
        }
        // Several indexes are walked side by side: none farther than the first of them has come.
        let mut until: Option<Found> = None;
        for source in walk.sources(wish) {
            let places = walked(wish, walk, source, after).offset(most.saturating_sub(1).max(0)).limit(1);
            let last: Option<Found> = places.first(conn).optional()?;
            if let Some(last) = last
                && until.as_ref().is_none_or(|until| is_after(order, until, Some(&last)))
            {
                until = Some(last);
            }
        }
        let Some(until) = until else { return Ok((walk, None)) };
        if best.as_ref().is_none_or(|(_, farthest)| is_after(order, &until, Some(farthest))) {
            best = Some((walk, until));
        }
    }
    Ok(best.map_or((Walk::All, None), |(walk, last)| (walk, Some(last))))
}

/// What fits along a walk, between two places.
fn along(
    conn: &mut Connection,
    wish: &Wish<'_>,
    walk: Walk,
    after: Option<&Found>,
    until: Option<&Found>,
    limit: u32,
) -> Result<Vec<Found>, Broken> {
    let mut found = Vec::new();
    for source in walk.sources(wish) {
        found.extend(kept(wish, walk, source, after, until).limit(i64::from(limit)).load::<Found>(conn)?);
    }
    if let Some(beside) = walk.beside(wish) {
        let all: Vec<Found> = narrowed([beside], made(wish.filter).into_iter().chain(walk.looked_for(wish))).load(conn)?;
        let order = wish.filter.order;
        let between = |one: &Found| is_after(order, one, after) && until.is_none_or(|until| !is_after(order, one, Some(until)));
        found.extend(all.into_iter().filter(between));
    }
    Ok(found)
}

/// The links of one index of a walk that fit, between two places, in order.
pub(super) fn kept(wish: &Wish<'_>, walk: Walk, source: Vec<OnLinks>, after: Option<&Found>, until: Option<&Found>) -> Narrowed {
    let mut query = walked(wish, walk, source, after);
    for condition in walk.looked_for(wish) {
        query = query.filter(condition);
    }
    match (wish.filter.order, until.cloned()) {
        (_, None) => query,
        (LinkOrder::Made, Some((id, _))) => query.filter(links::id.ge(id)),
        (LinkOrder::Expires, Some((id, ends))) => {
            query.filter(links::expires_at.le(ends).and(links::expires_at.lt(ends).or(links::id.le(id))))
        }
    }
}

/// The links of one index of a walk, behind a place, in order.
pub(super) fn walked(wish: &Wish<'_>, walk: Walk, source: Vec<OnLinks>, after: Option<&Found>) -> Narrowed {
    let order = wish.filter.order;
    let by_id = if order == LinkOrder::Made { made(wish.filter) } else { Vec::new() };
    let query = narrowed(source, by_id.into_iter().chain(walk.ends(wish)));
    match (order, after.cloned()) {
        (LinkOrder::Made, None) => query.order(links::id.desc()),
        (LinkOrder::Made, Some((id, _))) => query.filter(links::id.lt(id)).order(links::id.desc()),
        (LinkOrder::Expires, None) => query.order((links::expires_at, links::id)),
        // The first part alone lets the index find the place; the rest takes out what was shown.
        (LinkOrder::Expires, Some((id, ends))) => query
            .filter(links::expires_at.ge(ends).and(links::expires_at.gt(ends).or(links::id.gt(id))))
            .order((links::expires_at, links::id)),
    }
}

impl Walk {
    /// What was made in the time that is asked for, of all that one of its indexes has.
    pub(super) fn whole(self, wish: &Wish<'_>, source: Vec<OnLinks>) -> Narrowed {
        let by_id = made(wish.filter).into_iter();
        // Elsewhere a database would rather walk along the ids.
        narrowed(source, by_id.map(|condition| if self == Self::Made { condition } else { hidden(condition) }))
    }
}

/// The links of an index that fit all of this.
fn narrowed(source: impl IntoIterator<Item = OnLinks>, more: impl IntoIterator<Item = OnLinks>) -> Narrowed {
    let all = links::table.select((links::id, links::expires_at)).into_boxed();
    source.into_iter().chain(more).fold(all, |query, condition| query.filter(condition))
}

fn is_after(order: LinkOrder, (id, ends): &Found, after: Option<&Found>) -> bool {
    after.is_none_or(|(place, place_ends)| match order {
        LinkOrder::Made => id < place,
        LinkOrder::Expires => (ends, id) > (place_ends, place),
    })
}

/// Whose links are all held.
pub(crate) fn suspended(conn: &mut Connection) -> Result<Vec<Vec<u8>>, Broken> {
    Ok(users::table.filter(users::suspended_at.is_not_null()).select(users::id).load(conn)?)
}
