//! Revealing: a view is spent, and what is sealed is handed out.
//!
//! Nothing sealed is read before the view is spent or the retry recognised, and nothing leaves before both are durable.

use std::net::IpAddr;

use diesel::prelude::*;
use vault::event::Kind;
use vault::link::{self, Attempt, Knock, Link, Presented, Proof, RETRY_SECONDS};
use vault::{Digest, LinkId, Refusal, ShareId, Timestamp};

use super::{FoundLink, addresses, check, decided, load, told};
use crate::outbox::{self, About};
use crate::schema::{links, openings, snapshots, wraps};
use crate::{Answer, Broken, Call, Store, Tx, rows};

/// What a reveal hands out.
#[derive(Clone)]
pub struct Revealed {
    /// The share, which opening needs.
    pub share: ShareId,
    /// The sealed snapshot.
    pub snapshot: Vec<u8>,
    /// The share key, wrapped for this link.
    pub wrap: Vec<u8>,
    /// Views left; nothing where they are unlimited.
    pub views_left: Option<u32>,
    /// Until when the link can be opened.
    pub expires_at: Timestamp,
    /// Until when the same attempt gets the same answer.
    pub retry_until: Timestamp,
    /// Whether this spent a view; a retry doesn't.
    pub spent: bool,
}

impl Store {
    /// Spends one view and hands out what is sealed; or hands the same out again to the same attempt within ten minutes.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`], not recorded here; [`Refusal::ClockBehind`]; the state's refusal; [`Refusal::WrongToken`], counted.
    pub async fn reveal_link(&self, call: &Call, id: LinkId, knock: Knock, proof: Proof, attempt: Attempt) -> Answer<Revealed> {
        let (address, attempt) = (check::from(call), attempt.hash(id));
        self.write(call, move |tx| {
            let (found, earlier) = load::link_and_attempt(tx.conn, id, attempt)?.ok_or(Refusal::UnknownLink)?;
            let link = &found.link;
            let presented = Presented { knock: &knock, proof: &proof, address };
            // The clock matters to who holds the link; a stranger doesn't even learn that.
            let decision = link.knock(&knock, address, tx.now()).and_then(|_| tx.trusted());
            let decision = decision.and_then(|now| link.reveal(presented, earlier, now));
            let revealed = decided(tx, &found, "reveal", &address.to_string(), decision)?;
            addresses::seen(tx, id, address)?;
            match revealed {
                link::Revealed::Spent { views_used, last } => spend(tx, found, attempt, address, views_used, last),
                link::Revealed::Again => {
                    tx.record(told(tx, &found, Kind::LinkRevealedAgain))?;
                    hand_out(tx, &found.link, earlier.unwrap_or(tx.now()), false)
                }
            }
        })
        .await
    }
}

fn spend(tx: &mut Tx<'_>, found: FoundLink, attempt: Digest, address: IpAddr, views_used: u32, last: bool) -> Answer<Revealed> {
    let (now, address) = (tx.now(), address.to_string());
    let views_left = found.link.views.left(views_used);
    let left = views_left.map_or_else(|| "unlimited".to_owned(), |left| left.to_string());
    let event = told(tx, &found, Kind::LinkRevealed).with("views_used", views_used).with("views_left", left);
    let used_up = last.then(|| told(tx, &found, Kind::LinkUsedUp));
    let after = Link { views_used, last_revealed_at: Some(now), ..found.link };
    let id = after.id.as_bytes().as_slice();
    diesel::update(links::table.find(id))
        .set((
            links::views_used.eq(rows::count_column(views_used)),
            links::last_revealed_at.eq(now.as_millis()),
            links::sweep_at.eq(after.sealed_until(now).unwrap_or(after.expires_at).as_millis()),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(openings::table)
        .values((
            openings::link.eq(id),
            openings::nth.eq(rows::count_column(views_used)),
            openings::at.eq(now.as_millis()),
            openings::address.eq(&address),
            openings::attempt_hash.eq(attempt.as_bytes().as_slice()),
        ))
        .execute(tx.conn)?;
    tx.record(event)?;
    used_up.map_or(Ok(()), |event| tx.record(event))?;
    outbox::notify(tx, if last { About::UsedUp } else { About::Revealed }, after.id, views_used, &address)?;
    hand_out(tx, &after, now, true)
}

fn hand_out(tx: &mut Tx<'_>, link: &Link, granted_at: Timestamp, spent: bool) -> Answer<Revealed> {
    let sealed = wraps::table
        .inner_join(links::table.inner_join(snapshots::table.on(snapshots::share.eq(links::share))))
        .filter(wraps::link.eq(link.id.as_bytes().as_slice()));
    let sealed: Option<(Vec<u8>, Vec<u8>)> = sealed.select((snapshots::snapshot, wraps::wrap)).first(tx.conn).optional()?;
    // A broken write keeps nothing: no view is spent for bytes that aren't there.
    let (snapshot, wrap) = sealed.ok_or_else(|| Broken::Damaged("a living link without its sealed bytes".to_owned()))?;
    Ok(Revealed {
        share: link.share,
        snapshot,
        wrap,
        views_left: link.views.left(link.views_used),
        expires_at: link.expires_at,
        retry_until: granted_at.plus_seconds(RETRY_SECONDS),
        spent,
    })
}
