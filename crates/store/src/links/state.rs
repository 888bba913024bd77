//! What a link is like, as conditions on rows: for lists, and for what takes many links at once.
//!
//! Nothing here is a second opinion: `vault`'s `Link` decides, and a test holds both against each other.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use vault::Timestamp;
use vault::link::{RETRY_SECONDS, State, WRONG_TOKENS_THAT_LOCK};
use vault::time::CLOCK_TOLERANCE_MILLIS;

use crate::schema::{links, users};
use crate::{Connection, rows};

/// Of what has ended the sweeper looks at every link within this many milliseconds: while a retry lives, by a clock that may be behind.
pub(crate) const ENDED_WITHIN_MILLIS: i64 = RETRY_SECONDS * 1000 + CLOCK_TOLERANCE_MILLIS;

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use diesel::connection::SimpleConnection;
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};
    use vault::LinkId;

    use super::*;
    use crate::engine::ground::{Ground, NOON, run};
    use crate::links::StoredLink;
    use crate::operators::find::page;
    use crate::{LinkFilter, LinkOrder};

    const STATES: [State; 8] =
        [State::Waiting, State::Open, State::UsedUp, State::Expired, State::Revoked, State::Frozen, State::Locked, State::Burnt];

    /// What differs from link to link; times in seconds from noon.
    #[derive(Clone, Debug)]
    struct Row {
        of_suspended: bool,
        starts_at: i64,
        expires_at: i64,
        view_limit: Option<i32>,
        views_used: i32,
        failed_tokens: i32,
        freezes: i32,
        ended: (Option<i64>, Option<i64>),
        last_revealed_at: Option<i64>,
    }

    fn row() -> impl Strategy<Value = Row> {
        let often_none = || prop::option::weighted(0.2, -900_i64..900);
        let times = (-900_i64..900, -900_i64..900, prop::option::weighted(0.6, prop_oneof![-700_i64..-500, -900_i64..900]));
        let counts = (prop::option::weighted(0.7, 1_i32..4), 0_i32..4, prop_oneof![0_i32..3, 8_i32..12], 0_i32..2);
        (times, counts, (often_none(), often_none()), prop::bool::weighted(0.2)).prop_map(|(times, counts, ended, of_suspended)| {
            let (starts_at, expires_at, last_revealed_at) = times;
            let (view_limit, views_used, failed_tokens, freezes) = counts;
            let views_used = view_limit.map_or(views_used, |limit| views_used.min(limit));
            Row { of_suspended, starts_at, expires_at, view_limit, views_used, failed_tokens, freezes, ended, last_revealed_at }
        })
    }

    fn keep(ground: &Ground, conn: &mut Connection, links: &[Row]) {
        let blob = |byte: u8, length: usize| ground.bytes(&vec![byte; length]);
        let noon = NOON.as_millis();
        let at = |seconds: Option<i64>| seconds.map_or("NULL".to_owned(), |seconds| (noon + seconds * 1000).to_string());
        conn.batch_execute("DELETE FROM links").unwrap();
        for (n, row) in links.iter().enumerate() {
            let owner = blob(if row.of_suspended { 2 } else { 1 }, 16);
            let id = ground.bytes(&[[0; 15].as_slice(), &[u8::try_from(n).unwrap()]].concat());
            let limit = row.view_limit.map_or("NULL".to_owned(), |limit| limit.to_string());
            conn.batch_execute(&format!(
                "INSERT INTO links (id, share, owner, item, recipient, recipient_folded, knock_hash, proof_hash, with_token, starts_at, \
                 expires_at, view_limit, networks, views_used, failed_tokens, freezes, revoked_at, burnt_at, last_revealed_at) \
                 VALUES ({id}, {}, {owner}, {}, 'b@c', 'b@c', {}, {}, {}, {}, {}, {limit}, '', {}, {}, {}, {}, {}, {})",
                blob(4, 16),
                blob(3, 16),
                blob(5, 32),
                blob(6, 32),
                ground.boolean(true),
                at(Some(row.starts_at)),
                at(Some(row.expires_at)),
                row.views_used,
                row.failed_tokens,
                row.freezes,
                at(row.ended.0),
                at(row.ended.1),
                at(row.last_revealed_at),
            ))
            .unwrap();
        }
    }

    /// Has the sweeper look at each link when it would: at what lives at its end, at what has ended when its sealed bytes go, or no more.
    fn plan_sweep(conn: &mut Connection, now: Timestamp) {
        let all: Vec<(StoredLink, Option<i64>)> =
            links::table.inner_join(users::table).select((StoredLink::as_select(), users::suspended_at)).load(conn).unwrap();
        for (nth, (stored, suspended_at)) in all.into_iter().enumerate() {
            let link = stored.read(suspended_at).unwrap().link;
            let sweep_at = match link.sealed_until(now) {
                None => Some(link.expires_at),
                Some(until) if until <= now && nth % 2 == 0 => None,
                // No reveal is of a later time than the clock's, but for what a clock may be behind.
                Some(until) => Some(until.min(now.plus_millis(ENDED_WITHIN_MILLIS))),
            };
            let row = links::table.find(link.id.as_bytes().as_slice());
            diesel::update(row).set(links::sweep_at.eq(sweep_at.map(Timestamp::as_millis))).execute(conn).unwrap();
        }
    }

    fn found(conn: &mut Connection, condition: OnLinks) -> BTreeSet<Vec<u8>> {
        links::table.filter(condition).select(links::id).load(conn).unwrap().into_iter().collect()
    }

    fn expected(conn: &mut Connection, rule: impl Fn(&vault::link::Link) -> bool) -> BTreeSet<Vec<u8>> {
        let all: Vec<(StoredLink, Option<i64>)> =
            links::table.inner_join(users::table).select((StoredLink::as_select(), users::suspended_at)).load(conn).unwrap();
        let all = all.into_iter().map(|(link, suspended_at)| link.read(suspended_at).unwrap().link);
        all.filter(|link| rule(link)).map(|link| LinkId::as_bytes(&link.id).to_vec()).collect()
    }

    /// The whole list, put together from pages of this size that look at so many links; each link once.
    fn whole(conn: &mut Connection, filter: &LinkFilter, limit: u32, most: i64, now: Timestamp) -> BTreeSet<Vec<u8>> {
        let (mut whole, mut after) = (BTreeSet::new(), None);
        loop {
            let found = page(conn, filter, after, limit, most, now).unwrap();
            assert!(found.ids.len() <= usize::try_from(limit).unwrap() && (found.next.is_none() || found.next != after), "it goes on");
            for id in found.ids {
                assert!(whole.insert(id), "a link stands in it twice");
            }
            after = found.next;
            if after.is_none() {
                return whole;
            }
        }
    }

    #[test]
    fn lists_and_rules_agree_about_every_link() {
        run(async {
            for ground in Ground::both() {
                let _store = ground.open().await;
                let (noon, no, hash) = (NOON.as_millis(), ground.boolean(false), ground.bytes(&[9; 32]));
                let [active, suspended, item, share] = [1_u8, 2, 3, 4].map(|byte| ground.bytes(&[byte; 16]));
                ground.sql(&format!(
                    "INSERT INTO users (id, name, full_name, email, external_share, created_at, suspended_at) \
                     VALUES ({active}, 'ada', 'Ada', 'a@b', {no}, {noon}, NULL), ({suspended}, 'eve', 'Eve', 'e@b', {no}, {noon}, {noon}); \
                     INSERT INTO items (id, owner, epoch, version, disabled, created_at, updated_at) \
                     VALUES ({item}, {active}, 1, 1, {no}, {noon}, {noon}); \
                     INSERT INTO shares (id, owner, item, delivery, with_token, starts_at, expires_at, networks, digest, created_at) \
                     VALUES ({share}, {active}, {item}, 'by-hand', {no}, {noon}, {noon} + 1, '', {hash}, {noon})"
                ));
                let mut conn = ground.stranger();
                let mut runner = TestRunner::new(Config::default());
                let histories = (prop::collection::vec(row(), 20..80), prop_oneof![Just(0), -900_i64..1600]);
                for _ in 0..12 {
                    let (links, seconds) = histories.new_tree(&mut runner).unwrap().current();
                    let now = NOON.plus_seconds(seconds);
                    keep(&ground, &mut conn, &links);
                    plan_sweep(&mut conn, now);
                    for state in STATES {
                        let expected = expected(&mut conn, |link| link.state(now) == state);
                        assert_eq!(found(&mut conn, in_state(state, now)), expected, "{state:?} at {seconds}: {links:#?}");
                        for order in [LinkOrder::Made, LinkOrder::Expires] {
                            let listed = LinkFilter { state: Some(state), order, ..LinkFilter::default() };
                            for (limit, most) in [(1000, 1000), (7, 5), (2, 1)] {
                                let listed = whole(&mut conn, &listed, limit, most, now);
                                assert_eq!(listed, expected, "{state:?} by {order:?}, {limit} of {most} at {seconds}: {links:#?}");
                            }
                        }
                    }
                    assert_eq!(found(&mut conn, alive(now)), expected(&mut conn, |link| link.state(now).alive()), "{seconds}: {links:#?}");
                    let obtained = expected(&mut conn, |link| link.obtainable(now));
                    assert_eq!(found(&mut conn, obtainable(now)), obtained, "{seconds}: {links:#?}");
                }
            }
        });
    }
}
