//! The indexes of links: which of them a list can take, and what is then left to look for in rows.
//!
//! Nothing here is a second opinion about a state: conditions only help an index to find what `in_state` decides. What doesn't choose the index
//! is written so that no database takes another one for it.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use vault::link::State;
use vault::{LinkId, Timestamp};

use super::{LinkFilter, LinkOrder};
use crate::links::{ENDED_WITHIN_MILLIS, OnLinks, in_state};
use crate::rows;
use crate::schema::links;

/// What is asked, with what had to be looked up for it.
pub(super) struct Wish<'a> {
    pub(super) filter: &'a LinkFilter,
    /// The id of the owner that is named.
    pub(super) owner: Option<Vec<u8>>,
    /// Whose links are all held, where that is asked for.
    pub(super) suspended: Vec<Vec<u8>>,
    pub(super) now: Timestamp,
}

/// An index, or several that together hold what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// One link.
    Link,
    /// Of a share.
    Share,
    /// Of an item.
    Item,
    /// Of an owner, what lives.
    LivingOf,
    /// For a recipient.
    Recipient,
    /// Of an owner.
    Owner,
    /// What lives and starts later; in the order of its start.
    Waiting,
    /// After too many wrong tokens, whether it lives or not.
    Locked,
    /// What freezes hold, and what lives of each suspended owner.
    Frozen,
    /// What was burnt.
    Burnt,
    /// What was revoked.
    Revoked,
    /// Without a view left, expired or not.
    UsedUp,
    /// What lives.
    Living,
    /// What the sweeper is done with, and what it looks at these minutes: an expired link can be had again for that long.
    Ended,
    /// What travels alike.
    Delivery,
    /// Made in a time.
    Made,
    /// Everything.
    All,
}

/// The indexes that can be walked along in the order that is asked for, those first that mostly hold less.
pub(super) fn walks(filter: &LinkFilter) -> Vec<Walk> {
    if filter.order == LinkOrder::Expires {
        return vec![if filter.delivery.is_some() { Walk::Delivery } else { Walk::All }];
    }
    let mut walks: Vec<Walk> = found_by(filter).into_iter().filter(|walk| *walk != Walk::Waiting).collect();
    if walks.is_empty() {
        walks.push(Walk::All);
    }
    walks
}

/// The indexes that have another order, and serve where they hold so little that all of it is read and put in order.
pub(super) fn unordered(filter: &LinkFilter) -> Vec<Walk> {
    let unordered = |walk: &Walk| match filter.order {
        LinkOrder::Made => *walk == Walk::Waiting,
        // Nearly everything ended or lives, and half of all may travel alike.
        LinkOrder::Expires => !matches!(walk, Walk::Ended | Walk::Living | Walk::Delivery | Walk::UsedUp),
    };
    let mut walks: Vec<Walk> = found_by(filter).into_iter().filter(unordered).collect();
    let made = filter.made_from.is_some() || filter.made_until.is_some();
    walks.extend((made && filter.order == LinkOrder::Expires).then_some(Walk::Made));
    walks
}

fn found_by(filter: &LinkFilter) -> Vec<Walk> {
    let mut walks = Vec::new();
    let mut may = |walk: Walk, may: bool| walks.extend(may.then_some(walk));
    let lives = matches!(filter.state, Some(State::Open | State::Waiting | State::Locked | State::Frozen));
    let is = |state: State| filter.state == Some(state);
    may(Walk::Link, filter.link.is_some());
    may(Walk::Share, filter.share.is_some());
    may(Walk::Item, filter.item.is_some());
    may(Walk::LivingOf, lives && filter.owner.is_some());
    may(Walk::Recipient, filter.recipient.is_some());
    may(Walk::Owner, !lives && filter.owner.is_some());
    may(Walk::Waiting, is(State::Waiting));
    may(Walk::Locked, is(State::Locked));
    may(Walk::Frozen, is(State::Frozen));
    may(Walk::Burnt, is(State::Burnt));
    may(Walk::Revoked, is(State::Revoked));
    may(Walk::UsedUp, is(State::UsedUp));
    may(Walk::Living, lives);
    may(Walk::Ended, is(State::Expired));
    may(Walk::Delivery, filter.delivery.is_some());
    walks
}

