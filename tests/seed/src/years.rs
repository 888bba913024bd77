//! The years: share after share, and between them what else an appliance sees.
//!
//! Nothing here goes back in time: rows are written in the order of their ids, and events in the order in which they happened.

use std::collections::BTreeSet;
use std::net::IpAddr;

use diesel::prelude::*;
use store::tables::{freezes, frozen_links, link_addresses, links, openings, outbox, shares, snapshots, wraps};
use vault::event::{Actor, Event, Kind, Subject};
use vault::freeze::{Selection, sortable};
use vault::message::State;
use vault::share::Views;
use vault::text::Reason;
use vault::{FreezeId, LinkId, MessageId, Refusal, ShareId, Timestamp};

use crate::chance::Chance;
use crate::database::Database;
use crate::ledger::Ledger;
use crate::people::{People, operator};
use crate::story::{Beginning, Story, told};
use crate::{Failed, Made, Wanted, names};

const HOUR: i64 = 3600;

/// The expiries that the form offers, as often as people choose them.
const EXPIRIES: &[i64] = &[HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR, 120 * HOUR, 120 * HOUR, 168 * HOUR, 168 * HOUR, 720 * HOUR];

/// For how long what was delivered is remembered, in seconds.
const REMEMBERED: i64 = 7 * 86_400;

/// Writes all rows.
pub(crate) fn write(database: &mut Database, wanted: &Wanted, say: &mut dyn FnMut(&str)) -> Result<Made, Failed> {
    let from = wanted.until.plus_seconds(-i64::from(wanted.days) * 86_400);
    let mut chance = Chance::new(wanted.number);
    let mut ledger = Ledger::new(Chance::new(wanted.number ^ 0x6c65_6467_6572));
    let mut people = People::make(database, &mut ledger, wanted, from, &mut chance)?;
    let mut made = Made { shares: wanted.shares, links: wanted.links, ..Made::default() };
    let span = wanted.until.millis_since(from) as f64;
    for nth in 0..wanted.shares {
        let gone = (nth + 1) as f64 / (wanted.shares + 1) as f64;
        let at = from.plus_millis((span * gone) as i64);
        ledger.until(database, at)?;
        let links = part(wanted.links, nth, wanted.shares).max(1);
        share(database, &mut ledger, &mut people, (at, gone, links, wanted.until), &mut chance, &mut made)?;
        let due = u64::try_from(u128::from(wanted.events) * u128::from(nth + 1) / u128::from(wanted.shares)).unwrap_or(wanted.events);
        while ledger.written() < due {
            let something = something(&mut people, at, gone, &mut chance)?;
            ledger.tell(something);
            ledger.until(database, at)?;
        }
        if (nth + 1) % 100_000 == 0 {
            say(&format!("{} shares, {} events", nth + 1, ledger.written()));
        }
    }
    ledger.until(database, wanted.until)?;
    made.events = ledger.written();
    ledger.close(database, wanted.until)?;
    Ok(made)
}

/// How many of all fall to this one, spread evenly.
fn part(all: u64, nth: u64, of: u64) -> u64 {
    let until = |nth: u64| u128::from(all) * u128::from(nth) / u128::from(of.max(1));
    u64::try_from(until(nth + 1) - until(nth)).unwrap_or(1)
}

/// When, how far the years have gone, how many links, and until when anything has happened.
type When = (Timestamp, f64, u64, Timestamp);

