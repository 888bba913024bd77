//! Watching: how a link stands, for a page that is open and asks again and again.
//!
//! Nothing is written for a link that can be opened: a watch there is a read that leaves no trace.

use vault::event::Kind;
use vault::link::{self, Knock, Link, Presented, Proof, State};
use vault::{LinkId, Refusal, Timestamp};

use super::{check, decided, load, told};
use crate::{Answer, Call, Store};

/// What a watch learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// What the link is like.
    pub state: State,
    /// Of an open link: views left, nothing where they are unlimited. Of one that has ended: none. Of any other it isn't told.
    pub views_left: Option<u32>,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
}

impl Store {
    /// How a link stands. At one that can't be opened this is recorded as the refusal that its holder sees, like a knock there.
    ///
    /// # Errors
    /// [`Refusal::UnknownLink`], not recorded here; [`Refusal::OutsideShareNetworks`]; [`Refusal::WrongToken`], counted.
    pub async fn watch_link(&self, call: &Call, id: LinkId, knock: Knock, proof: Proof) -> Answer<Watched> {
        let address = check::from(call);
        let found = self.read(move |conn| load::link(conn, id)).await?.ok_or(Refusal::UnknownLink)?;
        match found.link.watch(Presented { knock: &knock, proof: &proof, address }, call.clock) {
            Ok(watched) if watched.state == State::Open => return Ok(shown(&found.link, watched)),
            Err(Refusal::UnknownLink) => return Err(Refusal::UnknownLink.into()),
            _ => {}
        }
        // What is written is decided where it is written: others guess at the same moment.
        self.write(call, move |tx| {
            let found = load::link(tx.conn, id)?.ok_or(Refusal::UnknownLink)?;
            let decision = found.link.watch(Presented { knock: &knock, proof: &proof, address }, tx.now());
            let watched = decided(tx, &found, "watch", &address.to_string(), decision)?;
            if let Err(refusal) = watched.state.admit() {
                tx.record(told(tx, &found, Kind::LinkRefused).with("action", "watch").refused(refusal))?;
            }
            Ok(shown(&found.link, watched))
        })
        .await
    }
}

fn shown(link: &Link, watched: link::Watched) -> Watched {
    Watched { state: watched.state, views_left: watched.views_left, expires_at: link.expires_at }
}
