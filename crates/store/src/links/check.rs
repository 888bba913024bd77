//! Knocking and checking: what a link is like, who shares, since when. Nothing is spent here.

use std::net::{IpAddr, Ipv4Addr};

use diesel::prelude::*;
use vault::event::Kind;
use vault::link::{Knock, Presented, Proof, State};
use vault::text::{Email, FullName};
use vault::{LinkId, Refusal, Timestamp};

use super::{FoundLink, addresses, decided, load, told};
use crate::schema::{shares, users};
use crate::shares::{Opening, openings_of};
use crate::{Answer, Broken, Call, Store, Tx, rows};

/// What a right knock learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knocked {
    /// What the link is like.
    pub state: State,
    /// Whether it asks for a token.
    pub with_token: bool,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
}

/// What a right check learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Who shares.
    pub sharer: FullName,
    /// Their email address.
    pub sharer_email: Email,
    /// Since when.
    pub shared_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// Views left; nothing where they are unlimited.
    pub views_left: Option<u32>,
    /// Earlier openings, the latest twenty, oldest first.
    pub openings: Vec<Opening>,
    /// Wrong tokens since the last unlock.
    pub failed_tokens: u32,
}

impl Store {
    /// Knocks: what the link is like, for somebody who holds it. At an open link a right knock leaves no trace, like the page load that
    /// it is; at one that can't be opened it is recorded as the refusal that its holder sees.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`], not recorded here; [`Refusal::OutsideShareNetworks`].
    pub async fn knock_link(&self, call: &Call, id: LinkId, knock: Knock) -> Answer<Knocked> {
        let (address, now) = (from(call), call.clock);
        let found = self.read(move |conn| load::link(conn, id)).await?.ok_or(Refusal::UnknownLink)?;
        match found.link.knock(&knock, address, now) {
            Ok(state) => {
                let knocked = Knocked { state, with_token: found.with_token, starts_at: found.link.starts_at };
                if let Err(refusal) = state.admit() {
                    self.write(call, move |tx| {
                        let refused = told(tx, &found, Kind::LinkRefused).with("action", "knock").refused(refusal);
                        Ok(tx.record(refused)?)
                    })
                    .await?;
                }
                Ok(knocked)
            }
            Err(Refusal::UnknownLink) => Err(Refusal::UnknownLink.into()),
            // Only a holder's refusal is worth a write.
            Err(refusal) => self.write(call, move |tx| decided(tx, &found, "knock", &address.to_string(), Err(refusal))).await,
        }
    }

    /// Checks link and token: who shares, since when, until when, and what happened so far.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`], not recorded here; the state's refusal; [`Refusal::WrongToken`], counted.
    pub async fn check_link(&self, call: &Call, id: LinkId, knock: Knock, proof: Proof) -> Answer<Checked> {
        let address = from(call);
        self.write(call, move |tx| {
            let found = load::link(tx.conn, id)?.ok_or(Refusal::UnknownLink)?;
            let decision = found.link.check(Presented { knock: &knock, proof: &proof, address }, tx.now());
            decided(tx, &found, "check", &address.to_string(), decision)?;
            tx.record(told(tx, &found, Kind::LinkChecked))?;
            addresses::seen(tx, id, address)?;
            Ok(checked(tx, found)?)
        })
        .await
    }
}

/// From where a call came. One without an address is in nobody's network.
pub(super) fn from(call: &Call) -> IpAddr {
    call.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

fn checked(tx: &mut Tx<'_>, found: FoundLink) -> Result<Checked, Broken> {
    let link = found.link;
    let (sharer, sharer_email, shared_at): (String, String, i64) = shares::table
        .inner_join(users::table)
        .filter(shares::id.eq(link.share.as_bytes().as_slice()))
        .select((users::full_name, users::email, shares::created_at))
        .first(tx.conn)?;
    Ok(Checked {
        sharer: rows::text(&sharer)?,
        sharer_email: rows::text(&sharer_email)?,
        shared_at: rows::time(shared_at),
        expires_at: link.expires_at,
        views_left: link.views.left(link.views_used),
        openings: openings_of(tx.conn, link.id)?,
        failed_tokens: link.failed_tokens,
    })
}