fn share(
    database: &mut Database,
    ledger: &mut Ledger,
    people: &mut People,
    (at, gone, count, until): When,
    chance: &mut Chance,
    made: &mut Made,
) -> Result<(), Failed> {
    let owner = people.somebody(gone, chance)?;
    let item = owner.item(database, ledger, at, chance)?;
    let id = ShareId::from_bytes(chance.id(at));
    let starts_at = if chance.percent(3) { at.plus_seconds(24 * HOUR) } else { at };
    let expires_at = starts_at.plus_seconds(chance.one_of(EXPIRIES, HOUR));
    let views = match chance.below(10) {
        0 => Views::Unlimited,
        1 | 2 => Views::Limited(3),
        _ => Views::Limited(1),
    };
    let delivery = if chance.percent(80) { "hand-over" } else { "by-hand" };
    let view_limit = match views {
        Views::Limited(limit) => i32::try_from(limit).ok(),
        Views::Unlimited => None,
    };
    diesel::insert_into(shares::table)
        .values((
            shares::id.eq(id.as_bytes().as_slice()),
            shares::owner.eq(owner.id.as_bytes().as_slice()),
            shares::item.eq(item.as_bytes().as_slice()),
            shares::label.eq(chance.percent(40).then(|| format!("Access for the audit, part {}", chance.below(500)))),
            shares::delivery.eq(delivery),
            shares::with_token.eq(true),
            shares::starts_at.eq(starts_at.as_millis()),
            shares::expires_at.eq(expires_at.as_millis()),
            shares::view_limit.eq(view_limit),
            shares::networks.eq(""),
            shares::digest.eq(chance.bytes::<32>().as_slice()),
            shares::created_at.eq(at.as_millis()),
            shares::relayed.eq(false),
            shares::language.eq(None::<String>),
        ))
        .execute(&mut database.conn)?;
    database.row()?;
    let subject = Subject { item: Some(item), share: Some(id), ..owner.subject() };
    let (owner, by) = (owner.id, owner.actor());
    let mut created = Event::new(Kind::ShareCreated, at, by.clone()).on(subject).with("links", count).with("delivery", delivery);
    created = created.with("views", view_limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string()));
    created = created.with("expires", expires_at).with("token", true);
    created.address = Some(names::inside(chance));
    ledger.tell(created);
    let mut living = 0;
    for _ in 0..count {
        let link = LinkId::from_bytes(chance.id(at));
        let by = by.clone();
        let story = told(Beginning { id: link, share: id, owner, subject, by, starts_at, expires_at, views, until }, ledger, chance);
        living += u64::from(keep(database, &story, (item.as_bytes(), view_limit, delivery, until), chance)?);
        made.openings += story.openings.len() as u64;
        if let Some(reported_at) = story.reported_at {
            freeze(database, ledger, &story, reported_at, subject, chance)?;
        }
        if delivery == "hand-over" {
            token(database, ledger, (link, at, until), subject, chance)?;
        }
    }
    made.living += living;
    if living > 0 {
        let sealed = [&chance.bytes::<256>()[..], &chance.bytes::<256>()[..]].concat();
        diesel::insert_into(snapshots::table)
            .values((snapshots::share.eq(id.as_bytes().as_slice()), snapshots::snapshot.eq(sealed)))
            .execute(&mut database.conn)?;
    }
    Ok(())
}