impl Walk {
    /// What its indexes are found by, for each of them. Conditions of indexes that hold only some rows stand here as in `migrations/`.
    pub(super) fn sources(self, wish: &Wish<'_>) -> Vec<Vec<OnLinks>> {
        let (filter, now) = (wish.filter, wish.now.as_millis());
        let some = |condition: &'static str| -> OnLinks { Box::new(sql::<Bool>(condition)) };
        let lives = || -> OnLinks { Box::new(links::sweep_at.is_not_null()) };
        let of = |owner: Vec<u8>| -> OnLinks { Box::new(links::owner.eq(owner)) };
        let id = |bytes: Option<&[u8; 16]>| bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
        let only: Vec<OnLinks> = match self {
            Self::Link => vec![Box::new(links::id.eq(id(filter.link.as_ref().map(LinkId::as_bytes))))],
            Self::Share => vec![Box::new(links::share.eq(id(filter.share.as_ref().map(vault::ShareId::as_bytes))))],
            Self::Item => vec![Box::new(links::item.eq(id(filter.item.as_ref().map(vault::ItemId::as_bytes))))],
            Self::LivingOf => vec![of(wish.owner.clone().unwrap_or_default()), lives()],
            Self::Recipient => vec![Box::new(links::recipient_folded.eq(filter.recipient.as_ref().map(rows::folded).unwrap_or_default()))],
            Self::Owner => vec![of(wish.owner.clone().unwrap_or_default())],
            Self::Waiting => vec![Box::new(links::starts_at.gt(now)), lives()],
            Self::Locked => vec![some("failed_tokens >= 10")],
            Self::Burnt => vec![Box::new(links::burnt_at.is_not_null())],
            Self::Revoked => vec![Box::new(links::revoked_at.is_not_null())],
            Self::UsedUp => vec![some("view_limit IS NOT NULL AND views_used >= view_limit")],
            Self::Living => vec![lives()],
            Self::Delivery => vec![Box::new(links::delivery.eq(filter.delivery.map(|delivery| delivery.name()).unwrap_or_default()))],
            Self::Made | Self::All => Vec::new(),
            Self::Frozen => {
                let of_suspended = wish.suspended.iter().map(|owner| vec![of(owner.clone()), lives()]);
                return [vec![some("freezes > 0")]].into_iter().chain(of_suspended).collect();
            }
            Self::Ended => return vec![vec![Box::new(links::sweep_at.is_null())]],
        };
        vec![only]
    }

    /// What it finds beside its indexes, few at any time, in another order.
    pub(super) fn beside(self, wish: &Wish<'_>) -> Option<OnLinks> {
        let soon = wish.now.plus_millis(ENDED_WITHIN_MILLIS).as_millis();
        let sweeping = || links::sweep_at.is_not_null().and(links::sweep_at.assume_not_null().le(soon));
        (self == Self::Ended).then(|| -> OnLinks { Box::new(sweeping()) })
    }

    /// Where the part of the list begins in which anything fits, or ends: of what lives, nothing has expired.
    pub(super) fn ends(self, wish: &Wish<'_>) -> Option<OnLinks> {
        if wish.filter.order != LinkOrder::Expires || !matches!(self, Self::All | Self::Delivery) {
            return None;
        }
        let now = wish.now.as_millis();
        Some(match wish.filter.state? {
            State::Expired => Box::new(links::expires_at.le(now)),
            State::Open | State::Waiting | State::Locked | State::Frozen | State::UsedUp => Box::new(links::expires_at.gt(now)),
            State::Revoked | State::Burnt => return None,
        })
    }

    /// What the filter names that the indexes don't answer, to be looked for in each row. Nothing: whatever they hold fits.
    pub(super) fn looked_for(self, wish: &Wish<'_>) -> Vec<OnLinks> {
        let filter = wish.filter;
        let mut looked_for: Vec<OnLinks> = Vec::new();
        let mut look = |named: Option<OnLinks>| looked_for.extend(named.map(hidden));
        if self != Self::Link {
            look(filter.link.map(|link| -> OnLinks { Box::new(links::id.eq(link.as_bytes().to_vec())) }));
        }
        if self != Self::Share {
            look(filter.share.map(|share| -> OnLinks { Box::new(links::share.eq(share.as_bytes().to_vec())) }));
        }
        if self != Self::Item {
            look(filter.item.map(|item| -> OnLinks { Box::new(links::item.eq(item.as_bytes().to_vec())) }));
        }
        if !matches!(self, Self::Owner | Self::LivingOf) {
            look(wish.owner.clone().map(|owner| -> OnLinks { Box::new(links::owner.eq(owner)) }));
        }
        if self != Self::Recipient {
            look(filter.recipient.as_ref().map(|recipient| -> OnLinks { Box::new(links::recipient_folded.eq(rows::folded(recipient))) }));
        }
        if self != Self::Delivery {
            let travels = |name: &'static str| -> OnLinks { Box::new(sql::<Bool>("links.delivery = ").bind::<Text, _>(name)) };
            look(filter.delivery.map(|delivery| travels(delivery.name())));
        }
        if self != Self::Revoked {
            look(filter.state.map(|state| in_state(state, wish.now)));
        }
        if filter.order == LinkOrder::Expires && matches!(self, Self::All | Self::Delivery) {
            looked_for.extend(made(filter).into_iter().map(hidden));
        }
        looked_for
    }
}

/// In which time it was made, by its id.
pub(super) fn made(filter: &LinkFilter) -> Vec<OnLinks> {
    let from = filter.made_from.map(|from| -> OnLinks { Box::new(links::id.ge(LinkId::earliest(from).as_bytes().to_vec())) });
    let until = filter.made_until.map(|until| -> OnLinks { Box::new(links::id.lt(LinkId::earliest(until).as_bytes().to_vec())) });
    from.into_iter().chain(until).collect()
}

/// The same condition, by which no database finds an index.
pub(super) fn hidden(condition: OnLinks) -> OnLinks {
    Box::new(sql::<Bool>("(").bind::<Bool, _>(condition).sql(") IS TRUE"))
}
