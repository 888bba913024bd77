//! Counting tries by name and by household address, for sign-in and recovery alike.
//!
//! Nothing here decides how long anybody waits: `vault::throttle` does.

use std::net::IpAddr;

use diesel::prelude::*;
use vault::event::{Actor, Kind};
use vault::gate;
use vault::text::UserName;
use vault::throttle::{CountedBy, Throttle};

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

/// Remembers that this name signs in from here, so that guesses from elsewhere don't hold it up here.
pub(super) fn know(tx: &mut Tx<'_>, name: &UserName, address: Option<IpAddr>) -> Result<(), Broken> {
    let Some(address) = address else { return Ok(()) };
    let place = known_name(name, address);
    let failures = found(tx, &place)?.map_or(0, |throttle| throttle.failures);
    let throttle = Throttle { failures, last_failure_at: tx.now(), free: place.0.free() };
    keep(tx, &place, throttle)
}

type Place = (CountedBy, String);

fn known_name(name: &UserName, address: IpAddr) -> Place {
    (CountedBy::KnownName, format!("{name} {}", gate::household(address)))
}

fn counted(tx: &mut Tx<'_>, name: &UserName, address: Option<IpAddr>) -> Result<Vec<(Place, Throttle)>, Broken> {
    let mut counted = Vec::with_capacity(2);
    let known = match address {
        Some(address) => {
            let place = known_name(name, address);
            found(tx, &place)?.map(|throttle| (place, throttle))
        }
        None => None,
    };
    match known {
        Some(known) => counted.push(known),
        None => counted.push(or_new(tx, (CountedBy::Name, name.to_string()))?),
    }
    if let Some(address) = address {
        counted.push(or_new(tx, (CountedBy::Address, gate::household(address).to_string()))?);
    }
    Ok(counted)
}

fn or_new(tx: &mut Tx<'_>, place: Place) -> Result<(Place, Throttle), Broken> {
    let new = Throttle { failures: 0, last_failure_at: tx.now(), free: place.0.free() };
    let throttle = found(tx, &place)?.unwrap_or(new);
    Ok((place, throttle))
}

fn found(tx: &mut Tx<'_>, (by, subject): &Place) -> Result<Option<Throttle>, Broken> {
    let row: Option<(i32, i64)> = throttles::table
        .find((by.name(), subject))
        .filter(throttles::kept_until.gt(tx.now().as_millis()))
        .select((throttles::failures, throttles::last_failure_at))
        .first(tx.conn)
        .optional()?;
    row.map(|(failures, at)| Ok(Throttle { failures: rows::count(failures)?, last_failure_at: rows::time(at), free: by.free() }))
        .transpose()
}

fn keep(tx: &mut Tx<'_>, (by, subject): &Place, throttle: Throttle) -> Result<(), Broken> {
    let counts = (
        throttles::failures.eq(rows::count_column(throttle.failures)),
        throttles::last_failure_at.eq(throttle.last_failure_at.as_millis()),
        throttles::kept_until.eq(throttle.last_failure_at.plus_seconds(by.kept_seconds()).as_millis()),
    );
    let known = diesel::update(throttles::table.find((by.name(), subject))).set(counts).execute(tx.conn)?;
    if known == 0 {
        diesel::insert_into(throttles::table)
            .values((throttles::counted_by.eq(by.name()), throttles::subject.eq(subject), counts.0, counts.1, counts.2))
            .execute(tx.conn)?;
    }
    Ok(())
}