/// Writes the link as the store would have left it. Answers whether its sealed bytes are still there.
fn keep(
    database: &mut Database,
    story: &Story,
    (item, view_limit, delivery, until): (&[u8; 16], Option<i32>, &str, Timestamp),
    chance: &mut Chance,
) -> Result<bool, Failed> {
    let link = &story.link;
    let recipient = names::recipient(chance);
    let sweep_at = match link.sealed_until(until) {
        Some(at) if at <= until => None,
        Some(at) => Some(at),
        None => Some(link.expires_at),
    };
    let ended = link.revoked_at.is_some() || link.burnt_at.is_some() || link.views.left(link.views_used) == Some(0);
    let expiry_told_at = (link.expires_at <= until && !ended).then(|| link.expires_at.as_millis());
    let (id, count) = (link.id.as_bytes().as_slice(), |count: u32| i32::try_from(count).unwrap_or(i32::MAX));
    diesel::insert_into(links::table)
        .values((
            links::id.eq(id),
            links::share.eq(link.share.as_bytes().as_slice()),
            links::owner.eq(link.owner.as_bytes().as_slice()),
            links::item.eq(item.as_slice()),
            links::recipient.eq(&recipient),
            links::recipient_folded.eq(recipient.to_lowercase()),
            links::knock_hash.eq(link.knock_hash.as_bytes().as_slice()),
            links::proof_hash.eq(link.proof_hash.as_bytes().as_slice()),
            links::with_token.eq(true),
            links::starts_at.eq(link.starts_at.as_millis()),
            links::expires_at.eq(link.expires_at.as_millis()),
            links::view_limit.eq(view_limit),
            links::networks.eq(""),
            links::views_used.eq(count(link.views_used)),
            links::failed_tokens.eq(count(link.failed_tokens)),
            links::freezes.eq(count(link.freezes)),
            links::revoked_at.eq(link.revoked_at.map(Timestamp::as_millis)),
            links::burnt_at.eq(link.burnt_at.map(Timestamp::as_millis)),
            links::last_revealed_at.eq(link.last_revealed_at.map(Timestamp::as_millis)),
            links::expiry_told_at.eq(expiry_told_at),
            links::sweep_at.eq(sweep_at.map(Timestamp::as_millis)),
            links::delivery.eq(delivery),
        ))
        .execute(&mut database.conn)?;
    database.row()?;
    for (nth, (at, address)) in (1..).zip(&story.openings) {
        let attempt = sweep_at.map(|_| chance.bytes::<32>().to_vec());
        diesel::insert_into(openings::table)
            .values((
                openings::link.eq(id),
                openings::nth.eq(nth),
                openings::at.eq(at.as_millis()),
                openings::address.eq(address.to_string()),
                openings::attempt_hash.eq(attempt),
            ))
            .execute(&mut database.conn)?;
        database.row()?;
    }
    if sweep_at.is_some() {
        let seen: BTreeSet<Vec<u8>> = story.addresses.iter().map(|address| sortable(*address)).collect();
        for address in seen {
            let row = (link_addresses::address.eq(address), link_addresses::link.eq(id));
            diesel::insert_into(link_addresses::table).values(row).execute(&mut database.conn)?;
        }
        let wrap = chance.bytes::<96>();
        diesel::insert_into(wraps::table).values((wraps::link.eq(id), wraps::wrap.eq(wrap.as_slice()))).execute(&mut database.conn)?;
    }
    Ok(sweep_at.is_some())
}

/// The freeze that a report placed; it holds until an operator lifts it.
fn freeze(
    database: &mut Database,
    ledger: &mut Ledger,
    story: &Story,
    at: Timestamp,
    subject: Subject,
    chance: &mut Chance,
) -> Result<(), Failed> {
    let id = FreezeId::from_bytes(chance.id(at));
    let (selection, reason, link) = (Selection::Share(story.link.share), Reason::reported(), story.link.id);
    diesel::insert_into(freezes::table)
        .values((
            freezes::id.eq(id.as_bytes().as_slice()),
            freezes::selected_by.eq(selection.kind()),
            freezes::selected.eq(selection.value()),
            freezes::reason.eq(reason.as_str()),
            freezes::links.eq(1),
            freezes::placed_at.eq(at.as_millis()),
            freezes::reported_by.eq(Some(link.as_bytes().as_slice())),
        ))
        .execute(&mut database.conn)?;
    diesel::insert_into(frozen_links::table)
        .values((frozen_links::held_by.eq(id.as_bytes().as_slice()), frozen_links::link.eq(link.as_bytes().as_slice())))
        .execute(&mut database.conn)?;
    let placed = Event::new(Kind::FreezePlaced, at, Actor::Recipient(link)).on(Subject { link: Some(link), ..subject }).with("freeze", id);
    ledger.tell(placed.with("by", selection.kind()).with("value", selection.value()).with("links", 1).with("reason", &reason));
    Ok(())
}

