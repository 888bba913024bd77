//! From where links were checked and revealed, in a form in which a network is found.
//!
//! Nothing here outlives a link's sealed bytes: what is told for good stands in openings and in the audit log.

use std::collections::BTreeSet;
use std::net::IpAddr;

use diesel::prelude::*;
use vault::LinkId;
use vault::event::Kind;
use vault::freeze::sortable;

use crate::audit::tables::audit;
use crate::schema::{link_addresses, links, openings};
use crate::{Broken, Connection, Tx};

/// How many links the backfill looks at in one go.
const PIECE: i64 = 500;

/// Remembers that a link was checked or revealed from this address, once.
pub(super) fn seen(tx: &mut Tx<'_>, link: LinkId, address: IpAddr) -> Result<(), Broken> {
    let (address, link) = (sortable(address), link.as_bytes().as_slice());
    let known = link_addresses::table.find((&address, link));
    if diesel::select(diesel::dsl::exists(known)).get_result(tx.conn)? {
        return Ok(());
    }
    Ok(keep(tx.conn, &address, link)?)
}

/// Remembers it for every link that had its sealed bytes when this began to be remembered: from its openings and from what audit tells of it.
pub(crate) fn backfill(conn: &mut Connection) -> Result<(), Broken> {
    let mut after: Vec<u8> = Vec::new();
    loop {
        let living = links::table.filter(links::sweep_at.is_not_null()).filter(links::id.gt(&after));
        let living: Vec<Vec<u8>> = living.order(links::id).select(links::id).limit(PIECE).load(conn)?;
        let Some(last) = living.last() else { return Ok(()) };
        let opened: Vec<(Vec<u8>, String)> =
            openings::table.filter(openings::link.eq_any(&living)).select((openings::link, openings::address)).load(conn)?;
        let kinds = [Kind::LinkChecked, Kind::LinkRevealed, Kind::LinkRevealedAgain].map(|kind| kind.entry().name);
        let told = audit::table.filter(audit::link_id.eq_any(living.iter().map(Some))).filter(audit::event.eq_any(kinds));
        let told: Vec<(Option<Vec<u8>>, Option<String>)> = told.select((audit::link_id, audit::address)).load(conn)?;
        let told = told.into_iter().filter_map(|(link, address)| link.zip(address));
        // One that doesn't read as an address was written by nobody who has one.
        let seen = opened.into_iter().chain(told).filter_map(|(link, address)| Some((sortable(address.parse().ok()?), link)));
        let seen: BTreeSet<(Vec<u8>, Vec<u8>)> = seen.collect();
        for (address, link) in &seen {
            keep(conn, address, link)?;
        }
        after.clone_from(last);
    }
}

fn keep(conn: &mut Connection, address: &[u8], link: &[u8]) -> QueryResult<()> {
    let row = (link_addresses::address.eq(address), link_addresses::link.eq(link));
    diesel::insert_into(link_addresses::table).values(row).execute(conn).map(|_| ())
}
