//! What a link is like, as conditions on rows: for lists, and for what takes many links at once.
//!
//! Nothing here is a second opinion: `vault`'s `Link` decides, and a test holds both against each other.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use vault::Timestamp;
use vault::link::{RETRY_SECONDS, State, WRONG_TOKENS_THAT_LOCK};

use crate::schema::{links, users};
use crate::{Connection, rows};

/// A condition on rows of `links`.
pub(crate) type OnLinks = Box<dyn BoxableExpression<links::table, <Connection as diesel::Connection>::Backend, SqlType = Bool>>;

/// Links of which wrap and snapshot can still be had, as `Link::obtainable` says.
pub(crate) fn obtainable(now: Timestamp) -> OnLinks {
    let retry_from = now.plus_seconds(-RETRY_SECONDS).as_millis();
    let retry_lives = links::last_revealed_at.is_not_null().and(links::last_revealed_at.assume_not_null().gt(retry_from));
    let alive = links::expires_at.gt(now.as_millis()).and(views_left());
    Box::new(links::revoked_at.is_null().and(links::burnt_at.is_null()).and(alive.or(retry_lives)))
}

/// Links that can still be opened, now or after waiting, unlocking or unfreezing: as `State::alive` says.
pub(crate) fn alive(now: Timestamp) -> OnLinks {
    let unended = links::revoked_at.is_null().and(links::burnt_at.is_null());
    Box::new(unended.and(links::expires_at.gt(now.as_millis())).and(views_left()))
}

/// Links in this state, as `Link::state` says, in its order of precedence.
pub(crate) fn in_state(state: State, now: Timestamp) -> OnLinks {
    let unended = || links::revoked_at.is_null().and(links::burnt_at.is_null());
    let locked = || links::failed_tokens.ge(rows::count_column(WRONG_TOKENS_THAT_LOCK));
    match state {
        State::Revoked => Box::new(links::revoked_at.is_not_null()),
        State::Burnt => Box::new(links::revoked_at.is_null().and(links::burnt_at.is_not_null())),
        State::Expired => Box::new(unended().and(links::expires_at.le(now.as_millis()))),
        State::UsedUp => Box::new(unended().and(links::expires_at.gt(now.as_millis())).and(diesel::dsl::not(views_left()))),
        State::Frozen => Box::new(alive(now).and(held())),
        State::Locked => Box::new(alive(now).and(diesel::dsl::not(held())).and(locked())),
        State::Waiting | State::Open => {
            let free = alive(now).and(diesel::dsl::not(held())).and(diesel::dsl::not(locked()));
            match state {
                State::Waiting => Box::new(free.and(links::starts_at.gt(now.as_millis()))),
                _ => Box::new(free.and(links::starts_at.le(now.as_millis()))),
            }
        }
    }
}

fn views_left() -> OnLinks {
    Box::new(links::view_limit.is_null().or(links::view_limit.assume_not_null().gt(links::views_used)))
}

fn held() -> OnLinks {
    let suspended = users::table.filter(users::suspended_at.is_not_null()).select(users::id);
    Box::new(links::freezes.gt(0).or(links::owner.eq_any(suspended)))
}
