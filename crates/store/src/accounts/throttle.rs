//! Counting tries by name and by household address, for sign-in and recovery alike.
//!
//! Nothing here decides how long anybody waits: `vault::throttle` does.

use std::net::IpAddr;

use diesel::prelude::*;
use vault::event::{Actor, Kind};
use vault::gate;
use vault::text::UserName;
use vault::throttle::{FREE_FOR_ADDRESS, FREE_FOR_NAME, Throttle};

use crate::schema::throttles;
use crate::{Answer, Broken, Tx, rows};

/// Admits a try, and counts it as a failure until [`forgive`] takes it back.
pub(super) fn admit(tx: &mut Tx<'_>, action: &'static str, name: &UserName, address: Option<IpAddr>) -> Answer<()> {
    let counted = counted(tx, name, address)?;
    let now = tx.now();
    let decision = counted.iter().try_for_each(|(_, throttle)| throttle.admit(now));
    let refused = tx.event(Kind::AccountRefused, Actor::Stranger).with("action", action).with("name", name);
    tx.decided(decision, refused)?;
    for (place, throttle) in &counted {
        keep(tx, place, throttle.after_failure(now))?;
    }
    Ok(())
}

/// Takes one counted try back: it turned out right.
pub(super) fn forgive(tx: &mut Tx<'_>, name: &UserName, address: Option<IpAddr>) -> Result<(), Broken> {
    for (place, throttle) in counted(tx, name, address)? {
        keep(tx, &place, throttle.after_success())?;
    }
    Ok(())
}

type Place = (&'static str, String);

fn counted(tx: &mut Tx<'_>, name: &UserName, address: Option<IpAddr>) -> Result<Vec<(Place, Throttle)>, Broken> {
    let by_name = (("name", name.to_string()), FREE_FOR_NAME);
    let by_address = address.map(|address| (("address", gate::household(address).to_string()), FREE_FOR_ADDRESS));
    let mut counted = Vec::with_capacity(2);
    for (place, free) in std::iter::once(by_name).chain(by_address) {
        let row: Option<(i32, i64)> = throttles::table
            .find((place.0, &place.1))
            .select((throttles::failures, throttles::last_failure_at))
            .first(tx.conn)
            .optional()?;
        let (failures, last_failure_at) = row.map_or(Ok((0, tx.now())), |(f, at)| Ok::<_, Broken>((rows::count(f)?, rows::time(at))))?;
        counted.push((place, Throttle { failures, last_failure_at, free }));
    }
    Ok(counted)
}

fn keep(tx: &mut Tx<'_>, (counted_by, subject): &Place, throttle: Throttle) -> Result<(), Broken> {
    let counts = (
        throttles::failures.eq(rows::count_column(throttle.failures)),
        throttles::last_failure_at.eq(throttle.last_failure_at.as_millis()),
    );
    let known = diesel::update(throttles::table.find((counted_by, subject))).set(counts).execute(tx.conn)?;
    if known == 0 {
        diesel::insert_into(throttles::table)
            .values((throttles::counted_by.eq(counted_by), throttles::subject.eq(subject), counts.0, counts.1))
            .execute(tx.conn)?;
    }
    Ok(())
}