/// The message with the token: long forgotten, delivered not long ago, or waiting.
fn token(
    database: &mut Database,
    ledger: &mut Ledger,
    (link, at, until): (LinkId, Timestamp, Timestamp),
    subject: Subject,
    chance: &mut Chance,
) -> Result<(), Failed> {
    let id = MessageId::from_bytes(chance.id(at));
    let sent_at = at.plus_seconds(4);
    let dead = chance.percent(1);
    let kind = if dead { Kind::MailGivenUp } else { Kind::MailSent };
    let mut event = Event::new(kind, sent_at, Actor::Appliance).on(Subject { link: Some(link), ..subject });
    event = event.with("message", id).with("about", "token");
    ledger.tell(if dead { event.with("why", "550 5.1.1 no such user") } else { event });
    let state = if dead { State::Dead } else { State::Sent };
    if !dead && at.plus_seconds(REMEMBERED) < until || state.until(sent_at) <= until {
        return Ok(());
    }
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id.as_bytes().as_slice()),
            outbox::about.eq("token"),
            outbox::link.eq(Some(link.as_bytes().as_slice())),
            outbox::address.eq(""),
            outbox::created_at.eq(at.as_millis()),
            outbox::attempts.eq(1),
            outbox::last_failure.eq(dead.then_some("550 5.1.1 no such user")),
            outbox::sent_at.eq((!dead).then(|| sent_at.as_millis())),
            outbox::dead_at.eq(dead.then(|| sent_at.as_millis())),
            outbox::uncertain.eq(false),
            outbox::held.eq(false),
            outbox::sweep_at.eq(Some(state.until(sent_at).as_millis())),
        ))
        .execute(&mut database.conn)?;
    database.row()
}

/// What else an appliance sees all day.
fn something(people: &mut People, at: Timestamp, gone: f64, chance: &mut Chance) -> Result<Event, Failed> {
    let owner = people.somebody(gone, chance)?;
    let (subject, actor) = (owner.subject(), owner.actor());
    let (name, inside) = (owner.name.clone(), names::inside(chance));
    let from = |mut event: Event, address: IpAddr| {
        event.address = Some(address);
        event
    };
    let stranger = |kind: Kind| Event::new(kind, at, Actor::Stranger);
    Ok(match chance.below(1000) {
        0..300 => from(Event::new(Kind::AccountSignedIn, at, actor).on(subject).with("name", name), inside),
        300..560 => from(Event::new(Kind::ItemRead, at, actor).on(subject).with("version", 1), inside),
        560..640 => from(Event::new(Kind::ItemSaved, at, actor).on(subject).with("version", 2).with("epoch", 1), inside),
        640..700 => from(Event::new(Kind::AccountSignedOut, at, actor).on(subject), inside),
        700..820 => {
            let denied = stranger(Kind::GateDenied).with("door", "recipients").with("count", 1 + chance.mostly_small(40));
            from(denied.refused(Refusal::OutsideNetworks), names::outside(chance))
        }
        820..880 => {
            let unknown = stranger(Kind::LinkUnknown).with("action", "knock").with("count", 1 + chance.mostly_small(9));
            from(unknown.refused(Refusal::UnknownLink), inside)
        }
        880..930 => {
            let failed = stranger(Kind::AccountRefused).with("action", "sign in").with("name", name);
            from(failed.on(subject).refused(Refusal::SignInFailed), inside)
        }
        930..980 => from(stranger(Kind::SessionRefused).with("count", 1).refused(Refusal::NotSignedIn), inside),
        980..990 => Event::new(Kind::SealedDeleted, at, Actor::Appliance).with("snapshots", 12).with("wraps", 14),
        990..995 => Event::new(Kind::MailTested, at, operator(chance)).with("to", "olga@example.com"),
        995..998 => Event::new(Kind::OperatorRefused, at, operator(chance)).with("action", "lift freeze").refused(Refusal::NotFound),
        _ => Event::new(Kind::DaemonStarted, at, Actor::Appliance).with("version", "0.1.0"),
    })
}
